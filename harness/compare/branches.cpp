#include "harness/compare/branches.hpp"

#include <algorithm>

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/system/folder_lock.hpp"
#include "datasets/suite.hpp"
#include "harness/compare/build_cache.hpp"
#include "harness/compare/calibration.hpp"
#include "harness/compare/changed_frames.hpp"
#include "harness/compare/instructions.hpp"
#include "harness/compare/operator_sample.hpp"
#include "harness/compare/operator_session.hpp"
#include "harness/compare/stored.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/pipeline/suite_subjects.hpp"
#include "harness/run/command_pipeline.hpp"
#include "harness/system/output_folder.hpp"
#include "reports/gates.hpp"

namespace ffbench::compare {
namespace {

/// One side as it was requested.
struct Side {
  const char* name;  ///< base or head
  const std::string& commit;
  const std::filesystem::path& binary;
  const std::filesystem::path& checkout;

  [[nodiscard]] std::string label() const { return commit.empty() ? name : commit; }
};

std::string wanted_commit(const Side& side) {
  if (side.commit.empty()) {
    fail("no {0} to compare: give BASE and HEAD, or --{0}-binary (of commands: --{0}-checkout)", side.name);
  }
  return side.commit;
}

Arm arm_of(const Side& side, const BranchesOptions& options, Progress& progress) {
  if (!side.checkout.empty()) {
    fail("--{}-checkout {}: is for commands that name {{checkout}}; give a commit or --{}-binary", side.name,
         side.checkout.string(), side.name);
  }
  return side.binary.empty() ? build_commit(wanted_commit(side), options.repository,
                                            default_cache_folder() / "builds", progress)
                             : make_arm(side.label(), side.binary);
}

/// This program measures both sides; the environment says which.
Arm arm_of_commands(const Side& side, bool by_checkout, bool by_binary, const BranchesOptions& options,
                    Progress& progress) {
  Arm arm = make_arm(side.label(), std::filesystem::read_symlink("/proc/self/exe"));
  std::string state = arm.digest;
  if (by_checkout) {
    const std::filesystem::path folder = side.checkout.empty()
                                             ? check_out_commit(wanted_commit(side), options.repository,
                                                                default_cache_folder() / "builds", progress)
                                             : std::filesystem::absolute(side.checkout);
    if (!std::filesystem::is_directory(folder)) {
      fail("--{}-checkout {}: no folder", side.name, folder.string());
    }
    arm.environment.emplace_back(checkout_variable, folder.string());
    state += state_of_folder(folder);
  }
  if (by_binary) {
    if (side.binary.empty()) {
      fail("a command names {{binary}}: give --base-binary and --head-binary");
    }
    const Arm program = make_arm(side.label(), side.binary);
    arm.environment.emplace_back(binary_variable, program.binary.string());
    state += program.digest;
  }
  arm.digest = digest_of(state.data(), state.size()).hex();
  return arm;
}

/// Whether commands are compared; they are not mixed with built-in pipelines, whose sides are other
/// programs.
bool compares_commands(const std::vector<Combination>& combinations) {
  const auto commands = std::ranges::count_if(combinations, is_command);
  if (commands != 0 && commands != static_cast<std::ptrdiff_t>(combinations.size())) {
    fail("--pipeline: commands and built-in pipelines are compared in sessions of their own");
  }
  return commands != 0;
}

void put_arms(const BranchesOptions& options, SessionOptions& session, Progress& progress) {
  const Side base{"base", options.base, options.base_binary, options.base_checkout};
  const Side head{"head", options.head, options.head_binary, options.head_checkout};
  if (options.compare_operators || !compares_commands(session.combinations)) {
    session.base = arm_of(base, options, progress);
    session.head = arm_of(head, options, progress);
    return;
  }
  bool by_checkout = false;
  bool by_binary = false;
  for (const Combination& combination : session.combinations) {
    const bool checkout = combination.pipeline.find("{checkout}") != std::string::npos;
    const bool binary = combination.pipeline.find("{binary}") != std::string::npos;
    if (!checkout && !binary) {
      fail(
          "pipeline '{}': is the same on both sides; name {{checkout}}, the side's folder, or {{binary}}, "
          "its program",
          combination.pipeline);
    }
    by_checkout = by_checkout || checkout;
    by_binary = by_binary || binary;
  }
  session.base = arm_of_commands(base, by_checkout, by_binary, options, progress);
  session.head = arm_of_commands(head, by_checkout, by_binary, options, progress);
}

void judge_as(ComparedResult& result, CompareVerdict verdict, const std::string& finding) {
  const bool more_severe_than_others = more_severe(result.verdict, verdict) != result.verdict;
  result.verdict = more_severe(result.verdict, verdict);
  result.findings.insert(more_severe_than_others ? result.findings.begin() : result.findings.end(), finding);
}

/// The noise floors that are known of a combination.
std::map<Figure, NoiseFloor> floors_of(const SessionOptions& session, const Combination& combination,
                                       const std::map<int, Pair>& pairs, const CalibrationFile& calibration) {
  std::vector<const Pair*> counted;
  for (const auto& [number, pair] : pairs) {
    if (pair.voided().empty()) {
      counted.push_back(&pair);
    }
  }
  std::map<Figure, NoiseFloor> floors;
  for (const Figure& figure : figures_of(counted)) {
    if (const auto floor = calibration.find(session, combination, figure)) {
      floors.emplace(figure, *floor);
    }
  }
  return floors;
}

void put_runtime(const SessionOptions& session, const PairStore& store, const CalibrationFile& calibration,
                 bool allow_changed_output, ComparedResult& result) {
  const std::map<int, Pair>& pairs = store.pairs(result.fixture, result.pipeline);
  PairVerdict verdict = judge_pairs(
      pairs, session.procedure, floors_of(session, {result.fixture, result.pipeline}, pairs, calibration));
  RuntimeComparison& runtime = verdict.runtime;
  judge_as(result, runtime.verdict, "runtime: " + runtime.reason);
  for (const std::string& finding : verdict.incorrect) {
    judge_as(result, CompareVerdict::incorrect, finding);
  }
  if (!verdict.memory.empty()) {
    judge_as(result, CompareVerdict::fail, verdict.memory);
  }
  if (!verdict.bytes_comparable) {
    result.findings.emplace_back("the bytes were not compared: the base's own runs differ");
  } else if (!result.bytes_compared) {
    result.bytes_compared = true;
    result.same_bytes = verdict.same_bytes;
    if (!verdict.same_bytes && verdict.incorrect.empty()) {
      judge_as(result, allow_changed_output ? CompareVerdict::pass : CompareVerdict::incorrect,
               "the output of the head differs from the base's");
    }
  }
  result.runtime = std::move(runtime);
}

}  // namespace

std::vector<Combination> combinations_of(const std::string& suite, const std::vector<std::string>& fixtures,
                                         const std::vector<std::string>& pipelines) {
  std::vector<Combination> combinations;
  for (const FixtureSpec& spec : chosen_fixtures(load_suite(suite), fixtures)) {
    for (const std::string& name : pipelines) {
      const Pipeline pipeline = parse_pipeline(name);
      if (!pipeline.unavailable.empty()) {
        fail("pipeline '{}': {}", name, pipeline.unavailable);
      }
      combinations.push_back({spec.name, name});
    }
  }
  return combinations;
}

int family_of(const std::vector<Combination>& combinations) {
  int family = 0;
  for (const Combination& combination : combinations) {
    family += is_operator(combination) ? 1 : judged_figures(parse_pipeline(combination.pipeline));
  }
  return family;
}

namespace {

/// What is measured, by whom, and in which order.
SessionOptions session_of(const BranchesOptions& options, Progress& progress,
                          std::vector<std::string>& only_in_one) {
  SessionOptions session;
  session.suite = options.suite;
  session.swap = options.swap;
  session.passes = options.passes;
  session.threads = options.threads;
  session.seed = options.seed;
  session.store = options.out / "pairs.jsonl";
  session.resume = options.resume;
  if (!options.compare_operators) {
    session.combinations = combinations_of(
        options.suite, options.fixtures,
        options.pipelines.empty() ? std::vector<std::string>{"enhanced/auto"} : options.pipelines);
  }
  put_arms(options, session, progress);
  session.head.environment.insert(session.head.environment.end(), options.head_environment.begin(),
                                  options.head_environment.end());
  if (options.compare_operators) {
    session.combinations = common_benches(session.base, session.head, options.operators, only_in_one);
  }
  session.procedure.family = family_of(session.combinations);
  if (!options.inject_slowdown.empty()) {
    if (options.compare_operators) {
      static_cast<void>(parse_operator_slowdown(options.inject_slowdown));
    } else {
      static_cast<void>(parse_slowdown(options.inject_slowdown));
    }
    session.head.arguments = {"--inject-slowdown", options.inject_slowdown};
  }
  return session;
}

void put_notes(const BranchesOptions& options, const SessionOptions& session, bool takes_turns,
               Comparison& comparison) {
  if (session.base.digest == session.head.digest && session.head.arguments.empty() &&
      session.head.environment.empty()) {
    comparison.notes.emplace_back("both sides are the same program: this is a test of the machine");
  }
  if (session.interleaving == Interleaving::processes) {
    comparison.notes.push_back(fmt::format(
        "the processes of a pair ran one after the other ({}), so what the machine did meanwhile counts more",
        is_command(session.combinations.front()) ? "commands do"
        : takes_turns                            ? "--by-processes"
                                                 : "a side is too old to take turns pass by pass"));
  }
  if (!options.inject_slowdown.empty()) {
    comparison.notes.push_back(
        fmt::format("the head was slowed down on purpose (--inject-slowdown {})", options.inject_slowdown));
  }
  if (const int first = statistics::first_useful_look(session.procedure);
      first > session.procedure.looks.front()) {
    comparison.notes.push_back(
        fmt::format("{} figures are gated together, more than {}: the first look is at {} pairs",
                    session.procedure.family, statistics::largest_family(session.procedure), first));
  }
}

void put_sides(const SessionOptions& session, Comparison& comparison) {
  comparison.base.label = session.base.label;
  comparison.head.label = session.head.label;
  comparison.base.binary_digest = session.base.digest;
  comparison.head.binary_digest = session.head.digest;
  comparison.base.machine = comparison.head.machine = machine_name();
  comparison.tolerance = session.procedure.tolerance;
  comparison.target = session.procedure.target;
  comparison.family = session.procedure.family;
}

/// Counts are evidence; where a gate was asked for they decide by themselves.
void put_instructions(const BranchesOptions& options, const SessionOptions& session, Progress& progress,
                      Comparison& comparison) {
  constexpr double gate_of_counts_alone = 0.005;
  std::optional<double> gate = options.instructions_gate;
  if (!gate && options.instructions_only) {
    gate = gate_of_counts_alone;
  }
  const std::vector<CountedCombination> counted = count_instructions(session, gate, progress);
  if (counted.empty()) {
    fail("--instructions: nothing here computes on the cpu, where callgrind can count");
  }
  if (counted.size() < session.combinations.size()) {
    comparison.notes.emplace_back("instructions are counted on the cpu alone");
  }
  for (const CountedCombination& one : counted) {
    for (ComparedResult& result : comparison.results) {
      if (result.fixture != one.combination.fixture || result.pipeline != one.combination.pipeline) {
        continue;
      }
      result.instructions = one.instructions;
      if (gate) {
        judge_as(result, one.instructions.verdict, "instructions: " + one.instructions.reason);
      }
      if (!result.bytes_compared) {
        result.bytes_compared = true;
        result.same_bytes = one.same_bytes;
        if (!one.same_bytes) {
          judge_as(result, options.allow_changed_output ? CompareVerdict::pass : CompareVerdict::incorrect,
                   "the output of the head differs from the base's");
        }
      }
    }
  }
}

}  // namespace

Comparison compare_branches(const BranchesOptions& options, Progress& progress) {
  prepare_output_folder(options.out);
  const FolderLock lock(options.out, "--out");
  std::vector<std::string> only_in_one;
  SessionOptions session = session_of(options, progress, only_in_one);
  const bool commands = is_command(session.combinations.front());
  const bool turns =
      options.compare_operators || (!commands && takes_turns(session.base) && takes_turns(session.head));
  session.interleaving = turns && !options.by_processes ? Interleaving::passes : Interleaving::processes;
  const bool with_quality = !options.runtime_only && !options.compare_operators && !options.instructions_only;
  std::optional<PairStore> store;
  if (!options.instructions_only) {
    store.emplace(session.store, header_of(session), options.resume);
  }

  Report base;
  Report head;
  if (with_quality) {
    progress.begin("running both sides for bytes and figures", 2);
    base = run_quality(session.base, session, options.out / "base", options.resume);
    progress.advance();
    head = run_quality(session.head, session, options.out / "head", options.resume);
    progress.end();
  }
  if (store && options.compare_operators) {
    run_operator_session(session, *store, progress);
  } else if (store) {
    run_session(session, *store, progress);
  }

  Comparison comparison;
  if (with_quality) {
    comparison = compare_reports(
        base, head, {session.base.label, session.head.label, options.allow_changed_output, !commands});
  } else {
    for (const Combination& combination : session.combinations) {
      ComparedResult result;
      result.fixture = combination.fixture;
      result.pipeline = combination.pipeline;
      comparison.results.push_back(std::move(result));
    }
  }
  put_sides(session, comparison);
  comparison.command_line = options.command_line;
  if (store) {
    put_notes(options, session, turns, comparison);
  }
  for (const std::string& bench : only_in_one) {
    comparison.notes.push_back("not compared: " + bench);
  }
  const CalibrationFile calibration(options.calibration);
  bool calibrated = true;
  for (ComparedResult& result : comparison.results) {
    if (!result.absent.empty() || !store) {
      continue;
    }
    put_runtime(session, *store, calibration, options.allow_changed_output, result);
    calibrated = calibrated && result.runtime->noise_floor;
    if (!result.same_bytes && with_quality && !commands) {
      result.changed = changed_frames(session, {result.fixture, result.pipeline}, options.out);
    }
  }
  if (!calibrated && !options.compare_operators) {
    comparison.notes.emplace_back(
        "the noise floor of this machine was not measured for all of these; `ffbench calibrate` measures it");
  }
  if (options.instructions || options.instructions_only || options.instructions_gate) {
    put_instructions(options, session, progress, comparison);
  }
  conclude(comparison);
  return comparison;
}

}  // namespace ffbench::compare
