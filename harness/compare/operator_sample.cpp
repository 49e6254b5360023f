#include "harness/compare/operator_sample.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/json/json_text.hpp"
#include "core/named.hpp"
#include "core/numeric/median.hpp"
#include "core/system/seconds_since.hpp"
#include "harness/compare/percent_of.hpp"
#include "harness/compare/throttling.hpp"
#include "harness/compare/turns.hpp"
#include "kernels/cpu/targets.hpp"

namespace ffbench::compare {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double pass_seconds = 0.004;
constexpr int most_runs = 100'000;
/// In a device's graph, which spreads what launching costs.
constexpr int launches = 20;

/// A bench at work.
class Measured {
 public:
  Measured(const OperatorBench& bench, const OperatorSampleOptions& options)
      : on_device_(bench.on_device()),
        problem_(bench.listed->make()),
        session_(problem_->session(bench.backend->name)) {
    session_->run();
    session_->fetch();
    sample_.fixture = bench.listed->name;
    sample_.pipeline = bench.pipeline();
    sample_.executor = executor_of(bench);
    sample_.digest = digest_of_outputs(*problem_);
    const bool slowed = options.slowdown && (options.slowdown->operator_name.empty() ||
                                             options.slowdown->operator_name == bench.row->name);
    if (slowed && on_device_) {
      fail("--inject-slowdown: cannot slow down {}; only operators of the cpu", bench.name());
    }
    slowdown_ = slowed ? options.slowdown->share : 0;
    if (on_device_) {
      static_cast<void>(session_->device_seconds(launches, true));
      return;
    }
    const auto start = Clock::now();
    int tried = 0;
    while (seconds_since(start) < pass_seconds && tried < most_runs) {
      session_->run();
      ++tried;
    }
    runs_ = std::max(tried, 1);
  }

  void pass() {
    if (on_device_) {
      sample_.device_passes.push_back(session_->device_seconds(launches, true));
      return;
    }
    const auto start = Clock::now();
    for (int i = 0; i < runs_; ++i) {
      session_->run();
    }
    const double wanted = seconds_since(start) * (1 + slowdown_);
    double elapsed = seconds_since(start);
    while (slowdown_ > 0 && elapsed < wanted) {
      elapsed = seconds_since(start);
    }
    sample_.passes.push_back(elapsed / runs_);
  }

  Sample finish() {
    sample_.seconds = median(on_device_ ? sample_.device_passes : sample_.passes);
    return std::move(sample_);
  }

 private:
  bool on_device_;
  std::unique_ptr<operators::Problem> problem_;
  std::unique_ptr<operators::Session> session_;
  double slowdown_ = 0;
  int runs_ = 1;
  Sample sample_;
};

}  // namespace

std::string digest_of_outputs(operators::Problem& problem) {
  Hasher hasher;
  for (operators::Plane* plane : problem.outputs()) {
    const auto row_bytes =
        static_cast<std::size_t>(plane->width()) * static_cast<std::size_t>(plane->channels());
    for (int y = 0; y < plane->height(); ++y) {
      hasher.update(plane->pixels() + y * plane->stride(), row_bytes);
    }
  }
  return hasher.digest().hex();
}

std::string executor_of(const OperatorBench& bench) {
  return bench.backend->has_targets ? fmt::format("{} {}", bench.backend->name, cpu::active_target())
                                    : bench.backend->name;
}

const OperatorBench& operator_bench(const std::vector<OperatorBench>& known, const std::string& name) {
  const auto bench =
      std::ranges::find_if(known, [&](const OperatorBench& one) { return one.name() == name; });
  if (bench == known.end()) {
    fail("--bench '{}': is unknown, or cannot run here; `ffbench sample-operators --list` shows the names",
         name);
  }
  return *bench;
}

OperatorSlowdown parse_operator_slowdown(std::string_view text) {
  const PercentOf parsed = parse_percent_of(text, "3@warp");
  if (parsed.what) {
    static_cast<void>(named(operators::table(), *parsed.what,
                            fmt::format("--inject-slowdown '{}': operator", text),
                            &operators::Operator::name));
  }
  return {parsed.share, std::string(parsed.what.value_or(""))};
}

std::vector<Sample> measure_operators(const OperatorSampleOptions& options) {
  const std::vector<OperatorBench> known = operator_benches({"*/*"});
  Turns turns(options.turn_socket, options.first);
  std::vector<Sample> samples;
  const bool on_device = std::ranges::any_of(
      options.benches, [&](const std::string& name) { return operator_bench(known, name).on_device(); });
  const ThrottleWatch watch(on_device);
  for (const std::string& name : options.benches) {
    Measured measured(operator_bench(known, name), options);
    turns.meet();
    for (int i = 0; i < options.passes; ++i) {
      turns.take();
      measured.pass();
      turns.give();
    }
    turns.meet();  // making the next problem would disturb the other's last pass
    samples.push_back(measured.finish());
  }
  const std::string voided = watch.problem();
  for (Sample& sample : samples) {
    sample.voided = voided;
    sample.environment = watch.record();
  }
  return samples;
}

std::string to_json(const std::vector<Sample>& samples) {
  nlohmann::ordered_json json{{"schema", operator_samples_schema},
                              {"samples", nlohmann::ordered_json::array()}};
  for (const Sample& sample : samples) {
    json["samples"].push_back(json_of(sample));
  }
  return json_text(json);
}

std::vector<Sample> operator_samples_from_json(std::string_view text, const std::string& origin) {
  const JsonReader json = parse_json(text, origin, {.hint = "is this an ffbench of this version?"});
  json.require_schema(operator_samples_schema, "use builds of the same age");
  std::vector<Sample> samples;
  for (const JsonReader& sample : json.at("samples").items()) {
    samples.push_back(sample_of(sample));
  }
  return samples;
}

}  // namespace ffbench::compare
