#include "harness/metrics/optical_flow.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/video/tracking.hpp>

#include "core/error.hpp"
#include "harness/metrics/measure.hpp"
#include "harness/metrics/pixel_sums.hpp"
#include "harness/metrics/regions.hpp"
#include "harness/metrics/warp_error.hpp"

namespace ffbench::metrics {
namespace {

/// OpenCV cuts its flow search into as many stripes as it has threads, and the result depends on
/// them. The number belongs to the process: it stays, since putting it back would change it under
/// other lanes.
void use_one_opencv_thread() {
  if (cv::getNumThreads() != 1) {
    cv::setNumThreads(1);
  }
}

double squared(double x, double y) {
  return x * x + y * y;
}

/// Bilinear sample at (x, y) inside the view.
Point sampled(ConstFlowView flow, double x, double y) {
  const int x0 = static_cast<int>(x);
  const int y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, flow.width - 1);
  const int y1 = std::min(y0 + 1, flow.height - 1);
  const double fx = x - x0;
  const double fy = y - y0;
  const auto blend = [&](int c) {
    const auto at = [&](int xi, int yi) { return static_cast<double>(flow.pixel(xi, yi)[c]); };
    const double upper = at(x0, y0) * (1 - fx) + at(x1, y0) * fx;
    const double lower = at(x0, y1) * (1 - fx) + at(x1, y1) * fx;
    return upper * (1 - fy) + lower * fy;
  };
  return {blend(0), blend(1)};
}

ConstFlowView view_of(const cv::Mat& flow) {
  return {flow.ptr<float>(), flow.cols, flow.rows, static_cast<std::ptrdiff_t>(flow.step)};
}

cv::Mat luma(ConstBgrView frame, std::vector<std::uint16_t>& row) {
  cv::Mat out(frame.height, frame.width, CV_8UC1);
  row.resize(static_cast<std::size_t>(frame.width));
  for (int y = 0; y < frame.height; ++y) {
    luma_q8(frame.row(y), row.data(), row.size());
    std::transform(row.begin(), row.end(), out.ptr<std::uint8_t>(y),
                   [](std::uint16_t v) { return static_cast<std::uint8_t>((v + 128) >> 8); });
  }
  return out;
}

/// `region` grown by the margin and to the smallest side, inside the frame; empty where the frame
/// is too small.
Region surroundings(const Region& region, int width, int height) {
  constexpr int side = OpticalFlowFigures::smallest_side;
  if (region.empty() || width < side || height < side) {
    return {};
  }
  Region r = grown(region, OpticalFlowFigures::flow_margin, width, height);
  if (r.width < side) {
    r.x = std::clamp(r.x + (r.width - side) / 2, 0, width - side);
    r.width = side;
  }
  if (r.height < side) {
    r.y = std::clamp(r.y + (r.height - side) / 2, 0, height - side);
    r.height = side;
  }
  return r;
}

}  // namespace

void visible_in_both(ConstFlowView v, ConstFlowView u, MaskView visible) {
  for (int y = 0; y < v.height; ++y) {
    const float* row = v.row(y);
    const float* below = v.row(std::min(y + 1, v.height - 1));
    std::uint8_t* out = visible.row(y);
    for (int x = 0; x < v.width; ++x) {
      const double vx = row[2 * x];
      const double vy = row[2 * x + 1];
      const double to_x = x + vx;
      const double to_y = y + vy;
      out[x] = 0;
      if (!(to_x >= 0 && to_y >= 0 && to_x <= v.width - 1 && to_y <= v.height - 1)) {
        continue;
      }
      const int right = std::min(x + 1, v.width - 1);
      const double length = squared(vx, vy);
      const double right_x = row[2 * right];
      const double right_y = row[2 * right + 1];
      const double below_x = below[2 * x];
      const double below_y = below[2 * x + 1];
      const double gradient = squared(right_x - vx, right_y - vy) + squared(below_x - vx, below_y - vy);
      const Point back = sampled(u, to_x, to_y);
      const bool occluded =
          squared(back.x + vx, back.y + vy) > 0.01 * (squared(back.x, back.y) + length) + 0.5 ||
          gradient > 0.01 * length + 0.002;
      out[x] = occluded ? 0 : 255;
    }
  }
}

struct OpticalFlowFigures::State {
  /// What is kept of a rectangle until the next frame.
  struct Kept {
    Region region;  ///< whose pixels count
    Region around;  ///< what the flow sees
    cv::Mat input;
    cv::Mat output;
    BgrImage pixels;  ///< of the output, `around`
  };

  int width = 0;
  int height = 0;
  FlowMethod method = FlowMethod::dis;
  cv::Ptr<cv::DISOpticalFlow> dis;
  std::vector<Kept> kept;
  std::vector<std::uint16_t> row;
  MaskImage visible;
  WarpErrorSum warp;
  WarpErrorSum no_ring;
  double distance = 0;
  std::uint64_t distances = 0;

  [[nodiscard]] cv::Mat flow(const cv::Mat& from, const cv::Mat& to) const {
    cv::Mat out;
    if (method == FlowMethod::dis) {
      dis->calc(from, to, out);
    } else {
      cv::calcOpticalFlowFarneback(from, to, out, 0.5, 3, 15, 3, 5, 1.2, 0);
    }
    return out;
  }

  void follow(const Kept& old, ConstBgrView input, ConstBgrView output) {
    const Region& around = old.around;
    const ConstBgrView output_crop = output.crop(around.x, around.y, around.width, around.height);
    const cv::Mat input_luma = luma(input.crop(around.x, around.y, around.width, around.height), row);
    const cv::Mat there = flow(old.input, input_luma);
    const cv::Mat back = flow(input_luma, old.input);
    const cv::Mat output_there = flow(old.output, luma(output_crop, row));
    visible.resize(around.width, around.height);
    visible_in_both(view_of(there), view_of(back), visible.view());
    for (int y = old.region.y - around.y; y < old.region.y - around.y + old.region.height; ++y) {
      double row_distance = 0;
      for (int x = old.region.x - around.x; x < old.region.x - around.x + old.region.width; ++x) {
        const float* in = view_of(there).pixel(x, y);
        const float* out = view_of(output_there).pixel(x, y);
        row_distance += std::sqrt(squared(double{in[0]} - double{out[0]}, double{in[1]} - double{out[1]}));
      }
      add_warp_error(old.pixels.const_view(), output_crop,
                     {y, old.region.x - around.x, old.region.x - around.x + old.region.width},
                     view_of(there).row(y), visible.const_view().row(y), nullptr, warp, no_ring);
      distance += row_distance;
      distances += static_cast<std::uint64_t>(old.region.width);
    }
  }
};

OpticalFlowFigures::OpticalFlowFigures(int width, int height, FlowMethod method)
    : state_(std::make_unique<State>()) {
  state_->width = width;
  state_->height = height;
  state_->method = method;
  if (method == FlowMethod::dis) {
    state_->dis = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
  }
}

OpticalFlowFigures::~OpticalFlowFigures() = default;
OpticalFlowFigures::OpticalFlowFigures(OpticalFlowFigures&&) noexcept = default;
OpticalFlowFigures& OpticalFlowFigures::operator=(OpticalFlowFigures&&) noexcept = default;

void OpticalFlowFigures::add(ConstBgrView input, ConstBgrView output, std::span<const Region> regions) {
  State& s = *state_;
  if (input.width != s.width || input.height != s.height || output.width != s.width ||
      output.height != s.height) {
    fail("optical flow: input {}x{} and output {}x{} need the clip's size, {}x{}", input.width, input.height,
         output.width, output.height, s.width, s.height);
  }
  use_one_opencv_thread();
  for (const State::Kept& old : s.kept) {
    s.follow(old, input, output);
  }
  s.kept.clear();
  for (const Region& region : regions) {
    const Region around = surroundings(region, s.width, s.height);
    if (around.empty()) {
      continue;
    }
    State::Kept kept{region, around, {}, {}, BgrImage(around.width, around.height)};
    const ConstBgrView crop = output.crop(around.x, around.y, around.width, around.height);
    kept.input = luma(input.crop(around.x, around.y, around.width, around.height), s.row);
    kept.output = luma(crop, s.row);
    copy_pixels(crop, kept.pixels.view());
    s.kept.push_back(std::move(kept));
  }
}

std::optional<double> OpticalFlowFigures::warp_error() const {
  return state_->warp.figure();
}

std::optional<double> OpticalFlowFigures::flow_error() const {
  return state_->distances > 0 ? std::optional(state_->distance / static_cast<double>(state_->distances))
                               : std::nullopt;
}

namespace {

class OpticalFlowMeasure final : public Measure {
 public:
  explicit OpticalFlowMeasure(const MeterConfig& config) : flow_(config.width, config.height) {}
  void add(const MeasuredFrame& frame) override {
    flow_.add(frame.sample.input, frame.sample.output, frame.faces);
  }
  void finish(MeterResult& result) const override {
    result.quality.warp_error = flow_.warp_error();
    result.quality.flow_error = flow_.flow_error();
  }

 private:
  OpticalFlowFigures flow_;
};

}  // namespace

std::unique_ptr<Measure> optical_flow_measure(const MeterConfig& config) {
  return config.optical_flow ? std::make_unique<OpticalFlowMeasure>(config) : nullptr;
}

}  // namespace ffbench::metrics
