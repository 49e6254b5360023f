#include "reports/metric_table.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "core/named.hpp"
#include "core/stage.hpp"

namespace ffbench {
namespace {

// A figure's place is a path of member pointers from Result; optionals on the way are followed, or
// made when storing.
template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <typename T>
struct value_of {
  using type = T;
};
template <typename T>
struct value_of<std::optional<T>> {
  using type = T;
};

// Figures over no pair or no frame at all are zeros that were not measured.
template <typename T>
bool is_measured(const T& part) {
  if constexpr (std::is_same_v<T, TpsnrFigures> || std::is_same_v<T, DeltaFigures>) {
    return !part.series.empty();
  } else if constexpr (std::is_same_v<T, FrameTimes>) {
    return part.median > 0 || part.p95 > 0 || part.p99 > 0;
  } else {
    return true;
  }
}

template <typename T>
std::optional<double> read_leaf(const T& leaf) {
  if constexpr (is_optional<T>) {
    return leaf ? read_leaf(*leaf) : std::nullopt;
  } else {
    const auto value = static_cast<double>(leaf);
    return std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
  }
}

template <auto First, auto... Rest, typename Part>
std::optional<double> read_path(const Part& part) {
  if constexpr (is_optional<Part>) {
    return part ? read_path<First, Rest...>(*part) : std::nullopt;
  } else if (!is_measured(part)) {
    return std::nullopt;
  } else if constexpr (sizeof...(Rest) == 0) {
    return read_leaf(part.*First);
  } else {
    return read_path<Rest...>(part.*First);
  }
}

template <typename T>
bool store_leaf(T& leaf, double value) {
  if constexpr (is_optional<T>) {
    if (!std::isfinite(value)) {
      leaf.reset();
      return true;
    }
    return store_leaf(leaf.emplace(), value);
  } else if constexpr (std::is_same_v<T, bool>) {
    leaf = value != 0;
  } else if constexpr (std::is_integral_v<T>) {
    // Beyond 2^53 a double no longer holds every integer.
    constexpr double limit = std::min(9007199254740992.0, static_cast<double>(std::numeric_limits<T>::max()));
    if (!(value >= -limit && value <= limit)) {
      return false;
    }
    leaf = static_cast<T>(value);
  } else {
    leaf = value;
  }
  return true;
}

template <auto First, auto... Rest, typename Part>
bool store_path(Part& part, double value) {
  if constexpr (is_optional<Part>) {
    return store_path<First, Rest...>(part ? *part : part.emplace(), value);
  } else if constexpr (sizeof...(Rest) == 0) {
    return store_leaf(part.*First, value);
  } else {
    return store_path<Rest...>(part.*First, value);
  }
}

template <typename Class, typename Member>
Member member_type(Member Class::*);

template <auto First, auto... Rest>
constexpr MetricKind kind_of() {
  if constexpr (sizeof...(Rest) > 0) {
    return kind_of<Rest...>();
  } else {
    using Leaf = typename value_of<decltype(member_type(First))>::type;
    return std::is_same_v<Leaf, bool> ? MetricKind::boolean
           : std::is_integral_v<Leaf> ? MetricKind::integer
                                      : MetricKind::number;
  }
}

template <auto... Path>
constexpr Metric stored(std::string_view name, std::string_view unit, Direction direction,
                        std::string_view description) {
  return {.name = name,
          .unit = unit,
          .direction = direction,
          .description = description,
          .kind = kind_of<Path...>(),
          .get = [](const Result& result) { return read_path<Path...>(result); },
          .set = [](Result& result, double value) { return store_path<Path...>(result, value); }};
}

constexpr Metric computed(std::string_view name, std::string_view unit, Direction direction,
                          std::string_view description, MetricKind kind,
                          std::optional<double> (*get)(const Result&)) {
  return {.name = name,
          .unit = unit,
          .direction = direction,
          .description = description,
          .kind = kind,
          .get = get,
          .set = nullptr};
}

template <Stage stage>
constexpr Metric stage_time(std::string_view name, std::string_view description) {
  return computed(name, "ms", Direction::lower_is_better, description, MetricKind::number,
                  [](const Result& result) -> std::optional<double> {
                    if (!result.timing) {
                      return std::nullopt;
                    }
                    const auto found = result.timing->stages.find(std::string(name_of(stage)));
                    return found == result.timing->stages.end() ? std::nullopt : read_leaf(found->second);
                  });
}

using DeltaMember = std::optional<DeltaFigures> QualityFigures::*;

template <DeltaMember member>
const DeltaFigures* delta_of(const Result& result) {
  const bool there = result.quality && (*result.quality).*member && is_measured(*((*result.quality).*member));
  return there ? &*((*result.quality).*member) : nullptr;
}

template <DeltaMember member>
std::optional<double> outlier_count(const Result& result) {
  const DeltaFigures* delta = delta_of<member>(result);
  return delta ? std::optional<double>(static_cast<double>(delta->outliers.size())) : std::nullopt;
}

template <DeltaMember member>
std::optional<double> tail_outlier_count(const Result& result) {
  const DeltaFigures* delta = delta_of<member>(result);
  return delta ? std::optional<double>(static_cast<double>(std::ranges::count_if(
                     delta->outliers, [](const auto& outlier) { return outlier.tail; })))
               : std::nullopt;
}

template <DeltaMember member>
std::optional<double> worst_outlier(const Result& result) {
  const DeltaFigures* delta = delta_of<member>(result);
  if (delta == nullptr || delta->outliers.empty()) {
    return std::nullopt;
  }
  return read_leaf(std::ranges::min(delta->outliers, {}, &DeltaOutlier::value).value);
}

std::optional<double> jitter_excess(const Result& result) {
  if (!result.quality || !result.quality->landmark_jitter || !result.quality->landmark_jitter_raw) {
    return std::nullopt;
  }
  return read_leaf(*result.quality->landmark_jitter - *result.quality->landmark_jitter_raw);
}

constexpr auto higher = Direction::higher_is_better;
constexpr auto lower = Direction::lower_is_better;
constexpr auto zero = Direction::towards_zero;
constexpr auto neutral = Direction::neutral;
constexpr auto integer = MetricKind::integer;
constexpr auto number = MetricKind::number;

using R = Result;
using T = Timing;
using Q = QualityFigures;
using P = TpsnrFigures;
using D = DeltaFigures;
using U = TruthFigures;

constexpr std::array table{
    stored<&R::frames>("frames", "", neutral, "Frames of the clip"),
    stored<&R::face_frames>("face_frames", "", neutral, "Faces drawn, summed over the frames"),
    stored<&R::width>("width", "px", neutral, "Width of a frame"),
    stored<&R::height>("height", "px", neutral, "Height of a frame"),
    stored<&R::crop_size>("crop_size", "px", neutral, "Edge of the aligned crop"),

    stored<&R::timing, &T::total_s, &Spread::median>("timing.total_s.median", "s", lower,
                                                     "Median time of the pixel stages over the repetitions"),
    stored<&R::timing, &T::total_s, &Spread::min>("timing.total_s.min", "s", lower, "Shortest repetition"),
    stored<&R::timing, &T::total_s, &Spread::max>("timing.total_s.max", "s", lower, "Longest repetition"),
    stored<&R::timing, &T::fps>("timing.fps", "frames/s", higher, "Frames per second of the pixel stages"),
    stored<&R::timing, &T::frame_ms, &FrameTimes::median>("timing.frame_ms.median", "ms", lower,
                                                          "Median time of a frame"),
    stored<&R::timing, &T::frame_ms, &FrameTimes::p95>("timing.frame_ms.p95", "ms", lower,
                                                       "95th percentile of the time of a frame"),
    stored<&R::timing, &T::frame_ms, &FrameTimes::p99>("timing.frame_ms.p99", "ms", lower,
                                                       "99th percentile of the time of a frame"),
    stage_time<Stage::warp>("timing.stages.warp.ms_per_frame", "Time in warp"),
    stage_time<Stage::swap>("timing.stages.swap.ms_per_frame", "Time in swap"),
    stage_time<Stage::gains>("timing.stages.gains.ms_per_frame", "Time in gains"),
    stage_time<Stage::mask>("timing.stages.mask.ms_per_frame", "Time in mask"),
    stage_time<Stage::hysteresis>("timing.stages.hysteresis.ms_per_frame", "Time in hysteresis"),
    stage_time<Stage::composite>("timing.stages.composite.ms_per_frame", "Time in composite"),
    stored<&R::timing, &T::decode_s>("timing.decode_s", "s", lower, "Decoding, not part of the pixel stages"),
    stored<&R::timing, &T::render_s>("timing.render_s", "s", lower,
                                     "Rendering of the fixture, not part of the pixel stages"),
    stored<&R::timing, &T::plan_s>("timing.plan_s", "s", lower, "Planning, not part of the pixel stages"),
    stored<&R::timing, &T::swap_model_s>("timing.swap_model_s", "s", lower,
                                         "The swap network, not part of the pixel stages"),
    stored<&R::timing, &T::encode_s>("timing.encode_s", "s", lower, "Encoding, not part of the pixel stages"),
    stored<&R::timing, &T::threads>("timing.threads", "", neutral, "Threads of the pixel stages"),
    stored<&R::timing, &T::speedup_vs_base>("timing.speedup_vs_base", "x", higher,
                                            "Time of base-3.5.0 over this time, pixel stages, same fixture"),
    stored<&R::timing, &T::whole_run, &WholeRunEstimate::share>(
        "timing.whole_run.share", "", neutral, "Share of the pixel stages in a whole run of the base"),
    stored<&R::timing, &T::whole_run, &WholeRunEstimate::speedup>(
        "timing.whole_run.speedup", "x", higher, "What the speed-up means for a whole run with that share"),
    stored<&R::timing, &T::peak_memory_bytes>("timing.peak_memory_bytes", "bytes", lower, "Peak memory"),

    stored<&R::quality, &Q::tpsnr_stride1, &P::mean>("quality.tpsnr.stride1.mean", "dB", neutral,
                                                     "Mean tPSNR of consecutive frames"),
    stored<&R::quality, &Q::tpsnr_stride1, &P::std>("quality.tpsnr.stride1.std", "dB", neutral,
                                                    "Its standard deviation"),
    stored<&R::quality, &Q::tpsnr_stride1, &P::min>("quality.tpsnr.stride1.min", "dB", neutral,
                                                    "Its minimum"),
    stored<&R::quality, &Q::tpsnr_stride1, &P::tail_mean>("quality.tpsnr.stride1.tail_mean", "dB", neutral,
                                                          "Its mean over the last 30 frames"),
    stored<&R::quality, &Q::tpsnr_stride1, &P::tail_min>("quality.tpsnr.stride1.tail_min", "dB", neutral,
                                                         "Its minimum over the last 30 frames"),
    stored<&R::quality, &Q::tpsnr_stride2, &P::mean>("quality.tpsnr.stride2.mean", "dB", neutral,
                                                     "Mean tPSNR of frames two apart"),
    stored<&R::quality, &Q::tpsnr_stride2, &P::std>("quality.tpsnr.stride2.std", "dB", neutral,
                                                    "Its standard deviation"),
    stored<&R::quality, &Q::tpsnr_stride2, &P::min>("quality.tpsnr.stride2.min", "dB", neutral,
                                                    "Its minimum"),
    stored<&R::quality, &Q::tpsnr_stride2, &P::tail_mean>("quality.tpsnr.stride2.tail_mean", "dB", neutral,
                                                          "Its mean over the last 30 frames"),
    stored<&R::quality, &Q::tpsnr_stride2, &P::tail_min>("quality.tpsnr.stride2.tail_min", "dB", neutral,
                                                         "Its minimum over the last 30 frames"),
    stored<&R::quality, &Q::tpsnr_seed, &P::mean>("quality.tpsnr.seed.mean", "dB", neutral,
                                                  "Mean tPSNR of the frames 0, 2, 4 ..."),
    stored<&R::quality, &Q::tpsnr_seed, &P::std>("quality.tpsnr.seed.std", "dB", neutral,
                                                 "Its standard deviation"),
    stored<&R::quality, &Q::tpsnr_seed, &P::min>("quality.tpsnr.seed.min", "dB", neutral, "Its minimum"),
    stored<&R::quality, &Q::tpsnr_seed, &P::tail_mean>("quality.tpsnr.seed.tail_mean", "dB", neutral,
                                                       "Its mean over the last 30 frames"),
    stored<&R::quality, &Q::tpsnr_seed, &P::tail_min>("quality.tpsnr.seed.tail_min", "dB", neutral,
                                                      "Its minimum over the last 30 frames"),
    stored<&R::quality, &Q::delta, &D::mean>("quality.delta.mean", "dB", neutral,
                                             "Mean tPSNR (stride 2) minus that of base-3.5.0"),
    stored<&R::quality, &Q::delta, &D::min>("quality.delta.min", "dB", neutral,
                                            "Smallest difference of a pair"),
    stored<&R::quality, &Q::delta, &D::tail_mean>("quality.delta.tail_mean", "dB", neutral,
                                                  "Mean difference over the last 30 frames"),
    computed("quality.delta.outliers.count", "", lower, "Negative-delta outliers against base-3.5.0", integer,
             &outlier_count<&Q::delta>),
    computed("quality.delta.outliers.tail_count", "", lower, "Those of them in the last 30 frames", integer,
             &tail_outlier_count<&Q::delta>),
    computed("quality.delta.outliers.worst", "dB", higher, "The worst of them", number,
             &worst_outlier<&Q::delta>),
    stored<&R::quality, &Q::delta_truth, &D::mean>("quality.delta_truth.mean", "dB", zero,
                                                   "Mean tPSNR (stride 2) minus that of the truth render"),
    stored<&R::quality, &Q::delta_truth, &D::min>("quality.delta_truth.min", "dB", neutral,
                                                  "Smallest difference of a pair"),
    stored<&R::quality, &Q::delta_truth, &D::tail_mean>("quality.delta_truth.tail_mean", "dB", zero,
                                                        "Mean difference over the last 30 frames"),
    computed("quality.delta_truth.outliers.count", "", lower,
             "Negative-delta outliers against the truth render", integer, &outlier_count<&Q::delta_truth>),
    computed("quality.delta_truth.outliers.tail_count", "", lower, "Those of them in the last 30 frames",
             integer, &tail_outlier_count<&Q::delta_truth>),
    computed("quality.delta_truth.outliers.worst", "dB", higher, "The worst of them", number,
             &worst_outlier<&Q::delta_truth>),
    stored<&R::quality, &Q::motion_energy>("quality.motion_energy", "", neutral,
                                           "Mean motion energy of the face region"),
    stored<&R::quality, &Q::motion_energy_input>("quality.motion_energy_input", "", neutral,
                                                 "The same of the input"),
    stored<&R::quality, &Q::motion_energy_error>("quality.motion_energy_error", "", lower,
                                                 "Relative difference of motion energy to the input"),
    stored<&R::quality, &Q::temporal_flickering>(
        "quality.temporal_flickering", "", neutral,
        "VBench's temporal flickering, which a frozen output maximises"),
    stored<&R::quality, &Q::landmark_jitter_raw>("quality.landmark_jitter_raw", "px", lower,
                                                 "Second-difference rms of the raw plan's points"),
    stored<&R::quality, &Q::landmark_jitter>("quality.landmark_jitter", "px", lower,
                                             "Second-difference rms of the plan's points"),
    computed("quality.landmark_jitter_excess", "px", lower, "landmark_jitter minus landmark_jitter_raw",
             number, &jitter_excess),
    stored<&R::quality, &Q::warp_error>("quality.warp_error", "1e-3", lower,
                                        "E_warp with the optical flow of the input"),
    stored<&R::quality, &Q::flow_error>("quality.flow_error", "px", lower,
                                        "Mean distance of the optical flows of input and output"),

    stored<&R::truth, &U::td_psnr>("truth.td_psnr", "dB", higher,
                                   "PSNR of the frame differences against the truth render's, face region"),
    stored<&R::truth, &U::fidelity_psnr>("truth.fidelity_psnr", "dB", higher,
                                         "Mean PSNR against the truth render, face region"),
    stored<&R::truth, &U::fidelity_psnr_min>("truth.fidelity_psnr_min", "dB", higher, "Its minimum"),
    stored<&R::truth, &U::landmark_rms_px>("truth.landmark_rms_px", "px", lower,
                                           "Landmark error of the plan, rms over the frames"),
    stored<&R::truth, &U::nmf>("truth.nmf", "0.01 px", lower, "Jitter of the plan on a face of 256 px"),
    stored<&R::truth, &U::acceleration_error_px>("truth.acceleration_error_px", "px/frame^2", lower,
                                                 "Mean error of the second differences"),
    stored<&R::truth, &U::lag>("truth.lag", "frames", zero, "How far the plan is behind the truth"),
    stored<&R::truth, &U::peak_error_px>("truth.peak_error_px", "px", lower, "Largest error during turns"),
    stored<&R::truth, &U::residual_4_15hz_px>("truth.residual_4_15hz_px", "px", lower,
                                              "rms of the error between 4 and 15 Hz"),
    stored<&R::truth, &U::warp_error_face>("truth.warp_error_face", "1e-3", lower,
                                           "E_warp with the exact flow, face region"),
    stored<&R::truth, &U::warp_error_seam>("truth.warp_error_seam", "1e-3", lower,
                                           "E_warp with the exact flow, seam ring"),
    stored<&R::truth, &U::mask_dtssd>("truth.mask_dtssd", "", lower, "dtSSD of the mask in crop space"),
    stored<&R::truth, &U::template_residual_px>(
        "truth.template_residual_px", "px", neutral,
        "Truth landmarks against the flat template: not an error of the pipeline"),
    stored<&R::truth, &U::tpsnr_mean_vs_truth>("truth.tpsnr_mean_vs_truth", "dB", zero,
                                               "Mean tPSNR (stride 2) minus the truth render's"),
    stored<&R::truth, &U::tpsnr_tail_vs_truth>("truth.tpsnr_tail_vs_truth", "dB", zero,
                                               "The same over the last 30 frames"),
    stored<&R::truth, &U::nmf_raw>("truth.nmf_raw", "0.01 px", lower, "Jitter of the raw plan"),
    stored<&R::truth, &U::nmf_reduction>("truth.nmf_reduction", "", higher, "1 - nmf / nmf_raw"),
    stored<&R::truth, &U::td_psnr_raw>("truth.td_psnr_raw", "dB", higher, "TD-PSNR of the raw plan"),
    stored<&R::truth, &U::td_psnr_gain>("truth.td_psnr_gain", "dB", higher, "td_psnr minus td_psnr_raw"),
    stored<&R::truth, &U::peak_error_raw_px>("truth.peak_error_raw_px", "px", lower,
                                             "Largest error of the raw plan during turns"),
    stored<&R::truth, &U::peak_error_ratio>("truth.peak_error_ratio", "", lower,
                                            "peak_error_px / peak_error_raw_px"),
    stored<&R::truth, &U::landmark_rms_raw_px>("truth.landmark_rms_raw_px", "px", lower,
                                               "Landmark error of the raw plan"),

    stored<&R::equality, &Equality::bytes_compared>("equality.bytes_compared", "bytes", neutral,
                                                    "Bytes compared"),
    stored<&R::equality, &Equality::mismatches>("equality.mismatches", "bytes", lower, "Bytes that differ"),
    stored<&R::determinism, &Determinism::runs>("determinism.runs", "", neutral, "Runs compared"),
    stored<&R::determinism, &Determinism::identical>("determinism.identical", "", higher,
                                                     "Every run made the same bytes"),
};

}  // namespace

std::span<const Metric> metric_table() {
  return table;
}

const Metric* find_metric(std::string_view name) {
  const auto* found = std::ranges::find(table, name, &Metric::name);
  return found == table.end() ? nullptr : found;
}

bool needs_base(const Metric& metric) {
  return metric.name.starts_with("quality.delta.") || metric.name == "timing.speedup_vs_base" ||
         metric.name.starts_with("timing.whole_run.");
}

std::string metric_names() {
  return names_of(table, &Metric::name);
}

}  // namespace ffbench
