#include "harness/metrics/truth_pixels.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "harness/metrics/measure.hpp"
#include "harness/metrics/pixel_sums.hpp"
#include "harness/metrics/regions.hpp"

namespace ffbench::metrics {

namespace {

/// First row of all regions, and the one behind their last.
int needed_top(std::span<const Region> regions) {
  int top = std::numeric_limits<int>::max();
  for (const Region& r : regions) {
    top = std::min(top, r.y);
  }
  return top;
}
int needed_bottom(std::span<const Region> regions) {
  int bottom = 0;
  for (const Region& r : regions) {
    bottom = std::max(bottom, r.y + r.height);
  }
  return bottom;
}

}  // namespace

TruthDifference::TruthDifference(int width, int height) : now_(width, height), last_(width, height) {}

void TruthDifference::add(ConstBgrView output, ConstBgrView truth, const FaceRegion& region,
                          std::span<const Region> now, std::span<const Region> next) {
  needed_.assign(now.begin(), now.end());
  needed_.insert(needed_.end(), next.begin(), next.end());
  merge_overlapping(needed_);
  std::uint64_t squares = 0;
  std::uint64_t change_squares = 0;
  const auto subtract_row = [&](int y) {
    for (const Region& r : needed_) {
      if (y >= r.y && y < r.y + r.height) {
        subtract(output.pixel(r.x, y), truth.pixel(r.x, y), now_.view().pixel(r.x, y),
                 static_cast<std::size_t>(r.width) * 3);
      }
    }
  };
  // Row by row, so that what was subtracted is still in the nearest cache when it is summed.
  int ready = needed_top(needed_);
  for (const PixelRun& run : region.runs()) {
    for (; ready <= run.y; ++ready) {
      subtract_row(ready);
    }
    const std::size_t values = static_cast<std::size_t>(run.x1 - run.x0) * 3;
    const std::int16_t* here = now_.view().pixel(run.x0, run.y);
    squares += sum_squares(here, values);
    if (frames_ > 0) {
      change_squares += sum_squared_difference(here, last_.view().pixel(run.x0, run.y), values);
    }
  }
  for (const int end = needed_bottom(needed_); ready < end; ++ready) {
    subtract_row(ready);
  }
  if (region.pixels() > 0) {
    const double fidelity = psnr(squares, region.pixels() * 3);
    fidelity_min_ = fidelity_frames_ == 0 ? fidelity : std::min(fidelity_min_, fidelity);
    fidelity_sum_ += fidelity;
    ++fidelity_frames_;
    if (frames_ > 0) {
      td_sum_ += change_squares;
      td_count_ += region.pixels() * 3;
    }
  }
  std::swap(now_, last_);
  ++frames_;
}

std::optional<double> TruthDifference::td_psnr() const {
  return td_count_ > 0 ? std::optional(psnr(td_sum_, td_count_)) : std::nullopt;
}

std::optional<double> TruthDifference::fidelity_mean() const {
  return fidelity_frames_ > 0 ? std::optional(fidelity_sum_ / fidelity_frames_) : std::nullopt;
}

std::optional<double> TruthDifference::fidelity_min() const {
  return fidelity_frames_ > 0 ? std::optional(fidelity_min_) : std::nullopt;
}

namespace {

class TruthPixelsMeasure final : public Measure {
 public:
  explicit TruthPixelsMeasure(const MeterConfig& config) : difference_(config.width, config.height) {}
  void add(const MeasuredFrame& frame) override {
    if (!frame.sample.truth_output.empty()) {
      difference_.add(frame.sample.output, frame.sample.truth_output, *frame.face_region, frame.crops,
                      frame.next_crops);
    }
  }
  void finish(MeterResult& result) const override {
    result.truth->td_psnr = difference_.td_psnr();
    result.truth->fidelity_psnr = difference_.fidelity_mean();
    result.truth->fidelity_psnr_min = difference_.fidelity_min();
  }

 private:
  TruthDifference difference_;
};

}  // namespace

std::unique_ptr<Measure> truth_pixels_measure(const MeterConfig& config) {
  return config.truth_plan != nullptr ? std::make_unique<TruthPixelsMeasure>(config) : nullptr;
}

}  // namespace ffbench::metrics
