#include "kernels/cuda/area_mask.hpp"
#include "kernels/cuda/area_mask_pixel.hpp"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/launch.cuh"

namespace ffbench::cuda {
namespace {

constexpr int threads = 256;
constexpr int tile_width = 64;
constexpr int tile_height = 16;
constexpr int listed_edges = 128;

/// A block lowers a tile of 64 x 16 pixels, four a thread. First it lists the edges that matter
/// there: none in the middle of the face, while a single edge can show that the whole tile is 0.
__global__ void __launch_bounds__(threads) area_mask_kernel(const AreaMaskItem* __restrict__ items) {
  __shared__ HalfPlane listed[listed_edges];
  __shared__ int count;
  __shared__ int outside;
  const AreaMaskItem item = fetch(items + blockIdx.z);
  wait_for_previous();
  const int tile_x = static_cast<int>(blockIdx.x) * tile_width;
  const int tile_y = static_cast<int>(blockIdx.y) * tile_height;
  if (tile_x >= item.mask.width || tile_y >= item.mask.height) {
    return;
  }
  if (threadIdx.x == 0) {
    count = 0;
    outside = 0;
  }
  __syncthreads();
  const int last_x = min(tile_x + tile_width, item.mask.width) - 1;
  const int last_y = min(tile_y + tile_height, item.mask.height) - 1;
  for (int i = static_cast<int>(threadIdx.x); i < item.edge_count; i += threads) {
    const HalfPlane edge = item.edges[i];
    const EdgeEffect effect = effect_of(edge, item.feather, tile_x, tile_y, last_x, last_y);
    if (effect == EdgeEffect::all_zero) {
      outside = 1;
    } else if (effect == EdgeEffect::some) {
      const int at = atomicAdd(&count, 1);
      if (at < listed_edges) {
        listed[at] = edge;
      }
    }
  }
  __syncthreads();
  const int x = tile_x + static_cast<int>(threadIdx.x % 16) * 4;
  const int y = tile_y + static_cast<int>(threadIdx.x / 16);
  if (x >= item.mask.width || y >= item.mask.height) {
    return;
  }
  float distance[4] = {item.feather, item.feather, item.feather, item.feather};
  const auto lower = [&](const HalfPlane& edge) {
    const float row = add(multiply(edge.ny, static_cast<float>(y)), edge.c);
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      const float d = add(multiply(edge.nx, static_cast<float>(x + k)), row);
      distance[k] = d < distance[k] ? d : distance[k];
    }
  };
  if (outside != 0) {
#pragma unroll
    for (float& d : distance) {
      d = 0.0F;
    }
  } else if (count <= listed_edges) {
    for (int i = 0; i < count; ++i) {
      lower(listed[i]);
    }
  } else {
    for (int i = 0; i < item.edge_count; ++i) {
      lower(item.edges[i]);
    }
  }
  std::uint32_t inside = 0;
#pragma unroll
  for (int k = 0; k < 4; ++k) {
    inside |= soft_inside(distance[k], item.per_pixel) << (8 * k);
  }
  const std::uint8_t* from = item.start.row(y) + x;
  std::uint8_t* to = item.mask.row(y) + x;
  if (x + 4 <= item.mask.width &&
      ((reinterpret_cast<std::uintptr_t>(from) | reinterpret_cast<std::uintptr_t>(to)) & 3U) == 0) {
    *reinterpret_cast<std::uint32_t*>(to) = __vminu4(*reinterpret_cast<const std::uint32_t*>(from), inside);
  } else {
    for (int k = 0; k < 4 && x + k < item.mask.width; ++k) {
      const std::uint32_t value = (inside >> (8 * k)) & 0xffU;
      to[k] = static_cast<std::uint8_t>(min(static_cast<std::uint32_t>(from[k]), value));
    }
  }
}

const Kernel kernel{"area-mask", "area_mask_kernel", area_mask_kernel};

}  // namespace

void area_mask(const AreaMaskItem* items, int count, int width, int height, StreamHandle stream) {
  const dim3 grid((width + tile_width - 1) / tile_width, (height + tile_height - 1) / tile_height, count);
  kernel(grid, threads, 0, stream, items);
}

}  // namespace ffbench::cuda
