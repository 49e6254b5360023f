#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "reports/quality.hpp"

namespace ffbench {

/// The pipeline that others are compared with.
inline constexpr std::string_view base_pipeline_name = "base-3.5.0";

/// The machine, the build and the libraries of a run. What is not known stays empty.
struct Environment {
  std::string cpu;
  int cores = 0;
  std::string os;
  std::string gpu;
  std::string driver;
  std::string cuda;
  std::string compiler;
  std::string flags;
  std::string commit;
  std::optional<bool> dirty;  ///< the commit had local changes
  std::string binary_digest;
  std::string opencv;
  std::string ffmpeg;
  std::string detector;
  std::string started;                      ///< UTC, ISO 8601
  std::map<std::string, std::string> more;  ///< anything else worth knowing, by name
};

enum class ResultStatus { ok, failed, skipped };

struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};

struct FrameTimes {
  double median = 0;
  double p95 = 0;
  double p99 = 0;
};

/// What the pixel stages' speed-up means for a whole run in which they take the share `share` of
/// the time: 1 / (1 - share + share / speedup_vs_base).
struct WholeRunEstimate {
  double share = 0;  ///< of the base's whole run, 0 to 1
  double speedup = 0;
};

/// A GPU's clocks in a repetition, where its management library says them.
struct ClockSample {
  double sm_mhz = 0;    ///< the lowest that was read
  std::string reasons;  ///< for which it was not higher, "none", or all that were seen
};

/// Runtimes. All but the separate figures are of the pixel stages: decoded frame in memory to
/// output frame in memory.
struct Timing {
  std::string what = "pixel stages";
  std::vector<double> repetitions;  ///< seconds per pass over the clip
  Spread total_s;                   ///< of `repetitions`
  double fps = 0;                   ///< frames / total_s.median
  FrameTimes frame_ms;
  std::vector<double> frame_series_ms;   ///< median over the repetitions, per frame
  std::map<std::string, double> stages;  ///< milliseconds per frame by stage name (core/stage.hpp)
  std::optional<double> decode_s;        ///< separate figures, seconds per pass
  std::optional<double> render_s;
  std::optional<double> plan_s;
  std::optional<double> swap_model_s;  ///< the swap network, where one ran
  std::optional<double> encode_s;
  int threads = 1;
  std::optional<double> speedup_vs_base;
  std::optional<WholeRunEstimate> whole_run;
  std::optional<std::int64_t> peak_memory_bytes;
  /// What the executor counted, by name (graph captures, ...)
  std::map<std::string, double> counters;
  std::vector<ClockSample> clocks;  ///< by repetition; empty where no driver reports them
  /// Why these times are not evidence ("the clock was throttled"); empty when they are. Gates on
  /// them are inconclusive.
  std::string invalid;
};

/// The first byte that differs.
struct Mismatch {
  std::string stage;
  int frame = 0;
  int face = -1;
  int x = 0;
  int y = 0;
  int channel = 0;
  int expected = 0;
  int actual = 0;
};

struct Equality {
  std::string against;  ///< the pipeline compared with
  std::int64_t bytes_compared = 0;
  std::int64_t mismatches = 0;
  std::optional<Mismatch> first;
};

struct Determinism {
  int runs = 0;
  bool identical = false;
  std::string digest;                         ///< XXH3-128 of all output frames, hexadecimal
  std::map<std::string, std::string> stages;  ///< the same by stage
};

/// A picture of a worst pair: a file beside the report, or its bytes.
struct Picture {
  std::string role;  ///< "base, frame 140", "candidate, difference x8"
  std::string path;  ///< relative to the report; empty when embedded
  std::string mime;  ///< of `data`: "image/png", "image/jpeg"
  std::string data;  ///< base64
};

struct WorstPair {
  int frame = 0;     ///< the later frame of the pair
  double value = 0;  ///< delta to the base, dB
  bool tail = false;
  std::optional<std::array<int, 4>> face_box;  ///< x, y, width, height in the pictures' frame
  std::vector<Picture> pictures;
};

/// One quantity of a face over the clip. NaN where the face was not there.
struct Trajectory {
  int face = 0;
  std::string quantity;  ///< "centre x"
  std::string unit;
  std::vector<double> observed;
  std::vector<double> planned;
  std::vector<double> truth;  ///< empty without truth
};

/// What gates may ask of a fixture. Declared by the fixture, not derived from what was measured, so
/// that a figure that went missing is noticed.
struct FixtureTraits {
  bool truth = false;        ///< synthetic: the truth figures must be there
  bool moving_face = false;  ///< a face moves in it
};

/// One pipeline on one fixture.
struct Result {
  std::string fixture;
  FixtureTraits traits;
  std::string pipeline;  ///< as given: "enhanced/auto"
  std::string preset;    ///< "default", "seed"; empty for base-3.5.0 and commands
  std::string executor;  ///< what really ran
  ResultStatus status = ResultStatus::ok;
  std::string reason;     ///< why it failed or was skipped
  bool required = false;  ///< requested by name: a skip is an error of the run
  int frames = 0;
  int face_frames = 0;
  int width = 0;
  int height = 0;
  int crop_size = 0;
  std::vector<std::string> notes;
  std::optional<Timing> timing;
  std::optional<QualityFigures> quality;
  std::optional<TruthFigures> truth;
  std::optional<Equality> equality;
  std::optional<Determinism> determinism;
  std::vector<WorstPair> worst_pairs;
  std::vector<Trajectory> trajectories;
};

enum class GateVerdict { pass, fail, expected_fail, unexpected_pass, skipped, inconclusive, error };

/// What a failure of a gate means for the run: exit code 1, 1 and 4.
enum class GateClass { performance, quality, correctness };

/// A gate applied to a result.
struct GateResult {
  std::string name;
  GateClass gate_class = GateClass::quality;
  std::string fixture;
  std::string pipeline;
  std::string metric;
  std::optional<double> value;
  std::string op;
  double threshold = 0;
  GateVerdict verdict = GateVerdict::pass;
  std::string reason;  ///< in words, with value and threshold
};

enum class Outcome { pass, fail, inconclusive, error };

struct Report {
  static constexpr const char* schema = "ffbench.report/1";

  std::string suite;
  Outcome verdict = Outcome::inconclusive;
  ExitCode exit_code = ExitCode::not_enough_evidence;
  std::vector<std::string> reasons;  ///< of the verdict, the most severe first
  Environment environment;
  std::string command_line;  ///< repeats the run
  /// What was requested, by name, as far as it decides over the results: the shards of one run
  /// agree in it, and a run is continued only with the settings that it began with. Empty for
  /// videos.
  std::map<std::string, std::string> settings;
  /// The fixtures of the whole run, in the suite's order; a shard has results of some of them.
  /// Empty for videos.
  std::vector<std::string> fixtures;
  std::string shard;  ///< "2/4"; empty for a whole run
  std::vector<Result> results;
  std::vector<GateResult> gates;
  std::vector<std::string> warnings;
};

// The names that the enumerations have in files, in their order.
inline constexpr std::array<std::string_view, 3> result_status_names{"ok", "failed", "skipped"};
inline constexpr std::array<std::string_view, 7> gate_verdict_names{
    "pass", "fail", "expected_fail", "unexpected_pass", "skipped", "inconclusive", "error"};
inline constexpr std::array<std::string_view, 3> gate_class_names{"performance", "quality", "correctness"};
inline constexpr std::array<std::string_view, 4> outcome_names{"pass", "fail", "inconclusive", "error"};

constexpr std::string_view name_of(ResultStatus status) {
  return result_status_names[static_cast<std::size_t>(status)];
}
constexpr std::string_view name_of(GateVerdict verdict) {
  return gate_verdict_names[static_cast<std::size_t>(verdict)];
}
constexpr std::string_view name_of(GateClass gate_class) {
  return gate_class_names[static_cast<std::size_t>(gate_class)];
}
constexpr std::string_view name_of(Outcome outcome) {
  return outcome_names[static_cast<std::size_t>(outcome)];
}

/// "speedup_vs_base" and "whole_run" of every ok result from the times of the pipeline `base` on
/// the same fixture (the base itself gets 1). `share` is that of the pixel stages in a whole run of
/// the base; without one there is no whole-run estimate. Results without face-frames or without a
/// base get neither.
void fill_speedups(Report& report, std::string_view base, std::optional<double> share);

}  // namespace ffbench
