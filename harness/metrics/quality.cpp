#include "harness/metrics/quality.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "harness/metrics/delta.hpp"
#include "harness/metrics/face_region.hpp"
#include "harness/metrics/landmark_jitter.hpp"
#include "harness/metrics/mask_stability.hpp"
#include "harness/metrics/motion_energy.hpp"
#include "harness/metrics/optical_flow.hpp"
#include "harness/metrics/regions.hpp"
#include "harness/metrics/tpsnr.hpp"
#include "harness/metrics/truth_pixels.hpp"
#include "harness/metrics/truth_plan.hpp"
#include "harness/metrics/warp_error.hpp"

namespace ffbench::metrics {
namespace {

void check_plan(const ClipPlan* plan, const MeterConfig& config, std::string_view name) {
  if (plan == nullptr) {
    return;
  }
  if (static_cast<int>(plan->frames.size()) != config.frame_count || plan->crop_size != config.crop_size) {
    fail("metrics: the {} has {} frames and crops of {} px, the clip {} frames and {} px", name,
         plan->frames.size(), plan->crop_size, config.frame_count, config.crop_size);
  }
}

void check_config(const MeterConfig& config) {
  if (config.width < 1 || config.height < 1 || config.frame_count < 0) {
    fail("metrics: a clip of {} frames of {}x{} cannot be measured", config.frame_count, config.width,
         config.height);
  }
  check_plan(config.plan, config, "plan");
  check_plan(config.raw_plan, config, "raw plan");
  check_plan(config.truth_plan, config, "truth plan");
  if ((config.truth_plan == nullptr) != (config.truth_track == nullptr)) {
    fail("metrics: a truth plan and a truth track are given together or not at all");
  }
}

}  // namespace

struct QualityMeter::State {
  explicit State(const MeterConfig& c)
      : config(c),
        tpsnr({1, 2}, c.width, c.height),
        truth_tpsnr({2}, c.width, c.height),
        input_energy(c.width, c.height),
        output_energy(c.width, c.height) {
    if (c.truth_plan != nullptr) {
      region.emplace(c.width, c.height);
      difference.emplace(c.width, c.height);
    }
    if (c.optical_flow) {
      flow.emplace(c.width, c.height);
    }
    full_mask = MaskImage(c.crop_size, c.crop_size);
    std::fill_n(full_mask.data(), full_mask.size_bytes(), std::uint8_t{255});
  }

  /// Rectangles of the faces of a frame, or nothing beyond the clip's end.
  void face_boxes(int index, std::vector<Region>& out) const {
    out.clear();
    if (index >= config.frame_count) {
      return;
    }
    const ClipPlan* plan = config.truth_plan != nullptr ? config.truth_plan : config.raw_plan;
    if (plan == nullptr) {
      out.push_back({0, 0, config.width, config.height});
      return;
    }
    for (const FacePlan& face : plan->frames[static_cast<std::size_t>(index)].faces) {
      const Region box = face_region(face, config.crop_size, config.width, config.height);
      if (!box.empty()) {
        out.push_back(box);
      }
    }
  }

  void crop_boxes(int index, std::vector<Region>& out) const {
    out.clear();
    if (index >= config.frame_count) {
      return;
    }
    for (const FacePlan& face : config.truth_plan->frames[static_cast<std::size_t>(index)].faces) {
      const Region box = crop_region(face, config.crop_size, config.width, config.height);
      if (!box.empty()) {
        out.push_back(box);
      }
    }
  }

  void check(const FrameSample& sample) const {
    if (sample.index != frames || sample.index >= config.frame_count) {
      fail("metrics: got frame {} where frame {} of {} comes next", sample.index, frames, config.frame_count);
    }
    const auto check_size = [&](ConstBgrView view, std::string_view name) {
      if (view.width != config.width || view.height != config.height) {
        fail("metrics: the {} of frame {} is {}x{}, the clip {}x{}", name, sample.index, view.width,
             view.height, config.width, config.height);
      }
    };
    check_size(sample.input, "input");
    check_size(sample.output, "output");
    if (!sample.truth_output.empty()) {
      check_size(sample.truth_output, "truth render");
    }
    if (config.truth_plan != nullptr && frames > 0 && sample.truth_output.empty() != (truth_renders == 0)) {
      fail("metrics: frame {} differs from those before it in having a truth render", sample.index);
    }
    for (const FaceMasks& masks : sample.masks) {
      for (const ConstMaskView& mask : {masks.output, masks.truth}) {
        if (!mask.empty() && (mask.width != config.crop_size || mask.height != config.crop_size)) {
          fail("metrics: a mask of face {} in frame {} is {}x{}, the crop {} px", masks.face_id, sample.index,
               mask.width, mask.height, config.crop_size);
        }
      }
    }
  }

  void add_truth(const FrameSample& sample) {
    const FramePlan& truth = config.truth_plan->frames[static_cast<std::size_t>(sample.index)];
    region->clear();
    for (const FacePlan& face : truth.faces) {
      const auto masks = std::find_if(sample.masks.begin(), sample.masks.end(),
                                      [&](const FaceMasks& m) { return m.face_id == face.face_id; });
      ConstMaskView truth_mask = full_mask.const_view();
      if (masks != sample.masks.end() && !masks->truth.empty()) {
        truth_mask = masks->truth;
        if (!masks->output.empty()) {
          mask_stability.add(sample.index, face.face_id, masks->output, masks->truth, face.reset);
        }
      }
      region->draw(truth_mask, face.frame_to_crop);
    }
    region->finish();
    if (!sample.truth_output.empty()) {
      truth_tpsnr.add(sample.truth_output);
      ++truth_renders;
      crop_boxes(sample.index, now);
      crop_boxes(sample.index + 1, next);
      difference->add(sample.output, sample.truth_output, *region, now, next);
    }
    if (sample.maps != nullptr) {
      warp_error.add(sample.output, *sample.maps, *region);
    }
  }

  MeterConfig config;
  int frames = 0;
  int truth_renders = 0;
  TemporalPsnr tpsnr;
  TemporalPsnr truth_tpsnr;
  MotionEnergy input_energy;
  MotionEnergy output_energy;
  std::optional<FaceRegion> region;
  std::optional<TruthDifference> difference;
  TruthWarpError warp_error;
  MaskStability mask_stability;
  std::optional<OpticalFlowFigures> flow;
  MaskImage full_mask;
  std::vector<Region> now;
  std::vector<Region> next;
};

QualityMeter::QualityMeter(const MeterConfig& config) {
  check_config(config);
  state_ = std::make_unique<State>(config);
}

QualityMeter::~QualityMeter() = default;
QualityMeter::QualityMeter(QualityMeter&&) noexcept = default;
QualityMeter& QualityMeter::operator=(QualityMeter&&) noexcept = default;

void QualityMeter::add_frame(const FrameSample& sample) {
  State& s = *state_;
  s.check(sample);
  s.tpsnr.add(sample.output);
  s.face_boxes(sample.index, s.now);
  s.face_boxes(sample.index + 1, s.next);
  s.input_energy.add(sample.input, s.now, s.next);
  s.output_energy.add(sample.output, s.now, s.next);
  if (s.flow) {
    s.flow->add(sample.input, sample.output, s.now);
  }
  if (s.config.truth_plan != nullptr) {
    s.add_truth(sample);
  }
  ++s.frames;
}

MeterResult QualityMeter::finish() const {
  const State& s = *state_;
  MeterResult result;
  QualityFigures& quality = result.quality;
  quality.tpsnr_stride1 = s.tpsnr.figures(1);
  quality.tpsnr_stride2 = s.tpsnr.figures(2);
  quality.motion_energy = s.output_energy.mean();
  quality.motion_energy_input = s.input_energy.mean();
  if (quality.motion_energy && quality.motion_energy_input && *quality.motion_energy_input > 0) {
    quality.motion_energy_error =
        std::abs(*quality.motion_energy - *quality.motion_energy_input) / *quality.motion_energy_input;
  }
  if (s.config.plan != nullptr && s.config.raw_plan != nullptr) {
    const LandmarkJitter jitter =
        landmark_jitter(*s.config.plan, *s.config.raw_plan, s.config.template_points);
    quality.landmark_jitter = jitter.plan;
    quality.landmark_jitter_raw = jitter.raw;
  }
  if (s.flow) {
    quality.warp_error = s.flow->warp_error();
    quality.flow_error = s.flow->flow_error();
  }
  if (s.config.truth_plan == nullptr) {
    return result;
  }
  TruthFigures& truth = result.truth.emplace();
  truth.td_psnr = s.difference->td_psnr();
  truth.fidelity_psnr = s.difference->fidelity_mean();
  truth.fidelity_psnr_min = s.difference->fidelity_min();
  truth.warp_error_face = s.warp_error.face();
  truth.warp_error_seam = s.warp_error.seam();
  truth.mask_dtssd = s.mask_stability.dtssd();
  if (s.config.plan != nullptr) {
    measure_plan({*s.config.plan, *s.config.truth_plan, *s.config.truth_track, s.config.template_points,
                  s.config.frames_per_second},
                 truth);
  }
  if (s.truth_renders == s.frames) {
    complete_with_truth_tpsnr(quality, truth, s.truth_tpsnr.figures(2), s.frames);
  }
  return result;
}

void complete_with_base(QualityFigures& figures, const QualityFigures& base, int frame_count) {
  figures.delta = delta(figures.tpsnr_stride2.series, base.tpsnr_stride2.series, 2, frame_count);
}

void complete_with_truth_tpsnr(QualityFigures& figures, TruthFigures& truth,
                               const TpsnrFigures& truth_stride2, int frame_count) {
  figures.delta_truth = delta(figures.tpsnr_stride2.series, truth_stride2.series, 2, frame_count);
  if (!truth_stride2.series.empty()) {
    truth.tpsnr_mean_vs_truth = figures.tpsnr_stride2.mean - truth_stride2.mean;
    truth.tpsnr_tail_vs_truth = figures.tpsnr_stride2.tail_mean - truth_stride2.tail_mean;
  }
}

}  // namespace ffbench::metrics
