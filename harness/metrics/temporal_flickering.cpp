#include <cstdint>
#include <cstdlib>

#include "core/image.hpp"
#include "core/numeric/multiversion.hpp"
#include "harness/metrics/measure.hpp"

namespace ffbench::metrics {
namespace {

/// The sum of absolute differences of two rows of bytes, at most 2^24 of them.
FFBENCH_MULTIVERSION
std::uint32_t sum_absolute_difference(const std::uint8_t* a, const std::uint8_t* b, std::size_t count) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += static_cast<std::uint32_t>(std::abs(int{a[i]} - int{b[i]}));
  }
  return sum;
}

/// Temporal flickering as VBench defines it (Huang et al., VBench: Comprehensive Benchmark Suite
/// for Video Generative Models, CVPR 2024): (255 - MAE) / 255, MAE the mean absolute difference of
/// consecutive frames over all pixels and channels.
class TemporalFlickeringMeasure final : public Measure {
 public:
  void add(const MeasuredFrame& frame) override {
    const ConstBgrView output = frame.sample.output;
    if (last_.width() == output.width && last_.height() == output.height) {
      for (int y = 0; y < output.height; ++y) {
        sum_ += sum_absolute_difference(output.row(y), last_.const_view().row(y), output.row_bytes());
        count_ += output.row_bytes();
      }
    }
    last_.resize(output.width, output.height);
    copy_pixels(output, last_.view());
  }

  void finish(MeterResult& result) const override {
    if (count_ > 0) {
      result.quality.temporal_flickering =
          1 - static_cast<double>(sum_) / (255.0 * static_cast<double>(count_));
    }
  }

 private:
  BgrImage last_;
  std::uint64_t sum_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace

std::unique_ptr<Measure> temporal_flickering_measure(const MeterConfig& /*config*/) {
  return std::make_unique<TemporalFlickeringMeasure>();
}

}  // namespace ffbench::metrics
