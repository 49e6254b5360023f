#include "harness/metrics/tpsnr.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "harness/metrics/measure.hpp"
#include "harness/metrics/pixel_sums.hpp"

namespace ffbench::metrics {

Region tpsnr_region(int width, int height) {
  constexpr int side = 640;
  const int w = std::min(width, side);
  const int h = std::min(height, side);
  return {(width - w) / 2, (height - h) / 2, w, h};
}

TpsnrFigures summarise_tpsnr(std::vector<double> series, int stride, int frame_count, int step) {
  TpsnrFigures figures;
  figures.series = std::move(series);
  if (figures.series.empty()) {
    return figures;
  }
  double sum = 0;
  double tail_sum = 0;
  int tail_count = 0;
  figures.min = figures.series.front();
  for (std::size_t i = 0; i < figures.series.size(); ++i) {
    const double value = figures.series[i];
    sum += value;
    figures.min = std::min(figures.min, value);
    if (in_tail(static_cast<int>(i) * step + stride, frame_count)) {
      figures.tail_min = tail_count == 0 ? value : std::min(figures.tail_min, value);
      tail_sum += value;
      ++tail_count;
    }
  }
  const double count = static_cast<double>(figures.series.size());
  figures.mean = sum / count;
  double squares = 0;
  for (const double value : figures.series) {
    squares += (value - figures.mean) * (value - figures.mean);
  }
  figures.std = std::sqrt(squares / count);
  figures.tail_mean = tail_count > 0 ? tail_sum / tail_count : 0;
  return figures;
}

TpsnrFigures seed_tpsnr(const std::vector<double>& stride2_series, int frame_count) {
  constexpr int stride = 2;
  std::vector<double> series;
  for (std::size_t i = 0; i < stride2_series.size(); i += stride) {
    series.push_back(stride2_series[i]);
  }
  return summarise_tpsnr(std::move(series), stride, frame_count, stride);
}

TemporalPsnr::TemporalPsnr(const std::vector<int>& strides, int width, int height)
    : width_(width), height_(height), region_(tpsnr_region(width, height)) {
  int longest = 0;
  for (const int stride : strides) {
    if (stride < 1 || width < 1 || height < 1) {
      fail("tPSNR needs a stride and a frame size of at least 1, got stride {} and {}x{}", stride, width,
           height);
    }
    longest = std::max(longest, stride);
    series_.push_back({stride, {}});
  }
  history_.assign(static_cast<std::size_t>(longest), BgrImage(region_.width, region_.height));
}

void TemporalPsnr::add(ConstBgrView frame) {
  if (frame.width != width_ || frame.height != height_) {
    fail("tPSNR: frame {} is {}x{}, the clip {}x{}; all frames need one size", frames_, frame.width,
         frame.height, width_, height_);
  }
  const ConstBgrView crop = frame.crop(region_.x, region_.y, region_.width, region_.height);
  const auto bytes = crop.row_bytes() * static_cast<std::uint64_t>(crop.height);
  for (Series& series : series_) {
    if (frames_ < series.stride) {
      continue;
    }
    const ConstBgrView earlier = kept(frames_ - series.stride).const_view();
    std::uint64_t sum = 0;
    for (int y = 0; y < crop.height; ++y) {
      sum += sum_squared_difference(crop.row(y), earlier.row(y), crop.row_bytes());
    }
    series.values.push_back(psnr(sum, bytes));
  }
  copy_pixels(crop, kept(frames_).view());
  ++frames_;
}

TpsnrFigures TemporalPsnr::figures(int stride) const {
  const auto found = std::find_if(series_.begin(), series_.end(),
                                  [stride](const Series& series) { return series.stride == stride; });
  if (found == series_.end()) {
    fail("tPSNR was not measured at stride {}", stride);
  }
  return summarise_tpsnr(found->values, stride, frames_);
}

namespace {

class TpsnrMeasure final : public Measure {
 public:
  explicit TpsnrMeasure(const MeterConfig& config) : tpsnr_({1, 2}, config.width, config.height) {}
  void add(const MeasuredFrame& frame) override { tpsnr_.add(frame.sample.output); }
  void finish(MeterResult& result) const override {
    result.quality.tpsnr_stride1 = tpsnr_.figures(1);
    result.quality.tpsnr_stride2 = tpsnr_.figures(2);
    result.quality.tpsnr_seed = seed_tpsnr(result.quality.tpsnr_stride2.series, tpsnr_.frame_count());
  }

 private:
  TemporalPsnr tpsnr_;
};

class TruthTpsnrMeasure final : public Measure {
 public:
  explicit TruthTpsnrMeasure(const MeterConfig& config) : tpsnr_({2}, config.width, config.height) {}
  void add(const MeasuredFrame& frame) override {
    if (!frame.sample.truth_output.empty()) {
      tpsnr_.add(frame.sample.truth_output);
      ++renders_;
    }
    ++frames_;
  }
  void finish(MeterResult& result) const override {
    if (renders_ == frames_) {
      complete_with_truth_tpsnr(result.quality, *result.truth, tpsnr_.figures(2), frames_);
    }
  }

 private:
  TemporalPsnr tpsnr_;
  int frames_ = 0;
  int renders_ = 0;
};

}  // namespace

std::unique_ptr<Measure> tpsnr_measure(const MeterConfig& config) {
  return std::make_unique<TpsnrMeasure>(config);
}

std::unique_ptr<Measure> truth_tpsnr_measure(const MeterConfig& config) {
  return config.truth_plan != nullptr ? std::make_unique<TruthTpsnrMeasure>(config) : nullptr;
}

}  // namespace ffbench::metrics
