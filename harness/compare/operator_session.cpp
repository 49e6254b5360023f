#include "harness/compare/operator_session.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

#include "core/error.hpp"
#include "harness/compare/arm_process.hpp"
#include "harness/compare/operator_benches.hpp"
#include "harness/compare/operator_sample.hpp"
#include "harness/statistics/interleaving.hpp"

namespace ffbench::compare {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
  }
  return lines;
}

Combination combination_of(const std::string& bench) {
  const std::size_t at = bench.find('/', bench.find('/') + 1);
  if (at == std::string::npos) {
    fail("'{}': is no OPERATOR/BACKEND/CASE", bench);
  }
  return {bench.substr(at + 1), std::string(operator_prefix) + bench.substr(0, at)};
}

/// Throws `Error` where a program measured something else than it was asked for.
void require_all(const Arm& arm, const std::vector<Sample>& samples, const std::vector<Combination>& wanted,
                 int passes) {
  bool same = samples.size() == wanted.size();
  for (std::size_t i = 0; same && i < samples.size(); ++i) {
    const std::size_t measured = std::max(samples[i].passes.size(), samples[i].device_passes.size());
    same = samples[i].fixture == wanted[i].fixture && samples[i].pipeline == wanted[i].pipeline &&
           measured == static_cast<std::size_t>(passes);
  }
  if (!same) {
    fail("{} ({}): `sample-operators` measured something else than it was asked for", arm.label,
         arm.binary.string());
  }
}

void measure_pair(const SessionOptions& options, const std::vector<Combination>& open, int number,
                  bool base_first, PairStore& store) {
  std::vector<std::string> arguments{"sample-operators", "--passes", std::to_string(options.passes)};
  for (const Combination& combination : open) {
    arguments.insert(arguments.end(), {"--bench", bench_of(combination)});
  }
  const BothOutputs outputs =
      outputs_in_turns(options.base, options.head, arguments, base_first, "`sample-operators`");
  const std::string origin = ": sample-operators";
  const std::vector<Sample> base =
      operator_samples_from_json(outputs.base, options.base.binary.string() + origin);
  const std::vector<Sample> head =
      operator_samples_from_json(outputs.head, options.head.binary.string() + origin);
  require_all(options.base, base, open, options.passes);
  require_all(options.head, head, open, options.passes);
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  for (std::size_t i = 0; i < open.size(); ++i) {
    store.add({number, base_first, true, now, base[i], head[i]});
  }
}

}  // namespace

bool is_operator(const Combination& combination) {
  return combination.pipeline.starts_with(operator_prefix);
}

std::string bench_of(const Combination& combination) {
  return combination.pipeline.substr(operator_prefix.size()) + "/" + combination.fixture;
}

std::vector<Combination> common_benches(const Arm& base, const Arm& head,
                                        const std::vector<std::string>& globs,
                                        std::vector<std::string>& only_in_one) {
  std::vector<std::string> arguments{"sample-operators", "--list"};
  arguments.insert(arguments.end(), globs.begin(), globs.end());
  // A slow-down or another argument of an arm is for its samples.
  const auto benches = [&](const Arm& arm) {
    Arm plain = arm;
    plain.arguments.clear();
    return lines_of(output_of(plain, arguments, {}, "`sample-operators --list`"));
  };
  const std::vector<std::string> of_base = benches(base);
  const std::vector<std::string> of_head = benches(head);
  std::vector<Combination> common;
  for (const std::string& bench : of_base) {
    if (std::ranges::find(of_head, bench) != of_head.end()) {
      common.push_back(combination_of(bench));
    } else {
      only_in_one.push_back(bench + ": only in the base");
    }
  }
  for (const std::string& bench : of_head) {
    if (std::ranges::find(of_base, bench) == of_base.end()) {
      only_in_one.push_back(bench + ": only in the head");
    }
  }
  if (common.empty()) {
    fail("--operators: {} and {} have no bench in common that this machine can run", base.label, head.label);
  }
  return common;
}

void run_operator_session(const SessionOptions& options, PairStore& store, Progress& progress) {
  progress.begin("measuring pairs of operators", options.procedure.looks.back());
  std::vector<Combination> open = options.combinations;
  for (int quad = 0; !open.empty(); ++quad) {
    std::erase_if(open, [&](const Combination& one) {
      return is_decided(store.pairs(one.fixture, one.pipeline), options.procedure);
    });
    const statistics::Quad order = statistics::quad_order(options.seed, "operators", quad);
    for (int half = 0; half < 2; ++half) {
      const int number = 2 * quad + half;
      std::vector<Combination> missing;
      std::ranges::copy_if(open, std::back_inserter(missing), [&](const Combination& one) {
        return !store.pairs(one.fixture, one.pipeline).contains(number);
      });
      if (!missing.empty()) {
        measure_pair(options, missing, number,
                     order[2 * static_cast<std::size_t>(half)] == statistics::Arm::base, store);
      }
      progress.set(number + 1);
    }
  }
  progress.end();
}

}  // namespace ffbench::compare
