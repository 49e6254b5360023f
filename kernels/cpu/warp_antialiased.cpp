#include "kernels/cpu/warp_antialiased.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/warp_antialiased.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/bilinear-inl.hpp"
#include "kernels/cpu/targets.hpp"
#include "kernels/cpu/warp.hpp"

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {
namespace {

constexpr int lanes_of_block = AntialiasTables::block_lanes;
constexpr int taps_of_block = AntialiasTables::block_taps;
constexpr std::ptrdiff_t bytes_of_block = 3 * taps_of_block;

using D16 = hn::CappedTag<std::uint16_t, lanes_of_block>;
using D16Bytes = hn::Rebind<std::uint8_t, D16>;
using V16 = hn::Vec<D16>;

/// A block is 16 lanes, in as many vectors as that takes.
constexpr int vectors_of_block = lanes_of_block / static_cast<int>(hn::MaxLanes(D16()));

/// The weighted sum of `taps` rows, `stride` bytes apart, over the 16 bytes at `rows`; then each
/// lane by its weight across.
template <int kVectors>
HWY_INLINE void AddBlock(const std::uint8_t* rows, std::ptrdiff_t stride, int taps,
                         const AntialiasTables::Block* down, const AntialiasTables::Block& across,
                         V16 (&sums)[kVectors]) {
  const D16 d;
  const D16Bytes d8;
  const std::size_t lanes = hn::Lanes(d);
  V16 column[kVectors];
  for (int v = 0; v < kVectors; ++v) {
    column[v] = hn::Set(d, static_cast<std::uint16_t>(taps / 2));
  }
  for (int j = 0; j < taps; ++j, rows += stride, ++down) {
    const V16 weight = hn::Load(d, down->lane.data());
    for (int v = 0; v < kVectors; ++v) {
      const V16 pixels = hn::PromoteTo(d, hn::LoadU(d8, rows + static_cast<std::size_t>(v) * lanes));
      column[v] = hn::Add(column[v], hn::MulHigh(hn::ShiftLeft<8>(pixels), weight));
    }
  }
  for (int v = 0; v < kVectors; ++v) {
    sums[v] = hn::Add(sums[v], hn::MulHigh(column[v], hn::Load(d, across.lane.data() +
                                                                      static_cast<std::size_t>(v) * lanes)));
  }
}

/// Adds up the five pixels of each pixel's lanes and writes the rounded results.
HWY_INLINE void StoreSums(const std::uint16_t* sums, int count, int start, std::uint8_t* out) {
#if HWY_TARGET == HWY_SCALAR
  for (int i = 0; i < count; ++i, sums += lanes_of_block, out += 3) {
    for (int c = 0; c < 3; ++c) {
      const int sum = start + sums[c] + sums[c + 3] + sums[c + 6] + sums[c + 9] + sums[c + 12];
      out[c] = static_cast<std::uint8_t>((sum + 128) >> 8);
    }
  }
#else
  const hn::Full128<std::uint16_t> d;
  const hn::Full128<std::uint64_t> d64;
  const hn::Full128<std::int16_t> di;
  const hn::Full64<std::uint8_t> d8;
  const auto rounding = hn::Set(d, static_cast<std::uint16_t>(start + 128));
  alignas(64) std::uint32_t packed[chunk_room];
  const auto pixel = [&](int i) HWY_ATTR {
    const auto low = hn::Load(d, sums + static_cast<std::ptrdiff_t>(i) * lanes_of_block);
    const auto high = hn::Load(d, sums + static_cast<std::ptrdiff_t>(i) * lanes_of_block + 8);
    const auto first = hn::Add(hn::Add(low, rounding), hn::CombineShiftRightBytes<6>(d, high, low));
    const auto last = hn::Add(hn::ShiftRightBytes<2>(d, high), hn::ShiftRightBytes<8>(d, high));
    const auto sum = hn::Add(hn::Add(first, hn::CombineShiftRightBytes<12>(d, high, low)), last);
    return hn::BitCast(d64, hn::ShiftRight<8>(sum));
  };
  // The room behind the last pixel is read and of no matter.
  for (int i = 0; i < count; i += 2) {
    const auto pair = hn::BitCast(di, hn::InterleaveLower(pixel(i), pixel(i + 1)));
    hn::Store(hn::DemoteTo(d8, pair), d8, reinterpret_cast<std::uint8_t*>(packed + i));
  }
  StorePixels(packed, count, out);
#endif
}

/// Where the pixels of a chunk find their taps and weights.
struct alignas(64) Places {
  std::int32_t first_x[chunk_room];
  std::int32_t first_y[chunk_room];
  std::int32_t across[chunk_room];  ///< phase
  std::int32_t down[chunk_room];    ///< phase
  std::int32_t offset[chunk_room];  ///< of the first tap, in bytes; where it lies inside the frame
};

HWY_INLINE VI Phases(VF coordinate, VF limit) {
  const DF df;
  const VF limited = ClampOrdered(coordinate, limit);
  return Truncate(hn::Add(hn::Mul(limited, hn::Set(df, 128.0F)), hn::Set(df, 0.5F)));
}

HWY_INLINE void Locate(ConstBgrView frame, const AntialiasKernel& kernel, const RowMap& map, int x, int count,
                       Places& at) {
  const DF df;
  const DI di;
  const VF limit_x = hn::Set(df, static_cast<float>(frame.width - 1));
  const VF limit_y = hn::Set(df, static_cast<float>(frame.height - 1));
  const VI offset_x = hn::Set(di, kernel.x.offset);
  const VI offset_y = hn::Set(di, kernel.y.offset);
  const VI first_x = hn::Set(di, kernel.x.first);
  const VI first_y = hn::Set(di, kernel.y.first);
  const VI phase = hn::Set(di, antialias_phases - 1);
  const VI stride = hn::Set(di, static_cast<std::int32_t>(frame.stride_bytes));
  CoordinateWalk walk(map, x);
  for (int i = 0; i < count; i += static_cast<int>(hn::Lanes(df)), walk.Next()) {
    const VI qx = hn::Add(Phases(walk.X(), limit_x), offset_x);
    const VI qy = hn::Add(Phases(walk.Y(), limit_y), offset_y);
    const VI tap_x = hn::Sub(hn::ShiftRight<7>(qx), first_x);
    const VI tap_y = hn::Sub(hn::ShiftRight<7>(qy), first_y);
    hn::Store(tap_x, di, at.first_x + i);
    hn::Store(tap_y, di, at.first_y + i);
    hn::Store(hn::And(qx, phase), di, at.across + i);
    hn::Store(hn::And(qy, phase), di, at.down + i);
    hn::Store(hn::Add(hn::Mul(tap_y, stride), Triple(tap_x)), di, at.offset + i);
  }
}

/// The taps of a pixel near the border, replicated, in rows of `stride` bytes. `row_bytes` are what
/// the loads of a row reach over.
void Gather(ConstBgrView frame, int first_x, int first_y, int taps_x, int taps_y, std::size_t row_bytes,
            std::ptrdiff_t stride, std::uint8_t* patch) {
  const bool rows_are_whole =
      first_x >= 0 && 3 * static_cast<std::size_t>(first_x) + row_bytes <= frame.row_bytes();
  for (int j = 0; j < taps_y; ++j) {
    const std::uint8_t* row = frame.row(std::clamp(first_y + j, 0, frame.height - 1));
    std::uint8_t* to = patch + j * stride;
    if (rows_are_whole) {
      std::memcpy(to, row + 3 * static_cast<std::ptrdiff_t>(first_x), row_bytes);
      continue;
    }
    for (int i = 0; i < taps_x; ++i) {
      std::memcpy(to + 3 * static_cast<std::ptrdiff_t>(i),
                  row + 3 * static_cast<std::ptrdiff_t>(std::clamp(first_x + i, 0, frame.width - 1)), 3);
    }
  }
}

/// The weighted sums of one pixel, lane by lane. `kTaps` rows and one block across where it is not
/// 0.
template <int kTaps>
HWY_INLINE void SumPixel(const std::uint8_t* from, std::ptrdiff_t stride, const AntialiasTables& tables,
                         int across_phase, int down_phase, std::uint16_t* out) {
  constexpr int vectors = vectors_of_block;
  const D16 d;
  const int taps = kTaps == 0 ? tables.kernel().y.taps : kTaps;
  const int blocks = kTaps == 0 ? tables.blocks() : 1;
  const AntialiasTables::Block* across = tables.across(across_phase);
  const AntialiasTables::Block* down = tables.down() + static_cast<std::ptrdiff_t>(down_phase) * taps;
  V16 sums[vectors];
  for (V16& sum : sums) {
    sum = hn::Zero(d);
  }
  for (int block = 0; block < blocks; ++block) {
    AddBlock<vectors>(from + block * bytes_of_block, stride, taps, down, across[block], sums);
  }
  for (int v = 0; v < vectors; ++v) {
    hn::Store(sums[v], d, out + static_cast<std::size_t>(v) * hn::Lanes(d));
  }
}

#if HWY_TARGET == HWY_AVX3_DL

/// Bytes that the loads of `SumPixelWide` reach over: one load for two pairs of blocks.
constexpr int wide_bytes(int pairs) {
  return pairs <= 2 ? 64 : 4 * static_cast<int>(bytes_of_block) + 64;
}

/// The same, two blocks at a time. A byte is brought to its lane and multiplied by 256 in one step.
template <int kPairs>
HWY_INLINE void SumPixelWide(const std::uint8_t* from, std::ptrdiff_t stride, const AntialiasTables& tables,
                             int across_phase, int down_phase, std::uint16_t* out) {
  constexpr auto places = [] {
    std::array<std::array<std::uint8_t, 64>, 2> byte{};
    for (std::size_t pair = 0; pair < 2; ++pair) {
      for (std::size_t lane = 0; lane < 32; ++lane) {
        byte[pair][2 * lane + 1] =
            static_cast<std::uint8_t>(2 * bytes_of_block * static_cast<int>(pair) +
                                      (lane < 16 ? lane : lane - 16 + std::size_t{bytes_of_block}));
      }
    }
    return byte;
  }();
  const __m512i place[2] = {_mm512_loadu_si512(places[0].data()), _mm512_loadu_si512(places[1].data())};
  constexpr __mmask64 upper = 0xaaaaaaaaaaaaaaaa;
  const int taps = tables.kernel().y.taps;
  const AntialiasTables::Block* down = tables.down() + static_cast<std::ptrdiff_t>(down_phase) * taps;
  __m512i column[kPairs];
  for (__m512i& sum : column) {
    sum = _mm512_set1_epi16(static_cast<std::int16_t>(taps / 2));
  }
  for (int j = 0; j < taps; ++j, from += stride, ++down) {
    const __m512i weight =
        _mm512_broadcast_i64x4(_mm256_load_si256(reinterpret_cast<const __m256i*>(down->lane.data())));
    __m512i bytes = _mm512_loadu_si512(from);
    for (int pair = 0; pair < kPairs; ++pair) {
      if (pair == 2) {
        bytes = _mm512_loadu_si512(from + 4 * bytes_of_block);
      }
      const __m512i pixels = _mm512_maskz_permutexvar_epi8(upper, place[pair & 1], bytes);
      column[pair] = _mm512_add_epi16(column[pair], _mm512_mulhi_epu16(pixels, weight));
    }
  }
  const AntialiasTables::Block* across = tables.across(across_phase);
  __m512i sums = _mm512_setzero_si512();
  for (int pair = 0; pair < kPairs; ++pair) {
    const __m512i weights = _mm512_loadu_si512(across[2 * pair].lane.data());
    sums = _mm512_add_epi16(sums, _mm512_mulhi_epu16(column[pair], weights));
  }
  _mm256_store_si256(reinterpret_cast<__m256i*>(out),
                     _mm256_add_epi16(_mm512_castsi512_si256(sums), _mm512_extracti64x4_epi64(sums, 1)));
}

#else

constexpr int wide_bytes(int /*pairs*/) {
  return 0;
}

template <int kPairs>
void SumPixelWide(const std::uint8_t*, std::ptrdiff_t, const AntialiasTables&, int, int, std::uint16_t*) {}

#endif

/// `kTaps` as for `SumPixel`; `kPairs` above 0: by `SumPixelWide`.
template <int kTaps, int kPairs = 0>
HWY_INLINE void Rows(ConstBgrView frame, const AffineF& crop_to_frame, const AntialiasTables& tables,
                     BgrView crop, RowRange rows) {
  const AntialiasKernel& kernel = tables.kernel();
  const int taps_x = kernel.x.taps;
  const int taps_y = kTaps == 0 ? kernel.y.taps : kTaps;
  const int blocks = kTaps == 0 ? tables.blocks() : 1;
  // What a row's loads reach over, and the same in pixels, rounded up.
  const int row_bytes =
      kPairs > 0 ? wide_bytes(kPairs) : static_cast<int>(bytes_of_block) * (blocks - 1) + lanes_of_block;
  const int reach = (row_bytes + 2) / 3;
  const int last_x = frame.width - reach;
  const int last_y = frame.height - taps_y;
  const bool fits = fits_vectors(frame);
  constexpr std::ptrdiff_t patch_stride = 128;
  alignas(64) std::uint8_t patch[patch_stride * antialias_longest + 64] = {};
  alignas(64) std::uint16_t sums[(chunk_pixels + 2) * lanes_of_block] = {};
  Places at;
  const auto sum = [&](const std::uint8_t* from, std::ptrdiff_t stride, int i) HWY_ATTR {
    std::uint16_t* to = sums + static_cast<std::ptrdiff_t>(i) * lanes_of_block;
    if constexpr (kPairs > 0) {
      SumPixelWide<kPairs>(from, stride, tables, at.across[i], at.down[i], to);
    } else {
      SumPixel<kTaps>(from, stride, tables, at.across[i], at.down[i], to);
    }
  };
  const auto inside = [&](int i) {
    return at.first_x[i] >= 0 && at.first_x[i] <= last_x && at.first_y[i] >= 0 && at.first_y[i] <= last_y;
  };
  for (int y = rows.begin; y < rows.end; ++y) {
    const RowMap map(crop_to_frame, y);
    std::uint8_t* row = crop.row(y);
    for (int x = 0; x < crop.width; x += chunk_pixels) {
      const int count = std::min(chunk_pixels, crop.width - x);
      Locate(frame, kernel, map, x, count, at);
      // Coordinates are monotone along a row, so the ends of the chunk speak for all of it.
      if (fits && inside(0) && inside(count - 1)) {
        for (int i = 0; i < count; ++i) {
          sum(frame.data + at.offset[i], frame.stride_bytes, i);
        }
      } else {
        for (int i = 0; i < count; ++i) {
          const std::uint8_t* from = patch;
          std::ptrdiff_t stride = patch_stride;
          if (inside(i)) {
            from = frame.row(at.first_y[i]) + 3 * static_cast<std::ptrdiff_t>(at.first_x[i]);
            stride = frame.stride_bytes;
          } else {
            Gather(frame, at.first_x[i], at.first_y[i], taps_x, taps_y, static_cast<std::size_t>(row_bytes),
                   patch_stride, patch);
          }
          sum(from, stride, i);
        }
      }
      StoreSums(sums, count, taps_x / 2, row + 3 * static_cast<std::ptrdiff_t>(x));
    }
  }
}

void AntialiasedRows(ConstBgrView frame, const AffineF& crop_to_frame, const AntialiasTables& tables,
                     BgrView crop, RowRange rows) {
  record_target(HWY_TARGET);
  if (tables.blocks() == 1) {
    switch (tables.kernel().y.taps) {
      case 3:
        return Rows<3>(frame, crop_to_frame, tables, crop, rows);
      case 4:
        return Rows<4>(frame, crop_to_frame, tables, crop, rows);
      case 5:
        return Rows<5>(frame, crop_to_frame, tables, crop, rows);
      default:
        break;
    }
  }
#if HWY_TARGET == HWY_AVX3_DL
  switch ((tables.blocks() + 1) / 2) {
    case 1:
      return Rows<0, 1>(frame, crop_to_frame, tables, crop, rows);
    case 2:
      return Rows<0, 2>(frame, crop_to_frame, tables, crop, rows);
    case 3:
      return Rows<0, 3>(frame, crop_to_frame, tables, crop, rows);
    default:
      return Rows<0, 4>(frame, crop_to_frame, tables, crop, rows);
  }
#else
  Rows<0>(frame, crop_to_frame, tables, crop, rows);
#endif
}

}  // namespace
}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ffbench::cpu {
namespace {

HWY_EXPORT(AntialiasedRows);

}  // namespace

void AntialiasTables::prepare(const AffineF& crop_to_frame) {
  const AntialiasRadii radii = antialias_radii(crop_to_frame);
  if (radii == radii_) {
    return;
  }
  radii_ = radii;
  kernel_ = antialias_kernel(crop_to_frame);
  if (!kernel_.minifies) {
    return;
  }
  const auto taps_x = static_cast<std::size_t>(kernel_.x.taps);
  const auto taps_y = static_cast<std::size_t>(kernel_.y.taps);
  blocks_ = (kernel_.x.taps + block_taps - 1) / block_taps;
  const auto blocks = static_cast<std::size_t>(blocks_ + (blocks_ & 1));
  across_.assign(std::size_t{antialias_phases} * blocks, {});
  down_.resize(std::size_t{antialias_phases} * taps_y);
  for (std::size_t phase = 0; phase < std::size_t{antialias_phases}; ++phase) {
    for (std::size_t i = 0; i < taps_x; ++i) {
      Block& block = across_[phase * blocks + i / block_taps];
      std::fill_n(block.lane.begin() + i % block_taps * 3, 3, kernel_.x.weights[phase * taps_x + i]);
    }
    for (std::size_t j = 0; j < taps_y; ++j) {
      down_[phase * taps_y + j].lane.fill(kernel_.y.weights[phase * taps_y + j]);
    }
  }
}

void warp_antialiased_rows(ConstBgrView frame, const AffineF& crop_to_frame, const AntialiasTables& tables,
                           BgrView crop, RowRange rows) {
  if (tables.minifies()) {
    HWY_DYNAMIC_DISPATCH(AntialiasedRows)(frame, crop_to_frame, tables, crop, rows);
  } else {
    warp_rows(frame, crop_to_frame, crop, rows);
  }
}

void warp_antialiased(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop) {
  AntialiasTables tables;
  tables.prepare(crop_to_frame);
  warp_antialiased_rows(frame, crop_to_frame, tables, crop, {0, crop.height});
}

}  // namespace ffbench::cpu
#endif
