#include "harness/metrics/quality.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "harness/metrics/delta.hpp"
#include "harness/metrics/face_region.hpp"
#include "harness/metrics/measure.hpp"
#include "harness/metrics/regions.hpp"

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
  explicit State(const MeterConfig& c) : config(c) {
    for (const MakeMeasure make : ffbench::metrics::measures()) {
      if (std::unique_ptr<Measure> measure = make(config)) {
        measures.push_back(std::move(measure));
      }
    }
    if (c.truth_plan != nullptr) {
      region.emplace(c.width, c.height);
    }
    full_mask = MaskImage(c.crop_size, c.crop_size);
    std::fill_n(full_mask.data(), full_mask.size_bytes(), std::uint8_t{255});
  }

  using FaceRectangle = Region (*)(const FacePlan& face, int crop_size, int width, int height);

  /// Rectangles of the faces of a plan's frame, or nothing beyond the clip's end.
  void rectangles(const ClipPlan& plan, int index, FaceRectangle of_face, std::vector<Region>& out) const {
    out.clear();
    if (index >= config.frame_count) {
      return;
    }
    for (const FacePlan& face : plan.frames[static_cast<std::size_t>(index)].faces) {
      const Region box = of_face(face, config.crop_size, config.width, config.height);
      if (!box.empty()) {
        out.push_back(box);
      }
    }
  }

  void face_rectangles(int index, std::vector<Region>& out) const {
    const ClipPlan* plan = config.truth_plan != nullptr ? config.truth_plan : config.raw_plan;
    if (plan != nullptr) {
      rectangles(*plan, index, &face_region, out);
      return;
    }
    out.clear();
    if (index < config.frame_count) {
      out.push_back({0, 0, config.width, config.height});
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
    if (config.truth_plan != nullptr && frames > 0 && sample.truth_output.empty() == has_truth_render) {
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

  /// The face region of the truth plan, with the masks of the truth render where there are any.
  void draw_region(const FrameSample& sample) {
    region->clear();
    for (const FacePlan& face : config.truth_plan->frames[static_cast<std::size_t>(sample.index)].faces) {
      const auto masks = std::ranges::find(sample.masks, face.face_id, &FaceMasks::face_id);
      const bool drawn = masks != sample.masks.end() && !masks->truth.empty();
      region->draw(drawn ? masks->truth : full_mask.const_view(), face.frame_to_crop);
    }
    region->finish();
  }

  MeterConfig config;
  int frames = 0;
  bool has_truth_render = false;
  std::vector<std::unique_ptr<Measure>> measures;
  std::optional<FaceRegion> region;
  MaskImage full_mask;
  std::vector<Region> faces;
  std::vector<Region> next_faces;
  std::vector<Region> crops;
  std::vector<Region> next_crops;
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
  s.face_rectangles(sample.index, s.faces);
  s.face_rectangles(sample.index + 1, s.next_faces);
  MeasuredFrame frame{.sample = sample, .faces = s.faces, .next_faces = s.next_faces};
  if (s.config.truth_plan != nullptr) {
    s.has_truth_render = !sample.truth_output.empty();
    s.draw_region(sample);
    s.rectangles(*s.config.truth_plan, sample.index, &crop_region, s.crops);
    s.rectangles(*s.config.truth_plan, sample.index + 1, &crop_region, s.next_crops);
    frame.truth_plan = &s.config.truth_plan->frames[static_cast<std::size_t>(sample.index)];
    frame.face_region = &*s.region;
    frame.crops = s.crops;
    frame.next_crops = s.next_crops;
  }
  for (const std::unique_ptr<Measure>& measure : s.measures) {
    measure->add(frame);
  }
  ++s.frames;
}

MeterResult QualityMeter::finish() const {
  MeterResult result;
  if (state_->config.truth_plan != nullptr) {
    result.truth.emplace();
  }
  for (const std::unique_ptr<Measure>& measure : state_->measures) {
    measure->finish(result);
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
