#include "kernels/cuda/pack_crops.hpp"
#include "kernels/cuda/pack_tracks.cuh"

namespace ffbench::cuda {
namespace {

using namespace pack_tracks;

/// Packs a single crop whose rows are multiples of four pixels, four pixels a thread. All addresses
/// are computed before the wait for the previous kernel.
__global__ void __launch_bounds__(threads)
    pack_crops_single_kernel(const PackTrack* __restrict__ tracks, int size, int band) {
  __shared__ std::uint32_t tables[table_words];
  const PackTrack track = fetch(tracks);
  const PackStep& step = track.first;
  const int x = 4 * static_cast<int>(blockIdx.x * block_columns + threadIdx.x % block_columns);
  const int y = static_cast<int>(blockIdx.y * block_rows + threadIdx.x / block_columns);
  const bool active = x < size && y < size;
  const int pixel = y * size + x;
  const bool holds = track.state != nullptr;
  const std::uint8_t* crop = as_global(step.crop) + 3 * pixel;
  const std::uint8_t* mask = as_global(step.mask) + pixel;
  std::uint8_t* state = track.state + pixel;
  std::uint32_t* packed = as_global(step.packed);
  const bool at_border = x == 0 || x + 4 >= size || y == 0 || y == size - 1;
  const bool has_table = threadIdx.x < table_words && step.tables != nullptr;
  const auto* tables_word = reinterpret_cast<const std::uint32_t*>(step.tables) + threadIdx.x;
  std::uint32_t table = identity_word(threadIdx.x);
  // A wait in each branch: with one wait before the branch the compiler moves the address
  // arithmetic above behind the wait.
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
    table = *as_global(tables_word);
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
  const uint4 words = pack_four(four, reinterpret_cast<const std::uint8_t*>(tables));
  if (at_border) {
    store_at_border(packed, size, x, y, 4, words);
  } else {
    *reinterpret_cast<uint4*>(packed + y * packed_pitch(size) + x) = words;
  }
  if (holds) {
    store_masks<true>(state, 0, 4, four.mask);
  }
}

template <bool Whole, int Groups>
__global__ void __launch_bounds__(threads, blocks_of(Groups))
    pack_crops_kernel(const PackTrack* __restrict__ tracks, int size, int band) {
  pack_track<Whole, Groups, true>(tracks, size, band);
}

const Kernel single_kernel{"pack-crops", "pack_crops_single_kernel", pack_crops_single_kernel};

template <bool Whole, int Groups>
const Kernel groups_kernel{"pack-crops", kernel_name("pack_crops_kernel", {Whole, Groups}),
                           pack_crops_kernel<Whole, Groups>};

template <bool Whole, int Groups>
void launch_groups(const PackTrack* tracks, int count, int size, int band, StreamHandle stream) {
  groups_kernel<Whole, Groups>(grid_of(size, Groups * block_rows, count), threads, 0, stream, tracks, size,
                               band);
}

}  // namespace

void pack_crops(const PackTrack* tracks, int count, int size, int band, StreamHandle stream) {
  if (count == 1 && size % 4 == 0) {
    single_kernel(grid_of(size, block_rows, 1), threads, 0, stream, tracks, size, band);
    return;
  }
  const auto start = size % 4 != 0 ? launch_groups<false, 1>
                     : count < 4   ? launch_groups<true, 1>
                                   : launch_groups<true, 4>;
  start(tracks, count, size, band, stream);
}

}  // namespace ffbench::cuda
