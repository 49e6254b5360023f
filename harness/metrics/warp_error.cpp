#include "harness/metrics/warp_error.hpp"

#include <algorithm>
#include <cmath>

#include "core/error.hpp"

namespace ffbench::metrics {
namespace {

/// Displacements beyond this are nonsense and would overflow the fixed point.
constexpr float largest_flow = 65536.0F;

/// Position plus flow in 1/256 px; false where that lies outside [0, size - 1] or the flow is not a number.
bool displaced(int position, float flow, int size, std::int32_t& out) {
  if (!(flow > -largest_flow && flow < largest_flow)) {
    return false;
  }
  out = position * 256 + static_cast<std::int32_t>(std::floor(flow * 256.0F + 0.5F));
  return out >= 0 && out <= (size - 1) * 256;
}

}  // namespace

std::optional<double> WarpErrorSum::figure() const {
  if (pixels == 0) {
    return std::nullopt;
  }
  constexpr double white = 255.0 * 256.0;
  return 1000.0 * (static_cast<double>(sum) / static_cast<double>(pixels)) / (white * white);
}

std::optional<FlowSample> flow_sample(ConstBgrView frame, int x, int y, const float* flow,
                                      std::uint8_t group) {
  FlowSample sample;
  if (!displaced(x, flow[0], frame.width, sample.x) || !displaced(y, flow[1], frame.height, sample.y)) {
    return std::nullopt;
  }
  std::copy_n(frame.pixel(x, y), 3, sample.bgr.begin());
  sample.group = group;
  return sample;
}

void add_warp_error(ConstBgrView frame, std::span<const FlowSample> samples, std::span<WarpErrorSum> sums) {
  for (const FlowSample& sample : samples) {
    const int x = sample.x >> 8;
    const int y = sample.y >> 8;
    const int fx = sample.x & 255;
    const int fy = sample.y & 255;
    // On the last column and row the fraction is 0 and the neighbour, itself, has no weight.
    const int right = x + 1 < frame.width ? 3 : 0;
    const std::uint8_t* upper = frame.pixel(x, y);
    const std::uint8_t* lower = frame.pixel(x, y + 1 < frame.height ? y + 1 : y);
    const int w00 = (256 - fx) * (256 - fy);
    const int w01 = fx * (256 - fy);
    const int w10 = (256 - fx) * fy;
    const int w11 = fx * fy;
    std::uint64_t distance = 0;
    for (int c = 0; c < 3; ++c) {
      const int value = w00 * upper[c] + w01 * upper[right + c] + w10 * lower[c] + w11 * lower[right + c];
      const std::int64_t d =
          ((value + 128) >> 8) - 256 * static_cast<int>(sample.bgr[static_cast<unsigned>(c)]);
      distance += static_cast<std::uint64_t>(d * d);
    }
    WarpErrorSum& sum = sums[sample.group];
    sum.sum += distance;
    ++sum.pixels;
  }
}

void TruthWarpError::add(ConstBgrView output, const TruthMaps& maps, const FaceRegion& region) {
  if (maps.flow.width() != output.width || maps.flow.height() != output.height ||
      maps.flow_valid.width() != output.width || maps.flow_valid.height() != output.height) {
    fail("warp error: the truth maps are {}x{}, the frame {}x{}", maps.flow.width(), maps.flow.height(),
         output.width, output.height);
  }
  add_warp_error(output, samples_, sums_);
  samples_.clear();
  const ConstFlowView flow = maps.flow.const_view();
  for (const PixelRun& run : region.runs()) {
    const std::uint8_t* valid = maps.flow_valid.const_view().row(run.y);
    const std::uint8_t* cover = region.cover().row(run.y);
    for (int x = run.x0; x < run.x1; ++x) {
      if (valid[x] == 0) {
        continue;
      }
      const std::uint8_t group = cover[x] == FaceRegion::full ? 1 : 0;
      if (const auto sample = flow_sample(output, x, run.y, flow.pixel(x, run.y), group)) {
        samples_.push_back(*sample);
      }
    }
  }
}

std::optional<double> TruthWarpError::face() const {
  return WarpErrorSum{sums_[0].sum + sums_[1].sum, sums_[0].pixels + sums_[1].pixels}.figure();
}

}  // namespace ffbench::metrics
