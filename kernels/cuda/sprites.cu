#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/mask_pixel.hpp"
#include "kernels/cuda/sprite_words.cuh"

namespace ffbench::cuda {
namespace {

constexpr int threads = 256;
constexpr int block_columns = 32;  ///< of four pixels
constexpr int block_rows = threads / block_columns;

/// The masks of four pixels. `Whole`: rows are multiples of four pixels. Otherwise byte by byte, of which `count` are there.
template <bool Whole>
__device__ __forceinline__ std::uint32_t load_masks(const std::uint8_t* state, int pixel, int count) {
  if constexpr (Whole) {
    return *reinterpret_cast<const std::uint32_t*>(in_memory(state) + pixel);
  } else {
    std::uint32_t word = 0;
    for (int k = 0; k < count; ++k) {
      word |= std::uint32_t{state[pixel + k]} << (8 * k);
    }
    return word;
  }
}

/// The same with their colours, where `Colours`, without which rows are multiples of four pixels.
template <bool Whole, bool Colours>
__device__ __forceinline__ Four load_step(const SpriteStep& step, int pixel, int count) {
  static_assert(Whole || Colours);
  if constexpr (Whole && Colours) {
    return load_four(in_memory(step.crop), in_memory(step.mask), pixel);
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
    *reinterpret_cast<std::uint32_t*>(in_memory(state) + pixel) = word;
  } else {
    for (int k = 0; k < count; ++k) {
      state[pixel + k] = static_cast<std::uint8_t>(word >> (8 * k));
    }
  }
}

__device__ __forceinline__ uint4 without_mask(const uint4& p) {
  return {p.x & 0xffffffU, p.y & 0xffffffU, p.z & 0xffffffU, p.w & 0xffffffU};
}

/// What is next to the four words of row y from column x on, of the border; and the words where they are fewer than four.
__device__ void store_at_border(std::uint32_t* sprite, int size, int x, int y, int count, const uint4& p) {
  const int pitch = sprite_pitch(size);
  for (int row = y == 0 ? -1 : y; row <= (y == size - 1 ? size : y); ++row) {
    std::uint32_t* to = sprite + row * pitch + x;
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

/// Four pixels a thread and group through all frames of a face. What the next frame reads is asked for before this one's is used. `Join`: makes
/// sprites; otherwise masks are held, the last one's in the state and the others' where they lie.
template <bool Whole, int Groups, bool Join>
__global__ void __launch_bounds__(threads, blocks_at_a_time(threads, Groups == 1 ? 5 : 3))
    sprite_kernel(const SpriteTrack* __restrict__ tracks, int size, int band) {
  __shared__ std::uint32_t tables[table_words];
  const SpriteTrack track = fetch(tracks + blockIdx.z);
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
  SpriteStep step = track.first;
  const auto row = [y](int group) { return y + group * block_rows; };
  const auto active = [&](int group) { return x < size && row(group) < size; };
  const auto ask = [&] {
#pragma unroll
    for (int g = 0; g < Groups; ++g) {
      if (active(g)) {
        next[g] = load_step<Whole, Join>(step, row(g) * size + x, count);
      }
    }
    if (Join && threadIdx.x < table_words) {
      next_table = step.tables != nullptr
                       ? reinterpret_cast<const std::uint32_t*>(in_memory(step.tables))[threadIdx.x]
                       : identity_word(threadIdx.x);
    }
  };
  ask();
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
    std::uint32_t* sprite = in_memory(step.sprite);
    if constexpr (Join) {
      if (threadIdx.x < table_words) {
        tables[threadIdx.x] = next_table;
      }
      __syncthreads();
    }
    std::uint8_t* mask = step.mask;
    if constexpr (!Join) {
      mask = in_memory(i + 1 < track.count ? step.mask : track.state);
    }
    if (++i < track.count) {
      step = in_memory(track.steps)[i - 1];
      ask();
    }
#pragma unroll
    for (int g = 0; g < Groups; ++g) {
      if (active(g)) {
        held[g] = keep ? four[g].mask : held_four(four[g].mask, held[g], band);
        four[g].mask = held[g];
        if constexpr (!Join) {
          store_masks<Whole>(mask, row(g) * size + x, count, held[g]);
          continue;
        }
        const uint4 words = joined(four[g], reinterpret_cast<const std::uint8_t*>(tables));
        if (x == 0 || x + 4 >= size || row(g) == 0 || row(g) == size - 1) {
          store_at_border(sprite, size, x, row(g), count, words);
        } else {
          *reinterpret_cast<uint4*>(sprite + row(g) * sprite_pitch(size) + x) = words;
        }
      }
    }
    if (i >= track.count) {
      break;
    }
    if constexpr (Join) {
      __syncthreads();
    }
  }
#pragma unroll
  for (int g = 0; g < Groups; ++g) {
    if (Join && holds && active(g)) {
      store_masks<Whole>(track.state, row(g) * size + x, count, held[g]);
    }
  }
}

/// The sprite of one face in one frame, four pixels a thread, of rows that are multiples of four pixels. Where everything lies is known before
/// the wait for the previous kernel.
__global__ void __launch_bounds__(threads)
    lone_kernel(const SpriteTrack* __restrict__ tracks, int size, int band) {
  __shared__ std::uint32_t tables[table_words];
  const SpriteTrack track = fetch(tracks);
  const SpriteStep& step = track.first;
  const int x = 4 * static_cast<int>(blockIdx.x * block_columns + threadIdx.x % block_columns);
  const int y = static_cast<int>(blockIdx.y * block_rows + threadIdx.x / block_columns);
  const bool active = x < size && y < size;
  const int pixel = y * size + x;
  const bool holds = track.state != nullptr;
  const std::uint8_t* crop = in_memory(step.crop) + 3 * pixel;
  const std::uint8_t* mask = in_memory(step.mask) + pixel;
  std::uint8_t* state = track.state + pixel;
  std::uint32_t* sprite = in_memory(step.sprite);
  const bool at_border = x == 0 || x + 4 >= size || y == 0 || y == size - 1;
  const bool has_table = threadIdx.x < table_words && step.tables != nullptr;
  const auto* tables_word = reinterpret_cast<const std::uint32_t*>(step.tables) + threadIdx.x;
  std::uint32_t table = identity_word(threadIdx.x);
  // The same wait on both ways: one before the branch would let the compiler move the address arithmetic above behind it.
  if (track.count == 0) {
    wait_for_previous();
    return;
  }
  wait_for_previous();
  Four four{};
  std::uint32_t held = 0;
  if (active) {
    four = load_four(crop, mask, 0);
    if (holds) {
      held = load_masks<true>(state, 0, 4);
    }
  }
  if (has_table) {
    table = *in_memory(tables_word);
  }
  if (threadIdx.x < table_words) {
    tables[threadIdx.x] = table;
  }
  if (holds && step.first == 0) {
    four.mask = held_four(four.mask, held, band);
  }
  __syncthreads();
  if (!active) {
    return;
  }
  const uint4 words = joined(four, reinterpret_cast<const std::uint8_t*>(tables));
  if (at_border) {
    store_at_border(sprite, size, x, y, 4, words);
  } else {
    *reinterpret_cast<uint4*>(sprite + y * sprite_pitch(size) + x) = words;
  }
  if (holds) {
    store_masks<true>(state, 0, 4, four.mask);
  }
}

/// `rows` rows of pixels a block, `count` tracks.
dim3 grid_of(int size, int rows, int count) {
  return {static_cast<unsigned>((size + 4 * block_columns - 1) / (4 * block_columns)),
          static_cast<unsigned>((size + rows - 1) / rows), static_cast<unsigned>(count)};
}

template <bool Whole, int Groups, bool Join>
void launch_sprites(const SpriteTrack* tracks, int count, int size, int band, StreamHandle stream) {
  launch(Join ? "sprites" : "hold masks", sprite_kernel<Whole, Groups, Join>,
         grid_of(size, Groups * block_rows, count), threads, 0, stream, tracks, size, band);
}

}  // namespace

void make_sprites(const SpriteTrack* tracks, int count, int size, int band, StreamHandle stream) {
  if (count == 1 && size % 4 == 0) {
    launch("sprites", lone_kernel, grid_of(size, block_rows, 1), threads, 0, stream, tracks, size, band);
    return;
  }
  const auto start = size % 4 != 0 ? launch_sprites<false, 1, true>
                     : count < 4   ? launch_sprites<true, 1, true>
                                   : launch_sprites<true, 4, true>;
  start(tracks, count, size, band, stream);
}

void hold_masks(const SpriteTrack* tracks, int count, int size, int band, StreamHandle stream) {
  launch_sprites<true, 4, false>(tracks, count, size, band, stream);
}

}  // namespace ffbench::cuda
