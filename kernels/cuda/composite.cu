#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch_check.hpp"

namespace ffbench::cuda {
namespace {

constexpr int warps = 8;
constexpr int rows_of_a_warp = 4;
constexpr int tile_rows = warps * rows_of_a_warp;
static_assert(tile_rows == composite_tile);

/// What the threads of a block do of an item: a warp four rows of a tile of 32 x 32 pixels. Tiles are aligned to four pixels
/// of the frame, so that whole warps can store words.
struct Place {
  int first;  ///< column of lane 0
  int x;
  int y;
  bool nothing;
  bool inside;  ///< the column lies in the region

  __device__ explicit Place(const Region& region) {
    const int begin = region.x & ~3;
    const unsigned across = max(region.x + region.width - begin + 31, 32) / 32;
    const unsigned tile_y = blockIdx.x / across;
    const unsigned tile_x = blockIdx.x - tile_y * across;
    first = begin + 32 * static_cast<int>(tile_x);
    x = first + static_cast<int>(threadIdx.x & 31U);
    y = region.y + static_cast<int>(tile_y) * tile_rows + static_cast<int>(threadIdx.x / 32) * rows_of_a_warp;
    nothing = region.width <= 0 || y >= region.y + region.height;
    inside = x >= region.x && x < region.x + region.width;
  }
};

__global__ void __launch_bounds__(32 * warps)
    planar_kernel(const CompositeItem<PlanarSprite>* __restrict__ items, SeamBand band) {
  const CompositeItem<PlanarSprite> item = items[blockIdx.z];
  const Place place(item.region);
  if (place.nothing) {
    return;
  }
#pragma unroll
  for (int i = 0; i < rows_of_a_warp; ++i) {
    const int y = place.y + i;
    const SamplePoint at = sample_point(item.frame_to_crop, place.x, y);
    const bool inside = place.inside && y < item.region.y + item.region.height;
    const bool covered = inside && near_crop(at, item.sprite.crop.width, item.sprite.crop.height);
    if (__any_sync(all_lanes, covered)) {
      std::uint8_t* row = item.frame.row(y);
      std::uint32_t pixel = inside ? load_pixel(row, place.x) : 0;
      if (covered) {
        pixel = composite_at(item.sprite, band, at, pixel);
      }
      store_pixels(row + 3 * static_cast<std::int64_t>(place.first), pixel, inside);
    }
  }
}

/// All that the four rows read is asked for before any of it is used: first the taps, then, where a weight is not 0, the
/// background.
__global__ void __launch_bounds__(32 * warps)
    packed_kernel(const CompositeItem<PackedSprite>* __restrict__ items, SeamBand band) {
  const CompositeItem<PackedSprite> item = items[blockIdx.z];
  const Place place(item.region);
  if (place.nothing) {
    return;
  }
  const int end = item.region.y + item.region.height;
  PackedTaps taps[rows_of_a_warp];
  std::uint32_t pixels[rows_of_a_warp];
#pragma unroll
  for (int i = 0; i < rows_of_a_warp; ++i) {
    const int y = place.y + i;
    const SamplePoint at = sample_point(item.frame_to_crop, place.x, y);
    taps[i] = {0, 0, 0, 0, 0.0F, 0.0F};
    pixels[i] = 0;
    if (place.inside && y < end) {
      pixels[i] = load_pixel(item.frame.row(y), place.x);
      if (near_crop(at, item.sprite.width, item.sprite.height)) {
        taps[i] = load_taps(item.sprite, at);
      } else {
        taps[i].wx = -1.0F;  // no weight of a tap is negative
      }
    }
  }
#pragma unroll
  for (int i = 0; i < rows_of_a_warp; ++i) {
    const int y = place.y + i;
    const bool inside = place.inside && y < end;
    const float weight = taps[i].wx < 0.0F ? 0.0F : weight_at(taps[i], band);
    const bool changed = inside && weight != 0.0F;
    if (__any_sync(all_lanes, changed)) {
      if (changed) {
        pixels[i] = composite_taps(taps[i], weight, pixels[i]);
      }
      store_pixels(item.frame.row(y) + 3 * static_cast<std::int64_t>(place.first), pixels[i], inside);
    }
  }
}

}  // namespace

void composite(const CompositeItem<PlanarSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  planar_kernel<<<dim3(tiles, 1, count), 32 * warps, 0, stream>>>(items, band);
  check_launch("composite");
}

void composite(const CompositeItem<PackedSprite>* items, int count, int tiles, const SeamBand& band,
               StreamHandle stream) {
  packed_kernel<<<dim3(tiles, 1, count), 32 * warps, 0, stream>>>(items, band);
  check_launch("composite");
}

}  // namespace ffbench::cuda
