#pragma once

#include <cuda_pipeline_primitives.h>

#include "kernels/cuda/arithmetic.hpp"
#include "kernels/cuda/device_code.cuh"

// A tile is 32 x 32 pixels that a block of one warp does: a lane a column, four rows at a time. The
// warp first copies what it reads to shared memory, 16 bytes at a time and past the registers (from
// Ampere on). For .cu files only.
namespace ffbench::cuda {

inline constexpr int tile_side = 32;
inline constexpr int rows_at_a_time = 4;

/// The least and the largest value of a warp.
struct Range {
  int least;
  int largest;

  __device__ explicit Range(int value) {
#if __CUDA_ARCH__ >= 800
    least = __reduce_min_sync(all_lanes, value);
    largest = __reduce_max_sync(all_lanes, value);
#else
    least = largest = value;
    for (int offset = 16; offset > 0; offset /= 2) {
      least = min(least, __shfl_xor_sync(all_lanes, least, offset));
      largest = max(largest, __shfl_xor_sync(all_lanes, largest, offset));
    }
#endif
  }
};

/// The floor of a value, for comparisons: exact below 2^22 in magnitude; other values stay beyond
/// those.
__device__ __forceinline__ int floor_integer(float value) {
  return static_cast<int>(bits_of(floor_of(value).biased) - floor_bias);
}

/// Row `row` of an image, from 0 on. The offset is a product of 32-bit numbers.
__device__ __forceinline__ std::uint8_t* row_at(std::uint8_t* data, int row, std::int64_t stride) {
  return data + std::uint64_t{static_cast<std::uint32_t>(row)} * static_cast<std::uint32_t>(stride);
}

/// Starts the copy of `rows` rows of `chunks` x 16 bytes, at most 16 chunks, to shared memory. Rows
/// are `stride` bytes apart in device memory and `Pitch` in shared memory; everything is aligned to
/// 16 bytes. `wait_for_stage` waits for it.
template <int Pitch>
__device__ __forceinline__ void stage_rows(std::uint8_t* to, const std::uint8_t* from, int stride, int rows,
                                           int chunks) {
  const int lane = static_cast<int>(threadIdx.x & 31U);
  // Rows that the lanes copy at once, and the lanes of a row: lane * reciprocal / 1024 is exactly
  // the row.
  const int at_once = chunks <= 8 ? 4 : chunks <= 10 ? 3 : 2;
  const int reciprocal = chunks <= 8 ? 128 : chunks <= 10 ? 103 : 64;
  const int lanes = chunks <= 8 ? 8 : chunks <= 10 ? 10 : 16;
  const int first = (lane * reciprocal) >> 10;
  const int chunk = lane - first * lanes;
  to += first * Pitch + 16 * chunk;
  from += first * stride + 16 * chunk;
  int left = chunk < chunks && first < at_once ? rows - first : 0;
  const int to_step = at_once * Pitch;
  const int from_step = at_once * stride;
  while (left > 0) {
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      if (left > i * at_once) {
        __pipeline_memcpy_async(to, from, sizeof(uint4));
      }
      to += to_step;
      from += from_step;
    }
    left -= 4 * at_once;
  }
}

/// Waits until all copies that the warp started are done.
__device__ __forceinline__ void wait_for_stage() {
  __pipeline_commit();
  __pipeline_wait_prior(0);
  __syncwarp();
}

/// Stores four rows of a tile from shared memory, `Pitch` bytes a row, in the image. A lane stores
/// four pixels, as three words where all addresses are multiples of 4. Columns before `begin` and
/// from `end` on are left alone.
template <int Pitch>
class StoreRows {
 public:
  /// `to` is the place of the lane's row, lane / 8 rows below the first.
  __device__ StoreRows(const std::uint8_t* from, std::uint8_t* to, std::int64_t stride, int begin, int end)
      : row_(static_cast<int>(threadIdx.x & 31U) / 8), step_(rows_at_a_time * static_cast<int>(stride)) {
    const int quad = 4 * static_cast<int>(threadIdx.x & 7U);
    from_ = from + row_ * Pitch + 3 * quad;
    to_ = to + 3 * quad;
    begin_ = begin - quad;
    end_ = end - quad;
    words_ = begin_ <= 0 && end_ >= 4 &&
             ((reinterpret_cast<std::uintptr_t>(to) | static_cast<std::uintptr_t>(stride) |
               static_cast<std::uintptr_t>(__cvta_generic_to_shared(from))) &
              3U) == 0;
  }

  /// Stores the rows that begin `offset` bytes further on in shared memory, the first `below` of
  /// them.
  __device__ __forceinline__ void operator()(int offset, int below) const {
    if (row_ >= below) {
      return;
    }
    const std::uint8_t* bytes = from_ + offset;
    if (words_) {
      const auto* words = reinterpret_cast<const std::uint32_t*>(bytes);
      auto* out = reinterpret_cast<std::uint32_t*>(as_global(to_));
      out[0] = words[0];
      out[1] = words[1];
      out[2] = words[2];
    } else {
#pragma unroll 1
      for (int k = 3 * max(begin_, 0); k < 3 * min(end_, 4); ++k) {
        as_global(to_)[k] = bytes[k];
      }
    }
  }
  __device__ __forceinline__ void move_down() {
    to_ += step_;
  }

 private:
  const std::uint8_t* from_;
  std::uint8_t* to_;
  int row_;
  int step_;
  int begin_, end_;
  bool words_;
};

}  // namespace ffbench::cuda
