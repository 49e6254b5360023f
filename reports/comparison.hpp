#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/report.hpp"

namespace ffbench {

/// What a comparison says of a pipeline on a fixture, and of all. Exit codes: 0, 1, 3, 3, 4, 2.
enum class CompareVerdict { pass, fail, inconclusive, invalid, incorrect, error };

inline constexpr std::array<std::string_view, 6> compare_verdict_names{"pass",    "fail",      "inconclusive",
                                                                       "invalid", "incorrect", "error"};
constexpr std::string_view name_of(CompareVerdict verdict) {
  return compare_verdict_names[static_cast<std::size_t>(verdict)];
}
ExitCode exit_code_of(CompareVerdict verdict);

/// The more severe of two, by their exit codes (core/exit_severity.hpp).
CompareVerdict more_severe(CompareVerdict a, CompareVerdict b);

/// One of the two things compared.
struct ComparedSide {
  std::string label;  ///< as given: a branch, a file
  std::string commit;
  std::string binary_digest;
  std::string machine;
  std::string started;
};

/// One pair of fresh processes.
struct PairPoint {
  double hours = 0;  ///< since the first pair
  double ratio = 1;  ///< head over base
  bool base_first = true;
  std::string voided;  ///< why; empty where it counts
};

struct StageDifference {
  std::string stage;
  double base_ms = 0;  ///< per frame
  double head_ms = 0;
};

/// A ratio head over base with its one-sided bounds; without bounds where so few pairs give none.
struct RatioEstimate {
  double ratio = 1;
  std::optional<double> lower;
  std::optional<double> upper;
};

/// A figure of the runtime that is judged by itself: a clock, or the device's time of one stage.
struct JudgedFigure {
  std::string clock;  ///< "host" or "device"; of an operator "host" on the cpu, "device" on cuda
  std::string stage;  ///< empty: the whole pass
  CompareVerdict verdict = CompareVerdict::inconclusive;
  std::string reason;  ///< of the verdict, in words
  RatioEstimate ratio;
  double base_s = 0;  ///< median seconds of a pass
  double head_s = 0;
  int pairs = 0;          ///< that count, at the look that decided
  double sigma = 0;       ///< standard deviation of ln(head / base)
  double detectable = 0;  ///< slow-down that was found with probability 0.9, e.g. 0.021
  /// 99th percentile of |ratio - 1| of identical code, from calibration
  std::optional<double> noise_floor;

  /// "host", "device", "device, stage mask".
  [[nodiscard]] std::string text() const { return stage.empty() ? clock : clock + ", stage " + stage; }
};

/// Runtimes of both sides. Ratio, times, pairs and noise are those of the first figure.
struct RuntimeComparison {
  /// Interleaved pairs were measured and judged; otherwise these are two runs one after the other,
  /// which are not evidence.
  bool judged = false;
  CompareVerdict verdict = CompareVerdict::inconclusive;  ///< the most severe of the figures'
  std::string reason;                                     ///< of the verdict, in words
  std::vector<JudgedFigure> figures;                      ///< where pairs were judged
  RatioEstimate ratio;
  double base_s = 0;  ///< median seconds of a pass
  double head_s = 0;
  int pairs = 0;  ///< that count, at the look that decided
  int voided = 0;
  double sigma = 0;       ///< standard deviation of ln(head / base)
  double detectable = 0;  ///< slow-down that was found with probability 0.9, e.g. 0.021
  /// 99th percentile of |ratio - 1| of identical code, from calibration
  std::optional<double> noise_floor;
  std::optional<RatioEstimate> first_frame;  ///< cost of a fresh process's first frame
  std::vector<PairPoint> points;
  std::vector<StageDifference> stages;
  std::string slowest_stage;  ///< that explains most of a slow-down; empty where none does
};

/// Instructions of one part: a stage, `other` for what is in none, `run` of an operator.
struct CountedPart {
  std::string part;
  std::uint64_t base = 0;
  std::uint64_t head = 0;
};

/// Instructions that callgrind counted: exact, the same on every run of the same programs. It runs
/// no AVX-512, so the target may be another than the one whose time is measured.
struct InstructionComparison {
  std::string base_executor;  ///< what computed while it was counted, with its SIMD target
  std::string head_executor;
  int frames = 0;  ///< that were counted; 1 of an operator
  std::uint64_t base = 0;
  std::uint64_t head = 0;
  std::vector<CountedPart> parts;
  std::optional<double> gate;  ///< by which share counts may grow; empty: shown alone
  CompareVerdict verdict = CompareVerdict::pass;
  std::string reason;
};

struct MetricDifference {
  std::string metric;  ///< a name of `metric_table()`
  double base = 0;
  double head = 0;
};

/// A gate whose verdict is another one in the head.
struct GateChange {
  std::string gate;
  GateVerdict base = GateVerdict::pass;
  GateVerdict head = GateVerdict::pass;
  std::string reason;  ///< the head's
};

/// A frame whose bytes differ, as pictures.
struct ChangedFrame {
  int frame = 0;
  double psnr = 0;  ///< head against base, dB
  std::vector<Picture> pictures;
};

struct ComparedResult {
  std::string fixture;
  std::string pipeline;
  std::string absent;  ///< why it is not comparable ("only in the base"); empty where it is
  int width = 0;
  int height = 0;
  int frames = 0;
  CompareVerdict verdict = CompareVerdict::pass;
  std::vector<std::string> findings;  ///< in words, the most severe first
  std::optional<RuntimeComparison> runtime;
  std::optional<InstructionComparison> instructions;
  bool bytes_compared = false;
  bool same_bytes = true;
  std::vector<std::string> differing_stages;  ///< in pipeline order
  std::vector<int> differing_frames;          ///< whose tPSNR differs, where the curves are known
  std::vector<MetricDifference> metrics;      ///< that differ
  std::vector<GateChange> gates;
  std::vector<double> tpsnr_base;  ///< stride 2; entry i is of frame i + 2
  std::vector<double> tpsnr_head;
  std::vector<ChangedFrame> changed;
};

struct Comparison {
  static constexpr const char* schema = "ffbench.comparison/1";

  ComparedSide base;
  ComparedSide head;
  CompareVerdict verdict = CompareVerdict::pass;
  std::vector<std::string> reasons;  ///< the most severe first
  std::vector<std::string> notes;
  double tolerance = 0.01;
  double target = 0.03;
  int family = 1;
  std::string command_line;
  std::vector<ComparedResult> results;
};

/// Verdict and reasons of the whole from those of its results; a comparison of nothing is an error.
void conclude(Comparison& comparison);

/// comparison.json
std::string to_json(const Comparison& comparison);

/// One HTML file that needs nothing beside it.
std::string to_html(const Comparison& comparison);

/// For the comment on a pull request.
std::string to_markdown(const Comparison& comparison);

struct TerminalStyle;
std::string to_terminal(const Comparison& comparison, const TerminalStyle& style);

/// "1.031 (1.012 to 1.050)"; a bound that is not known is "-".
std::string ratio_text(const RatioEstimate& estimate);

/// "+3.1 %"
std::string percent_text(double share, int decimals = 1);

}  // namespace ffbench
