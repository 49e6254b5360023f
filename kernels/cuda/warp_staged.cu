#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/staging.cuh"
#include "kernels/cuda/warp_staged.hpp"
#include "kernels/cuda/warp_strip.cuh"

namespace ffbench::cuda {
namespace {

constexpr int frame_chunks = 12;
constexpr int frame_pitch = 16 * frame_chunks;

/// Shared memory of a tile: its footprint in the frame, and four rows of its result.
struct Stage {
  static constexpr int frame_rows = 50;

  /// The three words of a pixel may end behind the last row.
  alignas(16) std::uint8_t frame[frame_rows * frame_pitch + 16];
  alignas(16) std::uint32_t crop[rows_at_a_time * tile_side];
  SamplePoint rows[tile_side];
};

/// Reads the words of pixels from the stage.
struct StagedWords {
  const std::uint8_t* frame;
  std::uint32_t origin;  ///< added to byte offsets made of biased floors

  __device__ Words read(Floor x, Floor y) const {
    const std::uint32_t offset = bits_of(y.biased) * frame_pitch + (bits_of(x.biased) * 3 + origin);
    const auto* top = reinterpret_cast<const std::uint32_t*>(frame + (offset & ~3U));
    const std::uint32_t* bottom = top + frame_pitch / 4;
    return {{top[0], top[1], top[2]}, {bottom[0], bottom[1], bottom[2]}, 8 * offset};
  }
};

/// Warps four rows of a tile by steps. False where a weight is 0, which steps cannot express.
template <typename From>
__device__ __forceinline__ bool warp_by_steps(const From& from, SamplePoint column, const SamplePoint* rows,
                                              std::uint32_t (&pixels)[rows_at_a_time]) {
  bool usable = true;
#pragma unroll
  for (int i = 0; i < rows_at_a_time; ++i) {
    const SamplePoint at = sum(column, rows[i]);
    const Floor x = floor_of(at.x);
    const Floor y = floor_of(at.y);
    const Words words = from.read(x, y);
    usable &= steps_of(at.x, x) != 0;
    pixels[i] = warp_pixel_steps(words.pair(words.top), words.pair(words.bottom), at, x, y);
  }
  return __all_sync(all_lanes, usable);
}

/// A block of one warp warps a tile of the crop. What does not fit the stage is read from the frame
/// itself.
template <bool Statistics>
__global__ void __launch_bounds__(32, blocks_at_a_time(32, 22))
    warp_staged_kernel(const WarpItem* __restrict__ items, const std::uint16_t* __restrict__ linear) {
  __shared__ Stage stage;
  WarpItem item = fetch(items + blockIdx.z);
  wait_for_previous();
  item.frame.data = as_global(item.frame.data);
  item.crop.data = as_global(item.crop.data);
  const Map& map = item.crop_to_frame;
  const int width = item.crop.width;
  const int height = item.crop.height;
  const int lane = static_cast<int>(threadIdx.x);
  const int left = static_cast<int>(blockIdx.x) * tile_side;
  const int top = static_cast<int>(blockIdx.y) * tile_side;
  if (left >= width || top >= height) {
    return;
  }
  // Columns and rows beyond the crop compute the last ones again, and are not stored.
  const SamplePoint column = column_terms(map, min(left + lane, width - 1));
  const SamplePoint row = row_terms(map, min(top + lane, height - 1));
  stage.rows[lane] = row;
  // Rounded sample positions are monotone along rows and columns, so those of the corners bound
  // them.
  const int corner_column = 31 * (lane & 1);
  const int corner_row = 31 * ((lane >> 1) & 1);
  const SamplePoint corner{
      add(__shfl_sync(all_lanes, column.x, corner_column), __shfl_sync(all_lanes, row.x, corner_row)),
      add(__shfl_sync(all_lanes, column.y, corner_column), __shfl_sync(all_lanes, row.y, corner_row))};
  const bool steps = __all_sync(all_lanes, in_steps(corner, item.frame.width, item.frame.height));
  const Range floors_x(floor_integer(corner.x));
  const Range floors_y(floor_integer(corner.y));
  std::uint8_t* frame = row_at(item.frame.data, floors_y.least, item.frame.stride) + 3 * floors_x.least;
  const int byte = static_cast<int>(reinterpret_cast<std::uintptr_t>(frame) & 15U);
  const int frame_rows = floors_y.largest - floors_y.least + 2;
  const int chunks = (byte + 3 * (floors_x.largest - floors_x.least + 2) + 15) / 16;
  const bool fits =
      steps && (item.frame.stride & 15) == 0 && frame_rows <= Stage::frame_rows && chunks <= frame_chunks;
  if (fits) {
    stage_rows<frame_pitch>(stage.frame, frame - byte, static_cast<int>(item.frame.stride), frame_rows,
                            chunks);
  }
  const StagedWords staged{stage.frame,
                           static_cast<std::uint32_t>(byte) -
                               (floor_bias + static_cast<std::uint32_t>(floors_y.least)) * frame_pitch -
                               (floor_bias + static_cast<std::uint32_t>(floors_x.least)) * 3};
  // A lane stores four pixels of a row, which are three words.
  const int quad = 4 * (lane & 7);
  std::uint8_t* to = row_at(item.crop.data, top + lane / 8, item.crop.stride) + 3 * (left + quad);
  const int columns = width - (left + quad);
  const bool words =
      columns >= 4 &&
      ((reinterpret_cast<std::uintptr_t>(to) | static_cast<std::uintptr_t>(item.crop.stride)) & 3U) == 0;
  const StatisticsGrid grid(width, height);
  const bool counts = Statistics && grid.any(left, top, tile_side, tile_side);
  LinearSums sums;
  const int below = min(height - top, tile_side);
  wait_for_stage();
#pragma unroll 1
  for (int first = 0; first < below; first += rows_at_a_time) {
    std::uint32_t pixels[rows_at_a_time];
    const SamplePoint* rows = stage.rows + first;
    bool done = false;
    if (fits) {
      done = warp_by_steps(staged, column, rows, pixels);
    } else if (steps && Reader::suits(item.frame)) {
      done = warp_by_steps(Reader(item.frame), column, rows, pixels);
    }
    if (!done) {
#pragma unroll
      for (int i = 0; i < rows_at_a_time; ++i) {
        pixels[i] = warp_pixel(item.frame, sum(column, rows[i]));
      }
    }
#pragma unroll
    for (int i = 0; i < rows_at_a_time; ++i) {
      stage.crop[tile_side * i + lane] = pixels[i];
    }
    __syncwarp();
    const uint4 four = reinterpret_cast<const uint4*>(stage.crop)[lane];
    if (lane / 8 < below - first) {
      store_four(to, four, 0, columns, words);
    }
    if (counts && grid.row(top + first + lane / 8)) {
      sums.add(four, grid, left + quad, linear);
    }
    to += rows_at_a_time * static_cast<int>(item.crop.stride);
    __syncwarp();
  }
  if (counts) {
    sums.add_to(as_global(item.sums));
  }
}

template <bool Statistics>
const Kernel warp_tiles{"warp", kernel_name("warp_staged_kernel", {Statistics}),
                        warp_staged_kernel<Statistics>};

}  // namespace

void warp_staged(const WarpItem* items, int count, int width, int height, bool statistics,
                 const LinearLightPointers& linear_light, StreamHandle stream) {
  const dim3 grid((width + tile_side - 1) / tile_side, (height + tile_side - 1) / tile_side, count);
  const auto& kernel = statistics ? warp_tiles<true> : warp_tiles<false>;
  kernel(grid, 32, 0, stream, items, linear_light.linear);
}

}  // namespace ffbench::cuda
