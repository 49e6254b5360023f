#include "harness/metrics/tpsnr.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "core/error.hpp"
#include "harness/metrics/pixel_sums.hpp"

namespace ffbench::metrics {

Region tpsnr_region(int width, int height) {
  constexpr int side = 640;
  const int w = std::min(width, side);
  const int h = std::min(height, side);
  return {(width - w) / 2, (height - h) / 2, w, h};
}

TpsnrFigures summarise_tpsnr(std::vector<double> series, int stride, int frame_count) {
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
    if (in_tail(static_cast<int>(i) + stride, frame_count)) {
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

TemporalPsnr::TemporalPsnr(int stride, int width, int height)
    : stride_(stride), width_(width), height_(height), region_(tpsnr_region(width, height)) {
  if (stride < 1 || width < 1 || height < 1) {
    fail("tPSNR needs a stride and a frame size of at least 1, got stride {} and {}x{}", stride, width,
         height);
  }
  history_.assign(static_cast<std::size_t>(stride), BgrImage(region_.width, region_.height));
}

void TemporalPsnr::add(ConstBgrView frame) {
  if (frame.width != width_ || frame.height != height_) {
    fail("tPSNR: frame {} is {}x{}, the clip {}x{}; all frames need one size", frames_, frame.width,
         frame.height, width_, height_);
  }
  const ConstBgrView crop = frame.crop(region_.x, region_.y, region_.width, region_.height);
  const BgrView kept = history_[static_cast<std::size_t>(frames_ % stride_)].view();
  const bool compare = frames_ >= stride_;
  std::uint64_t sum = 0;
  for (int y = 0; y < crop.height; ++y) {
    if (compare) {
      sum += sum_squared_difference(crop.row(y), kept.row(y), crop.row_bytes());
    }
    std::memcpy(kept.row(y), crop.row(y), crop.row_bytes());
  }
  if (compare) {
    series_.push_back(psnr(sum, crop.row_bytes() * static_cast<std::uint64_t>(crop.height)));
  }
  ++frames_;
}

TpsnrFigures TemporalPsnr::figures() const {
  return summarise_tpsnr(series_, stride_, frames_);
}

}  // namespace ffbench::metrics
