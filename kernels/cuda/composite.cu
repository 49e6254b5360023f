#include "kernels/cuda/composite.hpp"
#include "kernels/cuda/composite_staged.hpp"
#include "kernels/cuda/composite_strip.cuh"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/strip.cuh"

namespace ffbench::cuda {
namespace {

/// Each of `Warps` warps pastes `Strips` strips of a tile, one below the other. The number of
/// blocks a multiprocessor leaves a thread the registers that it needs.
template <int Warps, int Strips>
__global__ void __launch_bounds__(32 * Warps, blocks_at_a_time(32 * Warps, Strips == 1 ? 9 : 14))
    composite_packed_kernel(const CompositeItem<PackedCrop>* __restrict__ items, ScaledBand band) {
  __shared__ uint4 room[32 * Warps];
  CompositeItem<PackedCrop> item = fetch(items + blockIdx.z);
  item.frame.data = as_global(item.frame.data);
  item.crop.words = as_global(item.crop.words);
  const StripTile tile(item.region, blockIdx.x);
  const int warp = static_cast<int>(threadIdx.x / 32);
  const int y = tile.y + (static_cast<int>(blockIdx.y) * Warps + warp) * Strips * strip_height;
  if (tile.nothing) {
    wait_for_previous();
    return;
  }
  paste_strips<Strips>(item, band, tile.x, y, reinterpret_cast<std::uint32_t*>(room) + warp * strip_pixels);
}

template <int Warps, int Strips>
const Kernel packed_strips{"composite", kernel_name("composite_packed_kernel", {Warps, Strips}),
                           composite_packed_kernel<Warps, Strips>};

template <int Warps, int Strips>
void launch_packed(const CompositeItem<PackedCrop>* items, int count, int tiles, const ScaledBand& band,
                   StreamHandle stream) {
  constexpr int rows = strip_height * Warps * Strips;
  static_assert(strip_tile_height % rows == 0);
  constexpr int blocks = strip_tile_height / rows;
  packed_strips<Warps, Strips>(dim3(tiles, blocks, count), 32 * Warps, 0, stream, items, band);
}

}  // namespace

void composite(const CompositeItem<UnpackedCrop>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  composite_staged(items, count, tiles, scaled(band), stream);
}

bool can_pack_in_composite(int crop_width, const SeamBand& band) {
  return crop_width % 4 == 0 && scaled(band).clear_stays && current_device().compute_major >= 8;
}

void composite(const CompositeItem<PackedCrop>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  const ScaledBand units = scaled(band);
  // Few items: one warp a strip, two blocks a tile, keeps the device busy. Many items: several
  // strips a warp share the set-up.
  if (count < 4) {
    launch_packed<4, 1>(items, count, tiles, units, stream);
  } else if (count >= many_items && tiles <= most_staged_tiles && units.clear_stays &&
             current_device().compute_major >= 8) {
    composite_staged(items, count, tiles, units, stream);
  } else {
    launch_packed<2, 4>(items, count, tiles, units, stream);
  }
}

}  // namespace ffbench::cuda
