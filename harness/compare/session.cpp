#include "harness/compare/session.hpp"

#include <chrono>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/json/json_text.hpp"
#include "core/system/atomic_file.hpp"
#include "harness/compare/arm_process.hpp"
#include "harness/statistics/interleaving.hpp"
#include "harness/system/child_process.hpp"

namespace ffbench::compare {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::vector<std::string> arguments_of(const SessionOptions& options, const Combination& combination) {
  std::vector<std::string> arguments{"sample",
                                     "--suite",
                                     options.suite,
                                     "--fixture",
                                     combination.fixture,
                                     "--pipeline",
                                     combination.pipeline,
                                     "--swap",
                                     options.swap,
                                     "--passes",
                                     std::to_string(options.passes),
                                     "--threads",
                                     std::to_string(options.threads)};
  if (is_command(combination)) {
    arguments.insert(arguments.end(), {"--scratch", (options.store.parent_path() / "commands").string()});
  }
  return arguments;
}

std::string work_of(const Combination& combination) {
  return fmt::format("`sample` of {} on {}", combination.pipeline, combination.fixture);
}

/// Throws `Error` where it is of something else than was asked for.
Sample checked_sample(const SessionOptions& options, const Arm& arm, const Combination& combination,
                      const std::string& text) {
  Sample sample = sample_from_json(text, arm.binary.string() + ": sample");
  if (sample.fixture != combination.fixture || sample.pipeline != combination.pipeline ||
      static_cast<int>(sample.passes.size()) != options.passes) {
    fail("{} ({}): {} passes of {} on {} were requested, {} of {} on {} measured", arm.label,
         arm.binary.string(), options.passes, combination.pipeline, combination.fixture, sample.passes.size(),
         sample.pipeline, sample.fixture);
  }
  return sample;
}

/// Both processes at once, of which one works at a time.
void take_both(const SessionOptions& options, const Combination& combination, Pair& pair) {
  const BothOutputs outputs = outputs_in_turns(options.base, options.head, arguments_of(options, combination),
                                               pair.base_first, work_of(combination));
  pair.base = checked_sample(options, options.base, combination, outputs.base);
  pair.head = checked_sample(options, options.head, combination, outputs.head);
}

Pair measure_pair(const SessionOptions& options, const Combination& combination, int number,
                  bool base_first) {
  Pair pair;
  pair.number = number;
  pair.base_first = base_first;
  pair.in_turns = options.interleaving == Interleaving::passes;
  if (pair.in_turns) {
    take_both(options, combination, pair);
  } else if (base_first) {
    pair.base = take_sample(options, options.base, combination);
    pair.head = take_sample(options, options.head, combination);
  } else {
    pair.head = take_sample(options, options.head, combination);
    pair.base = take_sample(options, options.base, combination);
  }
  pair.at = now();
  return pair;
}

}  // namespace

Arm make_arm(std::string label, const std::filesystem::path& binary) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(binary, ignored) || ::access(binary.c_str(), X_OK) != 0) {
    fail("{}: no program; build one, or give the path of an ffbench", binary.string());
  }
  Arm arm;
  arm.label = std::move(label);
  arm.binary = std::filesystem::absolute(binary);
  std::string bytes = read_file(binary);
  // The scripts of all bundles are alike; what they start lies beside them (ci/bundle).
  if (const std::filesystem::path started = binary.parent_path() / "bin" / "ffbench";
      bytes.starts_with("#!") && std::filesystem::is_regular_file(started, ignored)) {
    bytes += read_file(started);
  }
  arm.digest = digest_of(bytes.data(), bytes.size()).hex();
  return arm;
}

std::string header_of(const SessionOptions& options) {
  nlohmann::ordered_json json{{"schema", "ffbench.pairs/1"},
                              {"suite", options.suite},
                              {"swap", options.swap},
                              {"passes", options.passes},
                              {"threads", options.threads},
                              {"interleaving", name_of(options.interleaving)},
                              {"seed", options.seed},
                              {"base",
                               {{"digest", options.base.digest},
                                {"arguments", options.base.arguments},
                                {"environment", options.base.environment}}},
                              {"head",
                               {{"digest", options.head.digest},
                                {"arguments", options.head.arguments},
                                {"environment", options.head.environment}}},
                              {"combinations", nlohmann::ordered_json::array()}};
  for (const Combination& combination : options.combinations) {
    json["combinations"].push_back({combination.fixture, combination.pipeline});
  }
  return json_text(json);
}

Sample take_sample(const SessionOptions& options, const Arm& arm, const Combination& combination) {
  return checked_sample(options, arm, combination,
                        output_of(arm, arguments_of(options, combination), {}, work_of(combination)));
}

bool takes_turns(const Arm& arm) {
  ChildOptions child;
  child.environment = arm.environment;
  return run_child(arm.binary.string(), {"sample", "--help"}, child).out.find("--turn-socket") !=
         std::string::npos;
}

std::string_view name_of(Interleaving interleaving) {
  return interleaving == Interleaving::passes ? "passes" : "processes";
}

void run_session(const SessionOptions& options, PairStore& store, Progress& progress) {
  const int most = options.procedure.looks.back() * static_cast<int>(options.combinations.size());
  progress.begin("measuring pairs", most);
  std::vector<const Combination*> open;
  for (const Combination& combination : options.combinations) {
    open.push_back(&combination);
  }
  for (int quad = 0; !open.empty(); ++quad) {
    std::erase_if(open, [&](const Combination* one) {
      return is_decided(store.pairs(one->fixture, one->pipeline), options.procedure);
    });
    for (const Combination* one : open) {
      const auto& stored = store.pairs(one->fixture, one->pipeline);
      const statistics::Quad order =
          statistics::quad_order(options.seed, one->fixture + " " + one->pipeline, quad);
      for (int half = 0; half < 2; ++half) {
        const int number = 2 * quad + half;
        if (!stored.contains(number)) {
          store.add(measure_pair(options, *one, number,
                                 order[2 * static_cast<std::size_t>(half)] == statistics::Arm::base));
        }
      }
      progress.set(store.count());
    }
  }
  progress.end();
}

}  // namespace ffbench::compare
