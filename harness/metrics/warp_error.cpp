#include "harness/metrics/warp_error.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/error.hpp"
#include "core/multiversion.hpp"

namespace ffbench::metrics {
namespace {

/// Displacements in 1/256 px, rounded to nearest. Magnitudes are clamped to 32768 px, which leaves any frame; so is a NaN. The
/// clamp works on the bits, as ordered as the magnitudes are, because that vectorises.
FFBENCH_MULTIVERSION
void to_256ths(const float* flow, std::int32_t* out, std::size_t n) {
  constexpr std::uint32_t largest = std::bit_cast<std::uint32_t>(32768.0F);
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, flow + i, sizeof bits);
    const std::uint32_t clamped = std::min(bits & 0x7FFFFFFFU, largest);
    float magnitude = 0;
    std::memcpy(&magnitude, &clamped, sizeof magnitude);
    // NOLINTNEXTLINE(bugprone-incorrect-roundings): not negative, and lround would not vectorise
    const auto rounded = static_cast<std::int32_t>(magnitude * 256.0F + 0.5F);
    out[i] = (bits >> 31U) != 0 ? -rounded : rounded;
  }
}

/// The four neighbours and the weights of some samples, one array each for wide lanes.
struct Block {
  static constexpr std::size_t capacity = 256;
  template <typename T>
  using Lane = std::array<T, capacity>;

  Lane<std::uint32_t> upper_left;
  Lane<std::uint32_t> upper_right;
  Lane<std::uint32_t> lower_left;
  Lane<std::uint32_t> lower_right;
  Lane<std::uint32_t> fx;
  Lane<std::uint32_t> fy;
  Lane<std::uint32_t> bgr;
};

struct BlockSum {
  std::uint64_t all = 0;
  std::uint64_t ring = 0;
  std::uint64_t ring_pixels = 0;
};

/// Three bytes as a number.
std::uint32_t load3(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0]) | static_cast<std::uint32_t>(p[1]) << 8 |
         static_cast<std::uint32_t>(p[2]) << 16;
}

/// Two neighbouring pixels from one row, the second one `right` bytes on. Far from the row's end one wide load does.
void load_pair(const std::uint8_t* p, bool far_from_end, int right, std::uint32_t& first,
               std::uint32_t& second) {
  if (far_from_end) {
    std::uint64_t bytes = 0;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&bytes, p, sizeof bytes);
      first = static_cast<std::uint32_t>(bytes & 0xFFFFFFU);
      second = static_cast<std::uint32_t>((bytes >> 24) & 0xFFFFFFU);
      return;
    }
  }
  first = load3(p);
  second = load3(p + right);
}

void load_block(ConstBgrView frame, std::span<const FlowSamples::Sample> samples, Block& block) {
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const FlowSamples::Sample& sample = samples[i];
    const int x = sample.x >> 8;
    const int y = sample.y >> 8;
    // On the last column and row the fraction is 0 and the neighbour, itself, has no weight.
    const int right = x + 1 < frame.width ? 3 : 0;
    const bool far_from_end = x + 2 < frame.width;
    const std::uint8_t* upper = frame.pixel(x, y);
    const std::uint8_t* lower = y + 1 < frame.height ? upper + frame.stride_bytes : upper;
    load_pair(upper, far_from_end, right, block.upper_left[i], block.upper_right[i]);
    load_pair(lower, far_from_end, right, block.lower_left[i], block.lower_right[i]);
    block.fx[i] = static_cast<std::uint32_t>(sample.x & 255);
    block.fy[i] = static_cast<std::uint32_t>(sample.y & 255);
    block.bgr[i] = sample.bgr;
  }
}

FFBENCH_MULTIVERSION
BlockSum sum_block(const Block& block, std::size_t n) {
  std::uint64_t all = 0;
  std::uint64_t ring = 0;
  std::uint32_t ring_pixels = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t fx = block.fx[i];
    const std::uint32_t fy = block.fy[i];
    const std::uint32_t on_ring = block.bgr[i] >> 31U;
    const std::uint32_t mask = 0U - on_ring;
    ring_pixels += on_ring;
    for (std::uint32_t shift = 0; shift < 24; shift += 8) {
      const std::uint32_t upper = ((block.upper_left[i] >> shift) & 255U) * (256U - fx) +
                                  ((block.upper_right[i] >> shift) & 255U) * fx;
      const std::uint32_t lower = ((block.lower_left[i] >> shift) & 255U) * (256U - fx) +
                                  ((block.lower_right[i] >> shift) & 255U) * fx;
      const std::uint32_t value = (upper * (256U - fy) + lower * fy + 128U) >> 8U;
      // The square of a difference below 2^16 is right modulo 2^32 whatever its sign.
      const std::uint32_t d = value - (((block.bgr[i] >> shift) & 255U) << 8U);
      const std::uint32_t square = d * d;
      all += square;
      ring += square & mask;
    }
  }
  return {all, ring, ring_pixels};
}

}  // namespace

std::optional<double> WarpErrorSum::figure() const {
  if (pixels == 0) {
    return std::nullopt;
  }
  constexpr double white = 255.0 * 256.0;
  return 1000.0 * (static_cast<double>(sum) / static_cast<double>(pixels)) / (white * white);
}

void FlowSamples::add(ConstBgrView frame, const PixelRun& run, const float* flow, const std::uint8_t* valid,
                      const std::uint8_t* cover) {
  const auto n = static_cast<std::size_t>(run.x1 - run.x0);
  displacement_.resize(2 * n);
  to_256ths(flow + 2 * static_cast<std::ptrdiff_t>(run.x0), displacement_.data(), 2 * n);
  if (samples_.size() < count_ + n) {
    samples_.resize(2 * (count_ + n));
  }
  const auto last_x = static_cast<std::uint32_t>(frame.width - 1) * 256;
  const auto last_y = static_cast<std::uint32_t>(frame.height - 1) * 256;
  const std::uint8_t* pixel = frame.pixel(run.x0, run.y);
  const std::int32_t* displacement = displacement_.data();
  Sample* out = samples_.data() + count_;
  for (int x = run.x0; x < run.x1; ++x, pixel += 3, displacement += 2) {
    // Written in any case, kept where valid: a negative position is a huge unsigned one.
    out->x = x * 256 + displacement[0];
    out->y = run.y * 256 + displacement[1];
    out->bgr = load3(pixel) | (cover != nullptr && cover[x] == FaceRegion::seam ? 0xFF000000U : 0U);
    const bool kept = (valid[x] != 0) & (static_cast<std::uint32_t>(out->x) <= last_x) &
                      (static_cast<std::uint32_t>(out->y) <= last_y);
    out += kept ? 1 : 0;
  }
  count_ = static_cast<std::size_t>(out - samples_.data());
}

void add_warp_error(ConstBgrView frame, std::span<const FlowSamples::Sample> samples, WarpErrorSum& all,
                    WarpErrorSum& ring) {
  Block block;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by load_block
  while (!samples.empty()) {
    const auto some = samples.first(std::min(samples.size(), Block::capacity));
    load_block(frame, some, block);
    const BlockSum sum = sum_block(block, some.size());
    all.sum += sum.all;
    all.pixels += some.size();
    ring.sum += sum.ring;
    ring.pixels += sum.ring_pixels;
    samples = samples.subspan(some.size());
  }
}

void TruthWarpError::add(ConstBgrView output, const TruthMaps& maps, const FaceRegion& region) {
  if (maps.flow.width() != output.width || maps.flow.height() != output.height ||
      maps.flow_valid.width() != output.width || maps.flow_valid.height() != output.height) {
    fail("warp error: the truth maps are {}x{}, the frame {}x{}", maps.flow.width(), maps.flow.height(),
         output.width, output.height);
  }
  add_warp_error(output, samples_.samples(), face_, seam_);
  samples_.clear();
  for (const PixelRun& run : region.runs()) {
    samples_.add(output, run, maps.flow.const_view().row(run.y), maps.flow_valid.const_view().row(run.y),
                 region.cover().row(run.y));
  }
}

}  // namespace ffbench::metrics
