#include "harness/compare/session.hpp"

#include <array>
#include <chrono>
#include <future>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/json/json_text.hpp"
#include "core/system/atomic_file.hpp"
#include "harness/compare/turns.hpp"
#include "harness/statistics/interleaving.hpp"
#include "harness/system/child_process.hpp"

namespace ffbench::compare {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Where a process stands among two that take turns.
struct Place {
  int socket = -1;  ///< negative: it is on its own
  bool first = false;
};

Sample sample_of(const SessionOptions& options, const Arm& arm, const Combination& combination, Place place) {
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
  if (place.socket >= 0) {
    arguments.insert(arguments.end(), {"--turn-socket", std::to_string(place.socket)});
    if (place.first) {
      arguments.emplace_back("--first");
    }
  }
  arguments.insert(arguments.end(), arm.arguments.begin(), arm.arguments.end());
  ChildOptions child;
  child.kept_descriptor = place.socket;
  child.environment = arm.environment;
  // Lazy loading would put the cost of a kernel's first use into whichever frame uses it first.
  child.environment.emplace_back("CUDA_MODULE_LOADING", "EAGER");
  const ChildResult run = run_child(arm.binary.string(), arguments, child);
  if (run.exit_code != 0) {
    const std::string said = last_line(run.err);
    fail("{} ({}): `sample` of {} on {} ended with exit code {}{}{}", arm.label, arm.binary.string(),
         combination.pipeline, combination.fixture, run.exit_code, said.empty() ? "" : ": ", said);
  }
  Sample sample = sample_from_json(run.out, arm.binary.string() + ": sample");
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
  const std::array<int, 2> ends = socket_pair();
  auto base = std::async(std::launch::async, sample_of, std::cref(options), std::cref(options.base),
                         std::cref(combination), Place{ends[0], pair.base_first});
  auto head = std::async(std::launch::async, sample_of, std::cref(options), std::cref(options.head),
                         std::cref(combination), Place{ends[1], !pair.base_first});
  pair.base = base.get();
  pair.head = head.get();
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
  const std::string bytes = read_file(binary);
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
  return sample_of(options, arm, combination, {});
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
