#include "harness/compare/stored.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/core.h>

#include "core/stage.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "reports/figures.hpp"
#include "reports/metric_table.hpp"

namespace ffbench::compare {
namespace {

const Result* find_result(const Report& report, const Result& like) {
  const auto found = std::ranges::find_if(report.results, [&](const Result& candidate) {
    return candidate.fixture == like.fixture && candidate.pipeline == like.pipeline;
  });
  return found == report.results.end() ? nullptr : &*found;
}

ComparedSide side_of(const Report& report, const std::string& label) {
  const Environment& environment = report.environment;
  ComparedSide side;
  side.label = label;
  side.commit = environment.commit + (environment.dirty.value_or(false) ? " with local changes" : "");
  side.binary_digest = environment.binary_digest;
  side.machine = environment.gpu.empty() ? environment.cpu : environment.cpu + ", " + environment.gpu;
  side.started = environment.started;
  return side;
}

void judge_as(ComparedResult& result, CompareVerdict verdict, std::string finding) {
  const bool more_severe_than_others = more_severe(result.verdict, verdict) != result.verdict;
  result.verdict = more_severe(result.verdict, verdict);
  result.findings.insert(more_severe_than_others ? result.findings.begin() : result.findings.end(),
                         std::move(finding));
}

void compare_bytes(const Result& base, const Result& head, bool same_machine, const StoredOptions& options,
                   ComparedResult& result) {
  if (!base.determinism || !head.determinism || base.determinism->digest.empty() ||
      head.determinism->digest.empty()) {
    result.findings.emplace_back("the bytes were not compared: one of the results has no digest");
    return;
  }
  result.bytes_compared = true;
  result.same_bytes = base.determinism->digest == head.determinism->digest;
  for (const Stage stage : all_stages) {
    const std::string name(name_of(stage));
    const auto of_base = base.determinism->stages.find(name);
    const auto of_head = head.determinism->stages.find(name);
    const bool in_base = of_base != base.determinism->stages.end();
    const bool in_head = of_head != head.determinism->stages.end();
    if (in_base != in_head || (in_base && of_base->second != of_head->second)) {
      result.differing_stages.push_back(name);
    }
  }
  if (base.quality && head.quality) {
    result.tpsnr_base = base.quality->tpsnr_stride2.series;
    result.tpsnr_head = head.quality->tpsnr_stride2.series;
    for (std::size_t i = 0; i < std::min(result.tpsnr_base.size(), result.tpsnr_head.size()); ++i) {
      if (result.tpsnr_base[i] != result.tpsnr_head[i]) {
        result.differing_frames.push_back(static_cast<int>(i) + 2);
      }
    }
  }
  if (!options.judge_bytes) {
    result.bytes_compared = false;
    return;
  }
  if (!result.same_bytes) {
    const std::string where = fmt::format(
        "the output differs{}{}",
        result.differing_stages.empty() ? "" : ", first in stage " + result.differing_stages.front(),
        result.differing_frames.empty()
            ? std::string()
            : fmt::format("; tPSNR differs in {} pairs of frames, first at frame {}",
                          result.differing_frames.size(), result.differing_frames.front()));
    if (base.pipeline == base_pipeline_name && !same_machine) {
      result.findings.push_back(where + " (OpenCV's float filters differ between machines: no error)");
    } else if (options.allow_changed_output) {
      result.findings.push_back(where + " (allowed)");
    } else {
      judge_as(result, CompareVerdict::incorrect, where);
    }
  }
  if (base.determinism->identical && !head.determinism->identical) {
    judge_as(result, CompareVerdict::incorrect,
             fmt::format("the head's {} runs differ among themselves, the base's {} do not",
                         head.determinism->runs, base.determinism->runs));
  }
}

void compare_equality(const Result& base, const Result& head, ComparedResult& result) {
  const bool base_equal = !base.equality || base.equality->mismatches == 0;
  if (head.equality && head.equality->mismatches > 0 && base_equal) {
    const auto& first = head.equality->first;
    judge_as(
        result, CompareVerdict::incorrect,
        fmt::format(
            "{} bytes differ from {} in the head{}", head.equality->mismatches, head.equality->against,
            first ? fmt::format(": first in stage {}, frame {}, x {}, y {}, channel {}: {} instead of {}",
                                first->stage, first->frame, first->x, first->y, first->channel, first->actual,
                                first->expected)
                  : std::string()));
  }
}

bool fails(GateVerdict verdict) {
  return verdict == GateVerdict::fail || verdict == GateVerdict::error ||
         verdict == GateVerdict::unexpected_pass;
}

void compare_gates(const Report& base, const Report& head, ComparedResult& result) {
  const auto is_of = [&result](const GateResult& gate) {
    return gate.fixture == result.fixture && gate.pipeline == result.pipeline;
  };
  for (const GateResult& after : head.gates) {
    if (!is_of(after)) {
      continue;
    }
    const auto before = std::ranges::find_if(
        base.gates, [&](const GateResult& gate) { return is_of(gate) && gate.name == after.name; });
    if (before == base.gates.end() || before->verdict == after.verdict) {
      continue;
    }
    result.gates.push_back({after.name, before->verdict, after.verdict, after.reason});
    // Gates on runtimes of single runs are not judged here.
    if (fails(after.verdict) && !fails(before->verdict) && after.gate_class != GateClass::performance) {
      judge_as(result,
               after.gate_class == GateClass::correctness ? CompareVerdict::incorrect : CompareVerdict::fail,
               fmt::format("gate {}: {} in the base, {} in the head: {}", after.name,
                           name_of(before->verdict), name_of(after.verdict), after.reason));
    }
  }
}

void compare_times(const Result& base, const Result& head, ComparedResult& result) {
  if (!base.timing || !head.timing || !(base.timing->total_s.median > 0)) {
    return;
  }
  RuntimeComparison runtime;
  runtime.reason = "two runs one after the other: not judged";
  runtime.base_s = base.timing->total_s.median;
  runtime.head_s = head.timing->total_s.median;
  runtime.ratio.ratio = runtime.head_s / runtime.base_s;
  for (const Stage stage : all_stages) {
    const std::string name(name_of(stage));
    const auto before = base.timing->stages.find(name);
    const auto after = head.timing->stages.find(name);
    if (before != base.timing->stages.end() && after != head.timing->stages.end()) {
      runtime.stages.push_back({name, before->second, after->second});
    }
  }
  result.runtime = std::move(runtime);
}

ComparedResult compare_results(const Report& base_report, const Report& head_report, const Result& base,
                               const Result* head, const StoredOptions& options) {
  ComparedResult result;
  result.fixture = base.fixture;
  result.pipeline = base.pipeline;
  result.width = base.width;
  result.height = base.height;
  result.frames = base.frames;
  if (head == nullptr) {
    result.absent = "only in the base";
    judge_as(result, CompareVerdict::error,
             result.absent + ": run the head over the same fixtures and pipelines");
    return result;
  }
  if (base.status != ResultStatus::ok || head->status != ResultStatus::ok) {
    result.absent = fmt::format("{} in the base, {} in the head{}", name_of(base.status),
                                name_of(head->status), head->reason.empty() ? "" : ": " + head->reason);
    if (base.status == ResultStatus::ok && head->status == ResultStatus::failed) {
      judge_as(result, CompareVerdict::error, result.absent);
    }
    return result;
  }
  if (base.frames != head->frames || base.width != head->width || base.height != head->height) {
    result.absent =
        fmt::format("{}x{} with {} frames in the base, {}x{} with {} frames in the head", base.width,
                    base.height, base.frames, head->width, head->height, head->frames);
    judge_as(result, CompareVerdict::error, result.absent);
    return result;
  }
  compare_times(base, *head, result);
  compare_bytes(base, *head, base_report.environment.cpu == head_report.environment.cpu, options, result);
  compare_equality(base, *head, result);
  compare_gates(base_report, head_report, result);
  result.metrics = differing_metrics(base, *head);
  return result;
}

void put_notes(const Report& base, const Report& head, Comparison& comparison) {
  const auto differ = [&comparison](const char* what, const std::string& a, const std::string& b) {
    if (a != b) {
      comparison.notes.push_back(fmt::format("{} differs: '{}' in the base, '{}' in the head", what, a, b));
    }
  };
  differ("the CPU", base.environment.cpu, head.environment.cpu);
  differ("the GPU", base.environment.gpu, head.environment.gpu);
  differ("the compiler", base.environment.compiler, head.environment.compiler);
  differ("the build's flags", base.environment.flags, head.environment.flags);
  differ("OpenCV", base.environment.opencv, head.environment.opencv);
  differ("the suite", base.suite, head.suite);
}

}  // namespace

std::vector<MetricDifference> differing_metrics(const Result& base, const Result& head) {
  std::vector<MetricDifference> differences;
  for (const Metric& metric : metric_table()) {
    if (metric.name.starts_with("timing.") || metric.name.starts_with("determinism.")) {
      continue;
    }
    const auto before = metric.get(base);
    const auto after = metric.get(head);
    if (before && after && *before != *after) {
      differences.push_back({std::string(metric.name), *before, *after});
    }
  }
  return differences;
}

Comparison compare_reports(const Report& base, const Report& head, const StoredOptions& options) {
  Comparison comparison;
  comparison.base = side_of(base, options.base_label);
  comparison.head = side_of(head, options.head_label);
  put_notes(base, head, comparison);
  for (const Result& result : base.results) {
    comparison.results.push_back(compare_results(base, head, result, find_result(head, result), options));
  }
  for (const Result& result : head.results) {
    if (find_result(base, result) == nullptr) {
      ComparedResult added;
      added.fixture = result.fixture;
      added.pipeline = result.pipeline;
      added.absent = "only in the head";
      comparison.results.push_back(std::move(added));
    }
  }
  if (!comparison.results.empty() &&
      std::ranges::all_of(comparison.results,
                          [](const ComparedResult& result) { return !result.absent.empty(); })) {
    for (ComparedResult& result : comparison.results) {
      judge_as(result, CompareVerdict::error, "the two have no result in common");
    }
  }
  conclude(comparison);
  return comparison;
}

}  // namespace ffbench::compare
