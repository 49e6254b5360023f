#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/mask_hysteresis.hpp"
#include "kernels/cuda/mask_hysteresis_pixel.hpp"

namespace ffbench::cuda {
namespace {

constexpr int threads = 256;

/// 16 pixels a thread: at once where they are aligned, else one by one.
__global__ void __launch_bounds__(threads)
    mask_hysteresis_kernel(const MaskHysteresisItem* __restrict__ items) {
  const MaskHysteresisItem item = fetch(items + blockIdx.z);
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

const Kernel kernel{"mask-hysteresis", "mask_hysteresis_kernel", mask_hysteresis_kernel};

}  // namespace

void mask_hysteresis(const MaskHysteresisItem* items, int count, int width, int height, StreamHandle stream) {
  kernel(dim3((width + 511) / 512, (height + 7) / 8, count), threads, 0, stream, items);
}

}  // namespace ffbench::cuda
