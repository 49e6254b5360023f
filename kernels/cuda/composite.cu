#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch_check.hpp"

namespace ffbench::cuda {
namespace {

constexpr int warps = 8;
constexpr int rows_of_a_warp = 4;
constexpr int tile_rows = warps * rows_of_a_warp;
static_assert(tile_rows == composite_tile);

/// A block does a tile of 32 x 32 pixels, a warp four rows of it. Tiles are aligned to four pixels of the frame, so that
/// whole warps can store words.
template <typename Sprite>
__global__ void __launch_bounds__(32 * warps)
    composite_kernel(const CompositeItem<Sprite>* __restrict__ items, SeamBand band) {
  const CompositeItem<Sprite> item = items[blockIdx.z];
  const Region& region = item.region;
  const int begin = region.x & ~3;
  const int across = (region.x + region.width - begin + 31) / 32;
  const int tile_x = static_cast<int>(blockIdx.x) % (across > 0 ? across : 1);
  const int tile_y = static_cast<int>(blockIdx.x) / (across > 0 ? across : 1);
  const int lane = threadIdx.x & 31;
  const int first = begin + 32 * tile_x;
  const int x = first + lane;
  const int y0 = region.y + tile_y * tile_rows + (threadIdx.x / 32) * rows_of_a_warp;
  if (region.width <= 0 || y0 >= region.y + region.height) {
    return;
  }
  const bool inside = x >= region.x && x < region.x + region.width;
#pragma unroll
  for (int i = 0; i < rows_of_a_warp; ++i) {
    const int y = y0 + i;
    if (y < region.y + region.height) {
      const SamplePoint at = sample_point(item.frame_to_crop, x, y);
      const bool covered = inside && near_crop(at, width_of(item.sprite), height_of(item.sprite));
      if (__any_sync(all_lanes, covered)) {
        std::uint8_t* row = item.frame.row(y);
        std::uint32_t pixel = inside ? load_pixel(row, x) : 0;
        if (covered) {
          pixel = composite_at(item.sprite, band, at, pixel);
        }
        store_pixels(row + 3 * static_cast<std::int64_t>(first), pixel, inside);
      }
    }
  }
}

template <typename Sprite>
void launch(const CompositeItem<Sprite>* items, int count, int tiles, const SeamBand& band,
            StreamHandle stream) {
  composite_kernel<<<dim3(tiles, 1, count), 32 * warps, 0, stream>>>(items, band);
  check_launch("composite");
}

}  // namespace

void composite(const CompositeItem<PlanarSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  launch(items, count, tiles, band, stream);
}

void composite(const CompositeItem<PackedSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  launch(items, count, tiles, band, stream);
}

}  // namespace ffbench::cuda
