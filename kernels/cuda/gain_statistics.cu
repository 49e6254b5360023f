#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/gain_statistics.hpp"
#include "kernels/cuda/launch.cuh"

namespace ffbench::cuda {
namespace {

constexpr int threads = 256;

__global__ void __launch_bounds__(threads)
    gain_statistics_kernel(const GainStatisticsItem* __restrict__ items,
                           const std::uint16_t* __restrict__ linear) {
  __shared__ unsigned long long sums[3];
  const GainStatisticsItem item = items[blockIdx.z];
  const int width = item.crop.width;
  const int height = item.crop.height;
  if (threadIdx.x < 3) {
    sums[threadIdx.x] = 0;
  }
  __syncthreads();
  // One warp sums a row, which has at most 2^14 terms of 16 bits.
  const int y = height / 4 + 2 * static_cast<int>(blockIdx.x * (threads / 32) + threadIdx.x / 32);
  unsigned b = 0;
  unsigned g = 0;
  unsigned r = 0;
  if (y < height - height / 4) {
    const std::uint8_t* row = item.crop.row(y);
    for (int x = width / 4 + 2 * static_cast<int>(threadIdx.x & 31U); x < width - width / 4; x += 64) {
      const std::uint32_t pixel = load_pixel(row, x);
      b += linear[pixel & 0xffU];
      g += linear[(pixel >> 8) & 0xffU];
      r += linear[(pixel >> 16) & 0xffU];
    }
  }
  b = warp_sum(b);
  g = warp_sum(g);
  r = warp_sum(r);
  if ((threadIdx.x & 31U) == 0) {
    atomicAdd(&sums[0], static_cast<unsigned long long>(b));
    atomicAdd(&sums[1], static_cast<unsigned long long>(g));
    atomicAdd(&sums[2], static_cast<unsigned long long>(r));
  }
  __syncthreads();
  if (threadIdx.x < 3 && sums[threadIdx.x] != 0) {
    atomicAdd(item.sums + threadIdx.x, sums[threadIdx.x]);
  }
}

const Kernel kernel{"gain-statistics", "gain_statistics_kernel", gain_statistics_kernel, Order::plain};

}  // namespace

void gain_statistics(const GainStatisticsItem* items, int count, int height,
                     const LinearLightPointers& linear_light, StreamHandle stream) {
  const int rows = (height - 2 * (height / 4) + 1) / 2;
  const dim3 grid((rows + threads / 32 - 1) / (threads / 32), 1, count);
  kernel(grid, threads, 0, stream, items, linear_light.linear);
}

}  // namespace ffbench::cuda
