#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/mask_pixel.hpp"

namespace ffbench::cuda {
namespace {

constexpr int threads = 256;
constexpr int tile_width = 64;
constexpr int tile_height = 16;
constexpr int listed_edges = 128;

__global__ void __launch_bounds__(threads) box_kernel(const BoxItem* __restrict__ items) {
  const BoxItem item = items[blockIdx.z];
  const int x = static_cast<int>(blockIdx.x * 32 + threadIdx.x % 32);
  const int y = static_cast<int>(blockIdx.y * 8 + threadIdx.x / 32);
  if (x < item.mask.width && y < item.mask.height) {
    item.mask.row(y)[x] = box_value(item.across[x], item.down[y]);
  }
}

/// A block does 64 x 16 pixels, four a thread. First it finds the edges that matter there: none inside the face, and
/// outside one is enough to know that all is 0.
__global__ void __launch_bounds__(threads) area_kernel(const AreaItem* __restrict__ items) {
  __shared__ HalfPlane listed[listed_edges];
  __shared__ int count;
  __shared__ int outside;
  const AreaItem item = fetch(items + blockIdx.z);
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

/// 16 pixels a thread where a row allows it, else one by one.
__global__ void __launch_bounds__(threads) hysteresis_kernel(const HysteresisItem* __restrict__ items) {
  const HysteresisItem item = fetch(items + blockIdx.z);
  wait_for_previous();
  const int x = static_cast<int>(blockIdx.x * 32 + threadIdx.x % 32) * 16;
  const int y = static_cast<int>(blockIdx.y * 8 + threadIdx.x / 32);
  if (x >= item.mask.width || y >= item.mask.height) {
    return;
  }
  const std::uint8_t* before = item.previous.row(y) + x;
  std::uint8_t* mask = item.mask.row(y) + x;
  if (x + 16 <= item.mask.width &&
      ((reinterpret_cast<std::uintptr_t>(before) | reinterpret_cast<std::uintptr_t>(mask)) & 15U) == 0) {
    const uint4 m = *reinterpret_cast<const uint4*>(mask);
    const uint4 h = *reinterpret_cast<const uint4*>(before);
    *reinterpret_cast<uint4*>(mask) = {held_word(m.x, h.x, item.band), held_word(m.y, h.y, item.band),
                                       held_word(m.z, h.z, item.band), held_word(m.w, h.w, item.band)};
  } else {
    for (int k = 0; k < 16 && x + k < item.mask.width; ++k) {
      mask[k] = static_cast<std::uint8_t>(held_word(mask[k], before[k], item.band));
    }
  }
}

}  // namespace

void box_mask(const BoxItem* items, int count, int width, int height, StreamHandle stream) {
  box_kernel<<<dim3((width + 31) / 32, (height + 7) / 8, count), threads, 0, stream>>>(items);
  check_launch("box mask");
}

void area_mask(const AreaItem* items, int count, int width, int height, StreamHandle stream) {
  const dim3 grid((width + tile_width - 1) / tile_width, (height + tile_height - 1) / tile_height, count);
  launch("area mask", area_kernel, grid, threads, 0, stream, items);
}

void mask_hysteresis(const HysteresisItem* items, int count, int width, int height, StreamHandle stream) {
  launch("mask hysteresis", hysteresis_kernel, dim3((width + 511) / 512, (height + 7) / 8, count), threads, 0,
         stream, items);
}

}  // namespace ffbench::cuda
