#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/warp_antialiased.hpp"
#include "kernels/cuda/warp_antialiased_pixel.hpp"
#include "kernels/cuda/warp_strip.cuh"

namespace ffbench::cuda {
namespace {

constexpr int warps = 8;

/// The place of a pixel's taps in an image that `Reader::suits`: every row begins at the same byte
/// of a word.
struct TapRows {
  const std::uint32_t* words;  ///< of the first row
  unsigned pitch;              ///< words
  unsigned shift;              ///< bits before the first byte, modulo 32

  __device__ __forceinline__ TapRows(const Pixels& frame, int x, int y)
      : pitch(static_cast<unsigned>(frame.stride) / 4) {
    const auto address = reinterpret_cast<std::uintptr_t>(frame.data);
    const unsigned offset = static_cast<unsigned>(y) * static_cast<unsigned>(frame.stride) +
                            3U * static_cast<unsigned>(x) + static_cast<unsigned>(address & 3);
    words = as_global(reinterpret_cast<const std::uint32_t*>(address & ~std::uintptr_t{3})) + (offset >> 2);
    shift = 8 * (offset & 3);
  }
};

/// `Columns` neighbouring BGR pixels of a row, with B of the first in the lowest byte of the first
/// word.
template <int Columns>
struct Span {
  static constexpr int bytes = 3 * Columns;
  static constexpr int words = (bytes + 3) / 4;
  std::uint32_t word[words];

  __device__ __forceinline__ Span(const std::uint32_t* from, unsigned shift) {
    from = as_global(from);
    std::uint32_t raw[words + 1];
#pragma unroll
    for (int i = 0; i < words; ++i) {
      raw[i] = from[i];
    }
    // A word without a byte of the span may lie behind the frame, so it is not read.
    raw[words] = shift + 8 * bytes > 32 * words ? from[words] : 0;
#pragma unroll
    for (int i = 0; i < words; ++i) {
      word[i] = shift_pair(raw[i], raw[i + 1], shift);
    }
  }
  __device__ __forceinline__ float biased(int k) const {
    return biased_byte(word[k / 4], k % 4);
  }
};

/// The weights of a row of taps, loaded at once, since phases differ from lane to lane.
template <int Taps>
struct RowOfWeights {
  float weight[Taps];

  __device__ __forceinline__ explicit RowOfWeights(const float* row) {
    const float4 four = *reinterpret_cast<const float4*>(as_global(row));
    const float first[4] = {four.x, four.y, four.z, four.w};
#pragma unroll
    for (int i = 0; i < Taps; ++i) {
      weight[i] = i < 4 ? first[i] : as_global(row)[i];
    }
  }
  __device__ __forceinline__ float operator[](int i) const {
    return weight[i];
  }
};

/// Adds a block of `Columns` columns to the sums of a pixel. `Rows` is the number of taps down, or
/// 0 where only `taps_down` has it.
template <int Columns, int Rows, typename Weights>
__device__ __forceinline__ void add_block(ColourSums& sums, const TapRows& taps, const Weights& across,
                                          const Weights& down, int taps_down) {
  const int count = Rows > 0 ? Rows : taps_down;
  constexpr int unrolled = Rows > 0 ? Rows : 1;
  ColourSums column[Columns];
#pragma unroll
  for (int i = 0; i < Columns; ++i) {
    column[i] = begin_column(count);
  }
  int j = antialias_middle(count);
#pragma unroll unrolled
  for (int n = 0; n < count; ++n) {
    const Span<Columns> span(taps.words + static_cast<unsigned>(j) * taps.pitch, taps.shift);
    const float weight = down[j];
#pragma unroll
    for (int i = 0; i < Columns; ++i) {
      add_to_column(column[i], span.biased(3 * i), span.biased(3 * i + 1), span.biased(3 * i + 2), weight);
    }
    j = j + 1 < count ? j + 1 : 0;
  }
#pragma unroll
  for (int i = 0; i < Columns; ++i) {
    add_column(sums, column[i], across[i]);
  }
}

/// A pixel whose taps all lie inside the frame, as many down as across, which similarities have.
template <int Taps>
__device__ __forceinline__ std::uint32_t square_pixel(const Pixels& frame, const TapPlace& columns,
                                                      const TapPlace& rows) {
  ColourSums sums = begin_sums(Taps);
  add_block<Taps, Taps>(sums, TapRows(frame, columns.first, rows.first), RowOfWeights<Taps>(columns.weights),
                        RowOfWeights<Taps>(rows.weights), Taps);
  return rounded(sums);
}

/// The same with any number of taps, one block of columns after the other.
template <int Columns>
__device__ __forceinline__ std::uint32_t pixel_of_blocks(const Pixels& frame, const AntialiasTaps& across,
                                                         const TapPlace& columns, const AntialiasTaps& down,
                                                         const TapPlace& rows) {
  ColourSums sums = begin_sums(across.taps);
  for (int first = 0; first < across.blocks * Columns; first += Columns) {
    add_block<Columns, 0>(sums, TapRows(frame, columns.first + first, rows.first), columns.weights + first,
                          rows.weights, down.taps);
  }
  return rounded(sums);
}

/// How to compute the pixels of an item whose taps lie inside the frame: by the number of taps, or
/// of columns in a block, or (`anywhere`) as all other pixels.
enum class Inner { bilinear, anywhere, three, four, five, blocks_of_three, blocks_of_four, blocks_of_five };

__device__ __forceinline__ Inner inner_of(const WarpItem& item) {
  if (item.across.taps == 0) {
    return Inner::bilinear;
  }
  if (!Reader::suits(item.frame)) {
    return Inner::anywhere;
  }
  const bool square = item.across.taps == item.down.taps && item.across.blocks == 1;
  const int first = static_cast<int>(square ? Inner::three : Inner::blocks_of_three);
  return static_cast<Inner>(first + item.across.columns - 3);
}

__device__ __forceinline__ std::uint32_t filtered_pixel(const WarpItem& item, Inner inner, int x, int y) {
  const SamplePoint at = sample_point(item.crop_to_frame, x, y);
  if (inner == Inner::bilinear) {
    return warp_pixel(item.frame, at);
  }
  const TapPlace columns = place_taps(item.across, at.x, item.frame.width);
  const TapPlace rows = place_taps(item.down, at.y, item.frame.height);
  const bool inside = columns.first >= 0 && rows.first >= 0 &&
                      columns.first <= item.frame.width - item.across.blocks * item.across.columns &&
                      rows.first <= item.frame.height - item.down.taps;
  if (inside) {
    switch (inner) {
      case Inner::three:
        return square_pixel<3>(item.frame, columns, rows);
      case Inner::four:
        return square_pixel<4>(item.frame, columns, rows);
      case Inner::five:
        return square_pixel<5>(item.frame, columns, rows);
      case Inner::blocks_of_three:
        return pixel_of_blocks<3>(item.frame, item.across, columns, item.down, rows);
      case Inner::blocks_of_four:
        return pixel_of_blocks<4>(item.frame, item.across, columns, item.down, rows);
      case Inner::blocks_of_five:
        return pixel_of_blocks<5>(item.frame, item.across, columns, item.down, rows);
      default:
        break;
    }
  }
  return antialiased_pixel(item.frame, item.crop_to_frame, item.across, item.down, x, y);
}

/// Stores rows of 32 pixels of a warp, one below the other: as 24 words where all pixels are inside
/// and rows begin at whole words, else byte by byte.
class RowStore {
 public:
  __device__ RowStore(const Pixels& crop, int x, int y) : stride_(crop.stride) {
    const unsigned lane = threadIdx.x & 31U;
    std::uint8_t* row = crop.row(y) + 3LL * x;
    inside_ = x + static_cast<int>(lane) < crop.width;
    words_ = x + 32 <= crop.width &&
             ((reinterpret_cast<std::uintptr_t>(row) | static_cast<std::uintptr_t>(crop.stride)) & 3U) == 0;
    first_ = lane * 4 / 3;
    shift_ = lane * 4 % 3 * 8;
    at_ = row + (words_ ? 4 : 3) * lane;
  }
  __device__ __forceinline__ void operator()(std::uint32_t pixel) {
    if (words_) {
      const std::uint32_t a = __shfl_sync(all_lanes, pixel, first_ & 31U);
      const std::uint32_t b = __shfl_sync(all_lanes, pixel, (first_ + 1) & 31U);
      if ((threadIdx.x & 31U) < 24) {
        *reinterpret_cast<std::uint32_t*>(at_) = ((a & 0xffffffU) >> shift_) | (b << (24 - shift_));
      }
    } else if (inside_) {
      at_[0] = static_cast<std::uint8_t>(pixel);
      at_[1] = static_cast<std::uint8_t>(pixel >> 8);
      at_[2] = static_cast<std::uint8_t>(pixel >> 16);
    }
    at_ += stride_;
  }

 private:
  std::uint8_t* at_;
  std::int64_t stride_;
  unsigned first_, shift_;
  bool inside_, words_;
};

template <bool Statistics, int Rows>
__global__ void __launch_bounds__(32 * warps, blocks_at_a_time(32 * warps, 4))
    warp_antialiased_kernel(const WarpItem* __restrict__ items, const std::uint16_t* __restrict__ linear) {
  __shared__ unsigned block_sums[3];
  WarpItem item = fetch(items + blockIdx.z);
  item.frame.data = as_global(item.frame.data);
  item.crop.data = as_global(item.crop.data);
  const int lane = static_cast<int>(threadIdx.x & 31U);
  const int width = item.crop.width;
  const int height = item.crop.height;
  const int left = static_cast<int>(blockIdx.x) * 32;
  const int top = static_cast<int>(blockIdx.y) * (warps * Rows);
  if (left >= width || top >= height) {
    wait_for_previous();
    return;
  }
  const StatisticsGrid grid(width, height);
  const bool counts = Statistics && grid.any(left, top, 32, warps * Rows);
  if (counts) {
    if (threadIdx.x < 3) {
      block_sums[threadIdx.x] = 0;
    }
    __syncthreads();
  }
  const Inner inner = inner_of(item);
  const int x = left + lane;
  int y = top + static_cast<int>(threadIdx.x / 32) * Rows;
  RowStore store(item.crop, left, y);
  LinearSums sums;
  wait_for_previous();
#pragma unroll 1
  for (int row = 0; row < Rows && y < height; ++row, ++y) {
    // Lanes behind the border compute the last column again, and do not store it.
    const std::uint32_t pixel = filtered_pixel(item, inner, min(x, width - 1), y);
    store(pixel);
    if (counts && grid.row(y) && grid.column(x)) {
      sums.add(pixel, linear);
    }
  }
  if (counts) {
    sums.add_to(block_sums);
    __syncthreads();
    if (threadIdx.x < 3 && block_sums[threadIdx.x] != 0) {
      atomicAdd(as_global(item.sums) + threadIdx.x, static_cast<unsigned long long>(block_sums[threadIdx.x]));
    }
  }
}

template <bool Statistics, int Rows>
const Kernel antialiased_rows{"warp-antialiased", kernel_name("warp_antialiased_kernel", {Statistics, Rows}),
                              warp_antialiased_kernel<Statistics, Rows>};

template <bool Statistics, int Rows>
void launch_rows(const WarpItem* items, int count, int width, int height,
                 const LinearLightPointers& linear_light, StreamHandle stream) {
  constexpr int rows = warps * Rows;
  const dim3 grid((width + 31) / 32, (height + rows - 1) / rows, count);
  antialiased_rows<Statistics, Rows>(grid, 32 * warps, 0, stream, items, linear_light.linear);
}

}  // namespace

void warp_antialiased(const WarpItem* items, int count, int width, int height, bool statistics,
                      const LinearLightPointers& linear_light, StreamHandle stream) {
  // Few items: more warps keep the device busy. Many items: more rows a warp share the set-up.
  const auto start = count < 4 ? (statistics ? launch_rows<true, 2> : launch_rows<false, 2>)
                               : (statistics ? launch_rows<true, 4> : launch_rows<false, 4>);
  start(items, count, width, height, linear_light, stream);
}

}  // namespace ffbench::cuda
