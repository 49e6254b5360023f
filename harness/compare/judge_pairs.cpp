#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/core.h>

#include "core/numeric/median.hpp"
#include "core/stage.hpp"
#include "harness/compare/session.hpp"
#include "harness/statistics/signed_rank.hpp"
#include "reports/figures.hpp"

namespace ffbench::compare {
namespace {

/// A fresh process's first frame is dearer and noisier than the others; only a gross change is a
/// failure.
constexpr double first_frame_tolerance = 0.25;
/// Growth of the head's resident memory over the passes beyond the base's.
constexpr double growth_tolerance_bytes = 4 << 20;

using Counted = std::vector<const Pair*>;

template <typename Figure>
std::vector<double> each(const Counted& pairs, Figure figure) {
  std::vector<double> values;
  values.reserve(pairs.size());
  for (const Pair* pair : pairs) {
    values.push_back(figure(*pair));
  }
  return values;
}

/// What the processes of one side made.
struct Outputs {
  std::set<std::string> digests;
  bool passes_identical = true;

  void add(const Sample& sample) {
    digests.insert(sample.digest);
    passes_identical = passes_identical && sample.identical;
  }
  [[nodiscard]] bool identical() const { return digests.size() <= 1 && passes_identical; }
  [[nodiscard]] std::string finding(const char* side, std::size_t processes) const {
    return fmt::format("not deterministic: {} fresh processes of the {} made {} different outputs{}",
                       processes, side, digests.size(),
                       passes_identical ? "" : ", passes of one process differ too");
  }
};

double stage_of(const Sample& sample, const std::string& stage) {
  const auto found = sample.stages.find(stage);
  return found == sample.stages.end() ? 0 : found->second;
}

RatioEstimate ratio_of(const statistics::Estimate& estimate) {
  RatioEstimate ratio;
  ratio.ratio = std::exp(estimate.centre);
  if (estimate.lower) {
    ratio.lower = std::exp(*estimate.lower);
  }
  if (estimate.upper) {
    ratio.upper = std::exp(*estimate.upper);
  }
  return ratio;
}

CompareVerdict verdict_of(statistics::Verdict verdict) {
  switch (verdict) {
    case statistics::Verdict::pass:
      return CompareVerdict::pass;
    case statistics::Verdict::fail:
      return CompareVerdict::fail;
    case statistics::Verdict::invalid:
      return CompareVerdict::invalid;
    case statistics::Verdict::inconclusive:
    case statistics::Verdict::undecided:
      break;
  }
  return CompareVerdict::inconclusive;
}

void put_stages(const Counted& pairs, RuntimeComparison& runtime) {
  double slowest = 0;
  double all = 0;
  double base_ms = 0;
  for (const Stage stage : all_stages) {
    const std::string name(name_of(stage));
    StageDifference difference;
    difference.stage = name;
    difference.base_ms = median(each(pairs, [&](const Pair& pair) { return stage_of(pair.base, name); }));
    difference.head_ms = median(each(pairs, [&](const Pair& pair) { return stage_of(pair.head, name); }));
    if (difference.base_ms == 0 && difference.head_ms == 0) {
      continue;
    }
    // Within pairs, where drift is shared.
    const double slower = median(
        each(pairs, [&](const Pair& pair) { return stage_of(pair.head, name) - stage_of(pair.base, name); }));
    all += std::max(slower, 0.0);
    base_ms += difference.base_ms;
    if (slower > slowest) {
      slowest = slower;
      runtime.slowest_stage = name;
    }
    runtime.stages.push_back(difference);
  }
  // A slow-down that is spread over the stages, or lies outside of them, has none that explains it.
  const double whole = std::max(all, base_ms * (runtime.ratio.ratio - 1));
  if (runtime.verdict != CompareVerdict::fail || slowest < whole / 2) {
    runtime.slowest_stage.clear();
  }
}

/// Commands have no first frame.
void put_first_frame(const Counted& pairs, const statistics::Procedure& procedure,
                     RuntimeComparison& runtime) {
  if (std::ranges::any_of(pairs, [](const Pair* pair) {
        return !(pair->base.first_frame_s > 0) || !(pair->head.first_frame_s > 0);
      })) {
    return;
  }
  statistics::Procedure first_frame = procedure;
  first_frame.tolerance = first_frame_tolerance;
  const std::vector<double> differences = each(
      pairs, [](const Pair& pair) { return std::log(pair.head.first_frame_s / pair.base.first_frame_s); });
  runtime.first_frame = ratio_of(statistics::estimate(differences, first_frame));
  if (runtime.first_frame->lower && *runtime.first_frame->lower > 1 + first_frame_tolerance) {
    runtime.reason +=
        fmt::format("; the first frame of a process costs {} times as much, at least {}",
                    fixed(runtime.first_frame->ratio, 2), fixed(*runtime.first_frame->lower, 2));
    runtime.verdict = more_severe(runtime.verdict, CompareVerdict::fail);
  }
}

std::string reason_of(const RuntimeComparison& runtime, const statistics::Procedure& procedure,
                      int measured) {
  switch (runtime.verdict) {
    case CompareVerdict::fail:
      return fmt::format(
          "slower by {}: even the lower bound, {}, exceeds the tolerance of {}{}",
          percent_text(runtime.ratio.ratio - 1), percent_text(*runtime.ratio.lower - 1),
          percent_text(procedure.tolerance),
          runtime.slowest_stage.empty() ? "" : "; stage " + runtime.slowest_stage + " explains most of it");
    case CompareVerdict::pass:
      return fmt::format("a slow-down of {} is ruled out: the upper bound is {}",
                         percent_text(procedure.target), percent_text(*runtime.ratio.upper - 1));
    case CompareVerdict::invalid:
      return fmt::format("{} of {} pairs were voided", runtime.voided, measured);
    default:
      return fmt::format("undecided after {} pairs; a slow-down of {} would have been found", runtime.pairs,
                         percent_text(runtime.detectable));
  }
}

}  // namespace

PairVerdict judge_pairs(const std::map<int, Pair>& pairs, const statistics::Procedure& procedure) {
  PairVerdict result;
  RuntimeComparison& runtime = result.runtime;
  runtime.judged = true;
  Counted counted;
  double earliest = 0;
  for (const auto& [number, pair] : pairs) {
    earliest = earliest == 0 ? pair.at : std::min(earliest, pair.at);
  }
  Outputs base_outputs;
  Outputs head_outputs;
  // Any program may be a command: one whose own runs differ proves nothing about the head.
  const bool command = !pairs.empty() && pairs.begin()->second.base.pipeline.starts_with("command:");
  for (const auto& [number, pair] : pairs) {
    const std::string voided = pair.voided();
    runtime.points.push_back(
        {(pair.at - earliest) / 3600, std::exp(pair.log_ratio()), pair.base_first, voided});
    base_outputs.add(pair.base);
    head_outputs.add(pair.head);
    if (voided.empty()) {
      counted.push_back(&pair);
    } else {
      ++runtime.voided;
    }
  }
  result.same_bytes = base_outputs.digests == head_outputs.digests;
  result.bytes_comparable = base_outputs.identical() || !command;
  if (!head_outputs.identical() && result.bytes_comparable) {
    result.incorrect.push_back(head_outputs.finding("head", pairs.size()));
  }
  if (!base_outputs.identical() && !command) {
    result.incorrect.push_back(base_outputs.finding("base", pairs.size()));
  }
  if (counted.empty()) {
    runtime.verdict = CompareVerdict::invalid;
    runtime.reason = reason_of(runtime, procedure, static_cast<int>(pairs.size()));
    return result;
  }
  const std::vector<double> differences = each(counted, [](const Pair& pair) { return pair.log_ratio(); });
  const statistics::Decision decision = statistics::decide(differences, runtime.voided, procedure);
  runtime.verdict = verdict_of(decision.verdict);
  runtime.ratio = ratio_of(decision.at);
  runtime.pairs = decision.at.pairs;
  runtime.sigma = decision.at.sigma;
  runtime.detectable = std::expm1(decision.at.detectable);
  counted.resize(static_cast<std::size_t>(decision.at.pairs));
  runtime.base_s = median(each(counted, [](const Pair& pair) { return pair.base.seconds; }));
  runtime.head_s = median(each(counted, [](const Pair& pair) { return pair.head.seconds; }));
  put_stages(counted, runtime);
  runtime.reason = reason_of(runtime, procedure, static_cast<int>(pairs.size()));

  put_first_frame(counted, procedure, runtime);
  const double growth = median(each(counted, [](const Pair& pair) {
    return static_cast<double>(pair.head.growth_bytes - pair.base.growth_bytes);
  }));
  if (growth > growth_tolerance_bytes) {
    result.memory = fmt::format("memory grows: {} more over {} passes than in the base", bytes_text(growth),
                                counted.front()->head.passes.size());
  }
  return result;
}

}  // namespace ffbench::compare
