#include <algorithm>
#include <cmath>
#include <limits>
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
  if (runtime.verdict != CompareVerdict::invalid && runtime.first_frame->lower &&
      *runtime.first_frame->lower > 1 + first_frame_tolerance) {
    runtime.reason +=
        fmt::format("; the first frame of a process costs {} times as much, at least {}",
                    fixed(runtime.first_frame->ratio, 2), fixed(*runtime.first_frame->lower, 2));
    runtime.verdict = more_severe(runtime.verdict, CompareVerdict::fail);
  }
}

std::string reason_of(const JudgedFigure& figure, const statistics::Procedure& procedure, int voided,
                      int measured) {
  switch (figure.verdict) {
    case CompareVerdict::fail:
      return fmt::format("slower by {}: even the lower bound, {}, exceeds the tolerance of {}",
                         percent_text(figure.ratio.ratio - 1), percent_text(*figure.ratio.lower - 1),
                         percent_text(procedure.tolerance));
    case CompareVerdict::pass:
      return fmt::format("a slow-down of {} is ruled out: the upper bound is {}",
                         percent_text(procedure.target), percent_text(*figure.ratio.upper - 1));
    case CompareVerdict::invalid:
      return fmt::format("{} of {} pairs were voided", voided, measured);
    default:
      return fmt::format("undecided after {} pairs; a slow-down of {} would have been found", figure.pairs,
                         percent_text(figure.detectable));
  }
}

/// The pairs that count, in order.
Counted counted_of(const std::map<int, Pair>& pairs) {
  Counted counted;
  for (const auto& [number, pair] : pairs) {
    if (pair.voided().empty()) {
      counted.push_back(&pair);
    }
  }
  return counted;
}

statistics::Decision decide(const Counted& counted, const Figure& figure, std::size_t measured,
                            const statistics::Procedure& procedure) {
  const std::vector<double> differences =
      each(counted, [&](const Pair& pair) { return pair.log_ratio(figure); });
  return statistics::decide(differences, static_cast<int>(measured - counted.size()), procedure);
}

JudgedFigure judge(const Counted& counted, const Figure& figure, std::size_t measured,
                   const statistics::Procedure& procedure) {
  const statistics::Decision decision = decide(counted, figure, measured, procedure);
  JudgedFigure result;
  result.clock = figure.clock;
  result.stage = figure.stage;
  result.verdict = verdict_of(decision.verdict);
  result.ratio = ratio_of(decision.at);
  result.pairs = decision.at.pairs;
  result.sigma = decision.at.sigma;
  result.detectable = std::expm1(decision.at.detectable);
  const Counted used(counted.begin(), counted.begin() + decision.at.pairs);
  result.base_s = median(each(used, [&](const Pair& pair) { return median(pair.base.times(figure)); }));
  result.head_s = median(each(used, [&](const Pair& pair) { return median(pair.head.times(figure)); }));
  result.reason =
      reason_of(result, procedure, static_cast<int>(measured - counted.size()), static_cast<int>(measured));
  return result;
}

/// What would help a machine whose noise floor is too high.
constexpr const char* remedy =
    "stop other work on it, use a bare machine instead of a shared one, fix the CPU frequency governor, "
    "longer fixtures or more --passes, then `ffbench calibrate` again";

void apply(const NoiseFloor& floor, double tolerance, JudgedFigure& figure) {
  figure.noise_floor = floor.largest;
  if (floor.too_noisy(tolerance)) {
    figure.reason = fmt::format(
        "this machine may not judge {}: comparing a program with itself differed by {} ({} of {} sessions "
        "said FAIL), more than the tolerance; {}. Measured: {}",
        figure.stage.empty() ? "runtimes" : "this stage", percent_text(floor.largest), floor.alarms,
        floor.sessions, remedy, figure.reason);
    figure.verdict = CompareVerdict::invalid;
  }
}

/// Stages that are too noisy do not count.
bool counts(const JudgedFigure& figure) {
  return figure.stage.empty() || figure.verdict != CompareVerdict::invalid;
}

/// The stage that explains a device's FAIL: of those that fail, the one that adds most time.
std::string slowest_device_stage(const std::vector<JudgedFigure>& figures) {
  const JudgedFigure* slowest = nullptr;
  for (const JudgedFigure& figure : figures) {
    if (!figure.stage.empty() && figure.verdict == CompareVerdict::fail &&
        (slowest == nullptr || figure.head_s - figure.base_s > slowest->head_s - slowest->base_s)) {
      slowest = &figure;
    }
  }
  return slowest == nullptr ? std::string() : slowest->stage;
}

/// Verdict and reason from those of the figures, the most severe first.
void put_verdict(RuntimeComparison& runtime) {
  const JudgedFigure* told = &runtime.figures.front();
  for (const JudgedFigure& figure : runtime.figures) {
    if (counts(figure) && more_severe(told->verdict, figure.verdict) != told->verdict) {
      told = &figure;
    }
  }
  runtime.verdict = told->verdict;
  if (runtime.figures.size() == 1 || told->verdict == CompareVerdict::invalid) {
    runtime.reason = told->reason;
  } else if (told->verdict == CompareVerdict::pass) {
    told = &*std::ranges::max_element(runtime.figures, {}, [](const JudgedFigure& figure) {
      return figure.verdict == CompareVerdict::pass ? *figure.ratio.upper : 0;
    });
    runtime.reason = fmt::format("{} (the highest of {} clocks and stages: {})", told->reason,
                                 runtime.figures.size(), told->text());
  } else {
    for (const JudgedFigure& figure : runtime.figures) {
      if (figure.verdict == told->verdict) {
        runtime.reason +=
            fmt::format("{}{}: {}", runtime.reason.empty() ? "" : "; ", figure.text(), figure.reason);
      }
    }
  }
  if (runtime.verdict == CompareVerdict::fail && !runtime.slowest_stage.empty()) {
    runtime.reason += "; stage " + runtime.slowest_stage + " explains most of it";
  }
}

}  // namespace

int judged_figures(const Pipeline& pipeline) {
  if (pipeline.backend != Backend::cuda || pipeline.algorithm != Algorithm::enhanced) {
    return 1;
  }
  return 2 + static_cast<int>(std::ranges::count_if(all_stages, [&](Stage stage) {
           return (stage != Stage::gains || pipeline.preset.gains) &&
                  (stage != Stage::hysteresis || pipeline.preset.hysteresis);
         }));
}

bool is_decided(const std::map<int, Pair>& pairs, const statistics::Procedure& procedure) {
  const Counted counted = counted_of(pairs);
  bool all_decided = true;
  for (const Figure& figure : figures_of(counted)) {
    switch (decide(counted, figure, pairs.size(), procedure).verdict) {
      case statistics::Verdict::fail:
        return true;
      case statistics::Verdict::undecided:
        all_decided = false;
        break;
      default:
        break;
    }
  }
  return all_decided;
}

PairVerdict judge_pairs(const std::map<int, Pair>& pairs, const statistics::Procedure& procedure,
                        const std::map<Figure, NoiseFloor>& floors) {
  PairVerdict result;
  RuntimeComparison& runtime = result.runtime;
  runtime.judged = true;
  double earliest = 0;
  for (const auto& [number, pair] : pairs) {
    earliest = earliest == 0 ? pair.at : std::min(earliest, pair.at);
  }
  Outputs base_outputs;
  Outputs head_outputs;
  // Any program may be a command: one whose own runs differ proves nothing about the head.
  const bool command = !pairs.empty() && pairs.begin()->second.base.pipeline.starts_with("command:");
  Counted counted = counted_of(pairs);
  const std::vector<Figure> figures = figures_of(counted);
  for (const auto& [number, pair] : pairs) {
    const double ratio = figures.empty() ? std::numeric_limits<double>::quiet_NaN()
                                         : std::exp(pair.log_ratio(figures.front()));
    runtime.points.push_back({(pair.at - earliest) / 3600, ratio, pair.base_first, pair.voided()});
    base_outputs.add(pair.base);
    head_outputs.add(pair.head);
  }
  runtime.voided = static_cast<int>(pairs.size() - counted.size());
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
    runtime.reason = fmt::format("{} of {} pairs were voided", runtime.voided, pairs.size());
    return result;
  }
  for (const Figure& figure : figures) {
    JudgedFigure& judged = runtime.figures.emplace_back(judge(counted, figure, pairs.size(), procedure));
    if (const auto floor = floors.find(figure); floor != floors.end()) {
      apply(floor->second, procedure.tolerance, judged);
    }
  }
  const JudgedFigure& first = runtime.figures.front();
  runtime.noise_floor = first.noise_floor;
  runtime.verdict = first.verdict;
  runtime.ratio = first.ratio;
  runtime.pairs = first.pairs;
  runtime.sigma = first.sigma;
  runtime.detectable = first.detectable;
  runtime.base_s = first.base_s;
  runtime.head_s = first.head_s;
  counted.resize(static_cast<std::size_t>(first.pairs));
  put_stages(counted, runtime);
  if (const std::string stage = slowest_device_stage(runtime.figures); !stage.empty()) {
    runtime.slowest_stage = stage;
  }
  put_verdict(runtime);

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
