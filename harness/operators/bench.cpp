#include "harness/operators/bench.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <iostream>
#include <memory>
#include <optional>

#include <benchmark/benchmark.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <opencv2/core.hpp>

#include "core/error.hpp"
#include "core/joined.hpp"
#include "core/system/glob.hpp"
#include "core/system/seconds_since.hpp"
#include "harness/operators/verify.hpp"
#include "kernels/cpu/targets.hpp"

namespace ffbench::operators {
namespace {

/// Larger than the last-level caches of desktop and server parts that one core can fill.
constexpr std::size_t copied_bytes = std::size_t{96} << 20;

/// Bytes read and written a second by the best of several copies.
double copy_bandwidth() {
  const std::vector<unsigned char> from(copied_bytes, 1);
  std::vector<unsigned char> to(copied_bytes, 2);
  double best = 1e9;
  for (int i = 0; i < 7; ++i) {
    const auto start = std::chrono::steady_clock::now();
    std::memcpy(to.data(), from.data(), copied_bytes);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
    best = std::min(best, seconds_since(start));
  }
  return 2.0 * static_cast<double>(copied_bytes) / best;
}

/// The problem that was timed last: one case is timed on several backends in turn, and making it
/// takes longer.
class ProblemCache {
 public:
  Problem& get(const Case& wanted) {
    if (made_for_ != &wanted) {
      problem_ = wanted.make();
      made_for_ = &wanted;
    }
    return *problem_;
  }

 private:
  const Case* made_for_ = nullptr;
  std::unique_ptr<Problem> problem_;
};

struct Timing {
  const Case& selected;
  std::string backend;
  std::string target;
  std::shared_ptr<ProblemCache> problems;
  double bandwidth;

  void run(benchmark::State& state) const {
    Problem& problem = problems->get(selected);
    std::optional<cpu::ForcedTarget> forced;
    if (!target.empty()) {
      forced.emplace(target);
    }
    const std::unique_ptr<Session> session = problem.session(backend);
    // A device times itself: twenty launches in a graph, so that what launching costs is spread.
    constexpr int launches = 20;
    const double on_device = session->device_seconds(launches, true);
    for ([[maybe_unused]] auto _ : state) {
      if (on_device >= 0) {
        state.SetIterationTime(on_device);
        continue;
      }
      session->run();
      benchmark::ClobberMemory();
    }
    const auto bytes = static_cast<double>(problem.bytes_moved());
    state.counters["bytes_per_second"] =
        benchmark::Counter(bytes, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1024);
    state.counters["copy_share"] =
        benchmark::Counter(bytes / bandwidth, benchmark::Counter::kIsIterationInvariantRate);
  }
};

/// Registers what is selected and equal.
class Registration {
 public:
  Registration(const BenchOptions& options, double bandwidth)
      : options_(options), bandwidth_(bandwidth), problems_(std::make_shared<ProblemCache>()) {}

  void add(const Operator& op) {
    for (const Case& listed : op.cases) {
      if (!listed.benchmark || !matches_any(options_.cases, listed.name)) {
        continue;
      }
      if (matches_any(options_.backends, "reference")) {
        time(op, listed, "reference", "");
      }
      for (const Backend& backend : op.backends) {
        if (backend.timed && matches_any(options_.backends, backend.name)) {
          add_backend(op, listed, backend);
        }
      }
      if (!op.opencv.empty() && matches_any(options_.backends, "opencv")) {
        time(op, listed, "opencv", "");
      }
    }
  }

  [[nodiscard]] int registered() const { return registered_; }
  [[nodiscard]] bool all_equal() const { return all_equal_; }

 private:
  void add_backend(const Operator& op, const Case& listed, const Backend& backend) {
    if (backend.unavailable != nullptr && !backend.unavailable().empty()) {
      std::cerr << fmt::format("{}/{}/{}: skipped: {}\n", op.name, backend.name, listed.name,
                               backend.unavailable());
      return;
    }
    if (!backend.has_targets) {
      check_and_time(op, listed, backend, "");
      return;
    }
    for (const cpu::Target& target : cpu::targets()) {
      if (!matches_any(options_.targets, target.name)) {
        continue;
      }
      if (target.supported) {
        check_and_time(op, listed, backend, target.name);
      } else {
        std::cerr << fmt::format("{}/{}/{}/{}: skipped: {}\n", op.name, backend.name, target.name,
                                 listed.name, target.reason);
      }
    }
  }

  void check_and_time(const Operator& op, const Case& listed, const Backend& backend,
                      const std::string& target) {
    const VerifyRow row = verify_case(op, listed, backend, target);
    if (row.first) {
      all_equal_ = false;
      std::cerr << "not timed: " << row.first->text() << '\n';
      return;
    }
    time(op, listed, backend.name, target);
  }

  void time(const Operator& op, const Case& listed, const std::string& backend, const std::string& target) {
    const std::string name = target.empty()
                                 ? fmt::format("{}/{}/{}", op.name, backend, listed.name)
                                 : fmt::format("{}/{}/{}/{}", op.name, backend, target, listed.name);
    const Timing timing{listed, backend, target, problems_, bandwidth_};
    benchmark::internal::Benchmark* registered =
        benchmark::RegisterBenchmark(name.c_str(), [timing](benchmark::State& state) { timing.run(state); });
    registered->Unit(benchmark::kMicrosecond);
    if (backend.starts_with("cuda")) {
      // The device's own median is the figure; repeating what it says adds nothing.
      registered->UseManualTime()->Iterations(1);
    }
    ++registered_;
  }

  const BenchOptions& options_;
  double bandwidth_;
  std::shared_ptr<ProblemCache> problems_;
  int registered_ = 0;
  bool all_equal_ = true;
};

/// Hands the flags to Google Benchmark, which copies them, but for the program's name.
void apply_flags(std::vector<std::string> flags) {
  static char program[] = "ffbench-bench";
  std::vector<char*> pointers{program};
  pointers.reserve(flags.size() + 2);
  for (std::string& flag : flags) {
    pointers.push_back(flag.data());
  }
  int count = static_cast<int>(pointers.size());
  pointers.push_back(nullptr);
  benchmark::Initialize(&count, pointers.data());
  if (count > 1) {
    fail("bench: '{}' is not a flag of Google Benchmark; they begin with --benchmark_", pointers[1]);
  }
}

}  // namespace

int run_benchmarks(const BenchOptions& options, const std::vector<Operator>& operators) {
  for (const std::string& flag : options.flags) {
    if (flag.rfind("--benchmark_", 0) != 0) {
      fail("bench: '{}' is not a flag of Google Benchmark; they begin with --benchmark_", flag);
    }
  }
  cv::setNumThreads(1);
  benchmark::ClearRegisteredBenchmarks();
  apply_flags(options.flags);
  // Google Benchmark takes its context once in a process.
  static const double bandwidth = [] {
    const double measured = copy_bandwidth();
    benchmark::AddCustomContext("copy_bandwidth_bytes_per_second", fmt::format("{:.0f}", measured));
    benchmark::AddCustomContext("simd_target", cpu::active_target());
    return measured;
  }();
  Registration registration(options, bandwidth);
  std::vector<std::string> names;
  for (const Operator& op : operators) {
    names.push_back(op.name);
    if (matches_any(options.operators, op.name)) {
      registration.add(op);
    }
  }
  if (registration.registered() == 0 && registration.all_equal()) {
    fail("bench: nothing selected; operators are {}", joined(names, ", "));
  }
  if (registration.registered() > 0) {
    benchmark::RunSpecifiedBenchmarks();
  }
  benchmark::ClearRegisteredBenchmarks();
  return static_cast<int>(registration.all_equal() ? ExitCode::ok : ExitCode::incorrect);
}

}  // namespace ffbench::operators
