#include "harness/metrics/motion_energy.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "core/numeric/multiversion.hpp"
#include "harness/metrics/measure.hpp"
#include "harness/metrics/pixel_sums.hpp"
#include "harness/metrics/regions.hpp"

namespace ffbench::metrics {
namespace {

/// Index into 0 .. n - 1 mirrored at both ends without repeating them.
int mirrored(int i, int n) {
  if (n == 1) {
    return 0;
  }
  while (i < 0 || i >= n) {
    i = i < 0 ? -i : 2 * (n - 1) - i;
  }
  return i;
}

/// One filtered value a column. 65280 * 65536 + 32768 fits in 32 bits.
FFBENCH_MULTIVERSION
void filter5(const std::uint16_t* r0, const std::uint16_t* r1, const std::uint16_t* r2,
             const std::uint16_t* r3, const std::uint16_t* r4, std::uint16_t* out, int n) {
  for (int i = 0; i < n; ++i) {
    const std::uint32_t outer = std::uint32_t{r0[i]} + std::uint32_t{r4[i]};
    const std::uint32_t inner = std::uint32_t{r1[i]} + std::uint32_t{r3[i]};
    const std::uint32_t sum =
        motion_filter[0] * outer + motion_filter[1] * inner + motion_filter[2] * std::uint32_t{r2[i]};
    out[i] = static_cast<std::uint16_t>((sum + 32768U) >> 16);
  }
}

}  // namespace

MotionEnergy::MotionEnergy(int width, int height) : now_(width, height), last_(width, height) {
  for (auto& row : rows_) {
    row.resize(static_cast<std::size_t>(width));
  }
  luma_.resize(static_cast<std::size_t>(width) + 4);
}

void MotionEnergy::filter_row(ConstBgrView frame, int y, int x0, int n) {
  // luma_[i] is column x0 - 2 + i.
  const int from = std::max(x0 - 2, 0);
  const int to = std::min(x0 + n + 2, frame.width);
  std::uint16_t* luma = luma_.data() + 2 - x0;
  luma_q8(frame.pixel(from, y), luma + from, static_cast<std::size_t>(to - from));
  for (int x = x0 - 2; x < from; ++x) {
    luma[x] = luma_of(frame, mirrored(x, frame.width), y);
  }
  for (int x = to; x < x0 + n + 2; ++x) {
    luma[x] = luma_of(frame, mirrored(x, frame.width), y);
  }
  const std::uint16_t* l = luma_.data();
  filter5(l, l + 1, l + 2, l + 3, l + 4, rows_[static_cast<std::size_t>(y % 5)].data(), n);
}

std::uint16_t MotionEnergy::luma_of(ConstBgrView frame, int x, int y) {
  std::uint16_t value = 0;
  luma_q8(frame.pixel(x, y), &value, 1);
  return value;
}

std::uint64_t MotionEnergy::filter(ConstBgrView frame, const Region& region,
                                   std::span<const Region> compared) {
  std::uint64_t sum = 0;
  int ready = std::max(region.y - 2, 0);
  for (int y = region.y; y < region.y + region.height; ++y) {
    for (; ready <= std::min(y + 2, frame.height - 1); ++ready) {
      filter_row(frame, ready, region.x, region.width);
    }
    std::array<const std::uint16_t*, 5> r{};
    for (int k = 0; k < 5; ++k) {
      r[static_cast<std::size_t>(k)] =
          rows_[static_cast<std::size_t>(mirrored(y - 2 + k, frame.height) % 5)].data();
    }
    filter5(r[0], r[1], r[2], r[3], r[4], now_.view().pixel(region.x, y), region.width);
    if (frames_ > 0) {
      // While the row is in the nearest cache. Each rectangle lies in one region.
      for (const Region& box : compared) {
        if (y >= box.y && y < box.y + box.height && box.x >= region.x && box.x < region.x + region.width) {
          sum += sum_absolute_difference(now_.view().pixel(box.x, y), last_.view().pixel(box.x, y),
                                         static_cast<std::size_t>(box.width));
        }
      }
    }
  }
  return sum;
}

void MotionEnergy::add(ConstBgrView frame, std::span<const Region> now, std::span<const Region> next) {
  needed_.assign(now.begin(), now.end());
  needed_.insert(needed_.end(), next.begin(), next.end());
  merge_overlapping(needed_);
  std::uint64_t sum = 0;
  for (const Region& region : needed_) {
    sum += filter(frame, region, now);
  }
  if (frames_ > 0) {
    std::uint64_t count = 0;
    for (const Region& region : now) {
      count += static_cast<std::uint64_t>(region.width) * static_cast<std::uint64_t>(region.height);
    }
    if (count > 0) {
      sum_ += static_cast<double>(sum) / (256.0 * static_cast<double>(count));
      ++compared_;
    }
  }
  std::swap(now_, last_);
  ++frames_;
}

std::optional<double> MotionEnergy::mean() const {
  return compared_ > 0 ? std::optional(sum_ / compared_) : std::nullopt;
}

namespace {

class MotionEnergyMeasure final : public Measure {
 public:
  explicit MotionEnergyMeasure(const MeterConfig& config)
      : input_(config.width, config.height), output_(config.width, config.height) {}
  void add(const MeasuredFrame& frame) override {
    input_.add(frame.sample.input, frame.faces, frame.next_faces);
    output_.add(frame.sample.output, frame.faces, frame.next_faces);
  }
  void finish(MeterResult& result) const override {
    QualityFigures& quality = result.quality;
    quality.motion_energy = output_.mean();
    quality.motion_energy_input = input_.mean();
    if (quality.motion_energy && quality.motion_energy_input && *quality.motion_energy_input > 0) {
      quality.motion_energy_error =
          std::abs(*quality.motion_energy - *quality.motion_energy_input) / *quality.motion_energy_input;
    }
  }

 private:
  MotionEnergy input_;
  MotionEnergy output_;
};

}  // namespace

std::unique_ptr<Measure> motion_energy_measure(const MeterConfig& config) {
  return std::make_unique<MotionEnergyMeasure>(config);
}

}  // namespace ffbench::metrics
