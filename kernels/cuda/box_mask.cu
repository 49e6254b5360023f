#include "kernels/cuda/box_mask.hpp"
#include "kernels/cuda/box_mask_pixel.hpp"
#include "kernels/cuda/launch.cuh"

namespace ffbench::cuda {
namespace {

constexpr int threads = 256;

__global__ void __launch_bounds__(threads) box_mask_kernel(const BoxMaskItem* __restrict__ items) {
  const BoxMaskItem item = items[blockIdx.z];
  const int x = static_cast<int>(blockIdx.x * 32 + threadIdx.x % 32);
  const int y = static_cast<int>(blockIdx.y * 8 + threadIdx.x / 32);
  if (x < item.mask.width && y < item.mask.height) {
    item.mask.row(y)[x] = box_value(item.across[x], item.down[y]);
  }
}

const Kernel kernel{"box-mask", "box_mask_kernel", box_mask_kernel, Order::plain};

}  // namespace

void box_mask(const BoxMaskItem* items, int count, int width, int height, StreamHandle stream) {
  kernel(dim3((width + 31) / 32, (height + 7) / 8, count), threads, 0, stream, items);
}

}  // namespace ffbench::cuda
