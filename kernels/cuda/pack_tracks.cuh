#pragma once

#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/mask_hysteresis_pixel.hpp"
#include "kernels/cuda/pack_crops.hpp"
#include "kernels/cuda/pack_words.cuh"

// The device code that `pack_crops` and `hold_masks` share. For .cu files only.
namespace ffbench::cuda::pack_tracks {

inline constexpr int threads = 256;
inline constexpr int block_columns = 32;  ///< of four pixels
inline constexpr int block_rows = threads / block_columns;

/// The masks of four pixels. `Whole`: rows are multiples of four pixels; otherwise `count` bytes,
/// one by one.
template <bool Whole>
__device__ __forceinline__ std::uint32_t load_masks(const std::uint8_t* state, int pixel, int count) {
  if constexpr (Whole) {
    return *reinterpret_cast<const std::uint32_t*>(as_global(state) + pixel);
  } else {
    std::uint32_t word = 0;
    for (int k = 0; k < count; ++k) {
      word |= std::uint32_t{state[pixel + k]} << (8 * k);
    }
    return word;
  }
}

/// The masks of four pixels and, where `Colours`, their colours. Without colours rows are multiples
/// of four pixels.
template <bool Whole, bool Colours>
__device__ __forceinline__ Four load_step(const PackStep& step, int pixel, int count) {
  static_assert(Whole || Colours);
  if constexpr (Whole && Colours) {
    return load_four(as_global(step.crop), as_global(step.mask), pixel);
  } else if constexpr (Whole) {
    return {{}, load_masks<Whole>(step.mask, pixel, count)};
  } else {
    Four four{};
#pragma unroll
    for (int k = 0; k < 12; ++k) {
      if (k < 3 * count) {
        four.colours[k / 4] |= std::uint32_t{step.crop[3 * pixel + k]} << (k % 4 * 8);
      }
    }
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      if (k < count) {
        four.mask |= std::uint32_t{step.mask[pixel + k]} << (8 * k);
      }
    }
    return four;
  }
}

template <bool Whole>
__device__ __forceinline__ void store_masks(std::uint8_t* state, int pixel, int count, std::uint32_t word) {
  if constexpr (Whole) {
    *reinterpret_cast<std::uint32_t*>(as_global(state) + pixel) = word;
  } else {
    for (int k = 0; k < count; ++k) {
      state[pixel + k] = static_cast<std::uint8_t>(word >> (8 * k));
    }
  }
}

__device__ __forceinline__ uint4 without_mask(const uint4& p) {
  return {p.x & 0xffffffU, p.y & 0xffffffU, p.z & 0xffffffU, p.w & 0xffffffU};
}

/// Stores the words of row y from column x on, of which there are `count`, and the words of the
/// border next to them.
__device__ inline void store_at_border(std::uint32_t* packed, int size, int x, int y, int count,
                                       const uint4& p) {
  const int pitch = packed_pitch(size);
  for (int row = y == 0 ? -1 : y; row <= (y == size - 1 ? size : y); ++row) {
    std::uint32_t* to = packed + row * pitch + x;
    const std::uint32_t keep = row == y ? ~0U : 0xffffffU;
    const uint4 clear = without_mask(p);
    if (x == 0) {
      to[-1] = clear.x;
    }
    to[0] = p.x & keep;
    if (count > 1) {
      to[1] = p.y & keep;
    }
    if (count > 2) {
      to[2] = p.z & keep;
    }
    if (count > 3) {
      to[3] = p.w & keep;
    }
    if (x + 4 >= size) {
      to[count] = count == 4 ? clear.w : count == 3 ? clear.z : count == 2 ? clear.y : clear.x;
    }
  }
}

/// Blocks of `pack_track` that a multiprocessor shall have room for.
constexpr int blocks_of(int groups) {
  return blocks_at_a_time(threads, groups == 1 ? 5 : 3);
}

/// A thread takes `Groups` times four pixels through all frames of a face. It loads the next
/// frame's pixels before it uses this one's. `Pack`: packs the crops; otherwise the masks alone are
/// held, the last one in the state and the others in place.
template <bool Whole, int Groups, bool Pack>
__device__ __forceinline__ void pack_track(const PackTrack* __restrict__ tracks, int size, int band) {
  __shared__ std::uint32_t tables[table_words];
  const PackTrack track = fetch(tracks + blockIdx.z);
  wait_for_previous();
  if (track.count == 0) {
    return;
  }
  const int x = 4 * static_cast<int>(blockIdx.x * block_columns + threadIdx.x % block_columns);
  const int y = static_cast<int>(blockIdx.y * (Groups * block_rows) + threadIdx.x / block_columns);
  const int count = min(size - x, 4);
  const bool holds = track.state != nullptr;
  std::uint32_t held[Groups] = {};
  Four next[Groups] = {};
  std::uint32_t next_table = 0;
  PackStep step = track.first;
  const auto row = [y](int group) { return y + group * block_rows; };
  const auto active = [&](int group) { return x < size && row(group) < size; };
  const auto load = [&] {
#pragma unroll
    for (int g = 0; g < Groups; ++g) {
      if (active(g)) {
        next[g] = load_step<Whole, Pack>(step, row(g) * size + x, count);
      }
    }
    if (Pack && threadIdx.x < table_words) {
      next_table = step.tables != nullptr
                       ? reinterpret_cast<const std::uint32_t*>(as_global(step.tables))[threadIdx.x]
                       : identity_word(threadIdx.x);
    }
  };
  load();
#pragma unroll
  for (int g = 0; g < Groups; ++g) {
    if (holds && active(g)) {
      held[g] = load_masks<Whole>(track.state, row(g) * size + x, count);
    }
  }
  for (int i = 0;;) {
    Four four[Groups];
#pragma unroll
    for (int g = 0; g < Groups; ++g) {
      four[g] = next[g];
    }
    const bool keep = !holds || step.first != 0;
    std::uint32_t* packed = as_global(step.packed);
    if constexpr (Pack) {
      if (threadIdx.x < table_words) {
        tables[threadIdx.x] = next_table;
      }
      __syncthreads();
    }
    std::uint8_t* mask = step.mask;
    if constexpr (!Pack) {
      mask = as_global(i + 1 < track.count ? step.mask : track.state);
    }
    if (++i < track.count) {
      step = as_global(track.steps)[i - 1];
      load();
    }
#pragma unroll
    for (int g = 0; g < Groups; ++g) {
      if (active(g)) {
        held[g] = keep ? four[g].mask : held_four(four[g].mask, held[g], band);
        four[g].mask = held[g];
        if constexpr (!Pack) {
          store_masks<Whole>(mask, row(g) * size + x, count, held[g]);
          continue;
        }
        const uint4 words = pack_four(four[g], reinterpret_cast<const std::uint8_t*>(tables));
        if (x == 0 || x + 4 >= size || row(g) == 0 || row(g) == size - 1) {
          store_at_border(packed, size, x, row(g), count, words);
        } else {
          *reinterpret_cast<uint4*>(packed + row(g) * packed_pitch(size) + x) = words;
        }
      }
    }
    if (i >= track.count) {
      break;
    }
    if constexpr (Pack) {
      __syncthreads();
    }
  }
#pragma unroll
  for (int g = 0; g < Groups; ++g) {
    if (Pack && holds && active(g)) {
      store_masks<Whole>(track.state, row(g) * size + x, count, held[g]);
    }
  }
}

/// A grid for blocks of `rows` rows of pixels and for `count` tracks.
inline dim3 grid_of(int size, int rows, int count) {
  return {static_cast<unsigned>((size + 4 * block_columns - 1) / (4 * block_columns)),
          static_cast<unsigned>((size + rows - 1) / rows), static_cast<unsigned>(count)};
}

}  // namespace ffbench::cuda::pack_tracks
