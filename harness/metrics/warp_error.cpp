#include "harness/metrics/warp_error.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/error.hpp"
#include "core/numeric/multiversion.hpp"
#include "harness/metrics/measure.hpp"

namespace ffbench::metrics {
namespace {

/// A displacement in 1/256 px, rounded to nearest. Magnitudes are clamped to 32768 px, which leaves
/// any frame; so is a NaN. The clamp works on the bits, as ordered as the magnitudes are, because
/// that vectorises.
__attribute__((always_inline)) inline std::int32_t to_256ths(float displacement) {
  constexpr std::uint32_t largest = std::bit_cast<std::uint32_t>(32768.0F);
  const auto bits = std::bit_cast<std::uint32_t>(displacement);
  const std::uint32_t clamped = std::min(bits & 0x7FFFFFFFU, largest);
  // NOLINTNEXTLINE(bugprone-incorrect-roundings): not negative, and lround would not vectorise
  const auto rounded = static_cast<std::int32_t>(std::bit_cast<float>(clamped) * 256.0F + 0.5F);
  return (bits >> 31U) != 0 ? -rounded : rounded;
}

/// Where the pixels of a run lead.
struct RunPlaces {
  std::int32_t x0 = 0;
  std::int32_t y = 0;
  std::uint32_t last_x = 0;  ///< 1/256 px
  std::uint32_t last_y = 0;
  std::uint32_t seam_mark = 0;
};

/// Some pixels and where they lead, one array a number, for wide lanes. Pixels that lead nowhere
/// stay in, marked, since leaving them out costs more than carrying them.
struct Block {
  static constexpr std::size_t capacity = 256;
  static constexpr std::uint32_t counted = 1U << 24U;  ///< in `colours`: the pixel counts
  static constexpr std::uint32_t on_seam = 1U << 31U;  ///< in `colours`: and lies on the seam ring
  using Lane = std::array<std::uint32_t, capacity>;

  /// Column, plus 65536 times the row, of the upper left of the four pixels around the place
  Lane corners;
  Lane weights;  ///< of the right neighbours, 0 to 256, plus 65536 times that of the lower ones
  Lane colours;  ///< B + 256 G + 65536 R + marks
  Lane upper_left;
  Lane upper_right;
  Lane lower_left;
  Lane lower_right;
};

FFBENCH_MULTIVERSION
void place(const RunPlaces& run, const float* flow, const std::uint8_t* valid, const std::uint8_t* cover,
           std::size_t n, Block& block) {
  const RunPlaces r = run;
  for (std::size_t i = 0; i < n; ++i) {
    // A negative place is a huge unsigned one.
    const auto x =
        static_cast<std::uint32_t>((r.x0 + static_cast<std::int32_t>(i)) * 256 + to_256ths(flow[2 * i]));
    const auto y = static_cast<std::uint32_t>(r.y * 256 + to_256ths(flow[2 * i + 1]));
    const std::uint32_t kept =
        (valid[i] != 0 ? 1U : 0U) & (x <= r.last_x ? 1U : 0U) & (y <= r.last_y ? 1U : 0U);
    const std::uint32_t mask = 0U - kept;
    // On the last column and row the place is between the last two, with all weight on the last
    // one.
    const std::uint32_t left = std::min(x >> 8U, (r.last_x >> 8U) - 1);
    const std::uint32_t upper = std::min(y >> 8U, (r.last_y >> 8U) - 1);
    block.corners[i] = (left | upper << 16U) & mask;
    block.weights[i] = ((x - left * 256) | (y - upper * 256) << 16U) & mask;
    block.colours[i] = (Block::counted | (cover[i] == FaceRegion::seam ? r.seam_mark : 0U)) & mask;
  }
}

std::uint32_t load4(const std::uint8_t* p) {
  std::uint32_t bytes = 0;
  std::memcpy(&bytes, p, sizeof bytes);
  return bytes;
}

/// Adds the colours of `n` pixels that begin at `p`; nothing beyond them is read.
void add_colours(const std::uint8_t* p, std::size_t n, Block& block) {
  static_assert(std::endian::native == std::endian::little);
  for (std::size_t i = 0; i + 1 < n; ++i) {
    block.colours[i] |= load4(p + 3 * i) & 0xFFFFFFU;
  }
  const std::uint8_t* last = p + 3 * (n - 1);
  block.colours[n - 1] |= static_cast<std::uint32_t>(last[0]) | static_cast<std::uint32_t>(last[1]) << 8U |
                          static_cast<std::uint32_t>(last[2]) << 16U;
}

struct BlockSum {
  std::uint64_t all = 0;
  std::uint64_t ring = 0;
  std::uint32_t pixels = 0;
  std::uint32_t ring_pixels = 0;
};

/// Fills the low three bytes with each neighbour's colour. Reads the two pixels of a pair with two
/// loads of four bytes that stay within their six.
void load_neighbours(ConstBgrView frame, std::size_t n, Block& block) {
  const std::uint8_t* base = frame.row(0);
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint8_t* upper = base +
                                static_cast<std::ptrdiff_t>(block.corners[i] >> 16U) * frame.stride_bytes +
                                std::size_t{block.corners[i] & 0xFFFFU} * 3;
    const std::uint8_t* lower = upper + frame.stride_bytes;
    block.upper_left[i] = load4(upper);
    block.upper_right[i] = load4(upper + 2) >> 8U;
    block.lower_left[i] = load4(lower);
    block.lower_right[i] = load4(lower + 2) >> 8U;
  }
}

FFBENCH_MULTIVERSION
BlockSum sum_block(const Block& block, std::size_t n) {
  std::uint64_t all = 0;
  std::uint64_t ring = 0;
  std::uint32_t pixels = 0;
  std::uint32_t ring_pixels = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t fx = block.weights[i] & 0xFFFFU;
    const std::uint32_t fy = block.weights[i] >> 16U;
    const std::uint32_t colour = block.colours[i];
    const std::uint32_t counted = (colour >> 24U) & 1U;
    const std::uint32_t on_ring = colour >> 31U;
    pixels += counted;
    ring_pixels += on_ring;
    for (std::uint32_t shift = 0; shift < 24; shift += 8) {
      const std::uint32_t upper = ((block.upper_left[i] >> shift) & 255U) * (256U - fx) +
                                  ((block.upper_right[i] >> shift) & 255U) * fx;
      const std::uint32_t lower = ((block.lower_left[i] >> shift) & 255U) * (256U - fx) +
                                  ((block.lower_right[i] >> shift) & 255U) * fx;
      const std::uint32_t value = (upper * (256U - fy) + lower * fy + 128U) >> 8U;
      // The square of a difference below 2^16 is right modulo 2^32 whatever its sign.
      const std::uint32_t d = value - (((colour >> shift) & 255U) << 8U);
      const std::uint32_t square = d * d;
      all += square & (0U - counted);
      ring += square & (0U - on_ring);
    }
  }
  return {all, ring, pixels, ring_pixels};
}

}  // namespace

std::optional<double> WarpErrorSum::figure() const {
  if (pixels == 0) {
    return std::nullopt;
  }
  constexpr double white = 255.0 * 256.0;
  return 1000.0 * (static_cast<double>(sum) / static_cast<double>(pixels)) / (white * white);
}

void add_warp_error(ConstBgrView frame, ConstBgrView next, const PixelRun& run, const float* flow,
                    const std::uint8_t* valid, const std::uint8_t* cover, WarpErrorSum& all,
                    WarpErrorSum& ring) {
  if (frame.width < 2 || frame.height < 2) {
    return;
  }
  RunPlaces places{run.x0, run.y, static_cast<std::uint32_t>(frame.width - 1) * 256,
                   static_cast<std::uint32_t>(frame.height - 1) * 256, cover != nullptr ? Block::on_seam : 0};
  Block block;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled as far as it is read
  for (int x = run.x0; x < run.x1; x += static_cast<int>(Block::capacity)) {
    const std::size_t n = std::min(static_cast<std::size_t>(run.x1 - x), Block::capacity);
    places.x0 = x;
    // Without a cover any readable bytes serve.
    place(places, flow + 2 * static_cast<std::ptrdiff_t>(x), valid + x,
          (cover != nullptr ? cover : valid) + x, n, block);
    add_colours(frame.pixel(x, run.y), n, block);
    load_neighbours(next, n, block);
    const BlockSum sum = sum_block(block, n);
    all.sum += sum.all;
    all.pixels += sum.pixels;
    ring.sum += sum.ring;
    ring.pixels += sum.ring_pixels;
  }
}

void TruthWarpError::add(ConstBgrView output, const TruthMaps& maps, const FaceRegion& region) {
  if (maps.flow.width() != output.width || maps.flow.height() != output.height ||
      maps.flow_valid.width() != output.width || maps.flow_valid.height() != output.height) {
    fail("warp error: the truth maps are {}x{}, the frame {}x{}", maps.flow.width(), maps.flow.height(),
         output.width, output.height);
  }
  for (const PixelRun& run : last_runs_) {
    add_warp_error(last_output_.const_view(), output, run, last_maps_->flow.const_view().row(run.y),
                   last_maps_->flow_valid.const_view().row(run.y), last_cover_.const_view().row(run.y), face_,
                   seam_);
  }
  last_maps_ = &maps;
  last_output_.resize(output.width, output.height);
  last_cover_.resize(output.width, output.height);
  last_runs_.assign(region.runs().begin(), region.runs().end());
  for (const PixelRun& run : last_runs_) {
    const auto n = static_cast<std::size_t>(run.x1 - run.x0);
    std::memcpy(last_output_.view().pixel(run.x0, run.y), output.pixel(run.x0, run.y), 3 * n);
    std::memcpy(last_cover_.view().pixel(run.x0, run.y), region.cover().pixel(run.x0, run.y), n);
  }
}

namespace {

class TruthWarpErrorMeasure final : public Measure {
 public:
  void add(const MeasuredFrame& frame) override {
    if (frame.sample.maps != nullptr) {
      error_.add(frame.sample.output, *frame.sample.maps, *frame.face_region);
    }
  }
  void finish(MeterResult& result) const override {
    result.truth->warp_error_face = error_.face();
    result.truth->warp_error_seam = error_.seam();
  }

 private:
  TruthWarpError error_;
};

}  // namespace

std::unique_ptr<Measure> truth_warp_error_measure(const MeterConfig& config) {
  return config.truth_plan != nullptr ? std::make_unique<TruthWarpErrorMeasure>() : nullptr;
}

}  // namespace ffbench::metrics
