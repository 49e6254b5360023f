#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/frame_difference.hpp"
#include "kernels/cuda/launch.cuh"

namespace ffbench::cuda {
namespace {

constexpr int threads = 256;

/// `sum` plus the squared differences of the four bytes of two words.
__device__ __forceinline__ unsigned squared_difference(std::uint32_t a, std::uint32_t b, unsigned sum) {
  const std::uint32_t difference = __vabsdiffu4(a, b);
  return __dp4a(difference, difference, sum);
}

__device__ __forceinline__ unsigned squared_difference(const uint4& a, const uint4& b) {
  return squared_difference(
      a.w, b.w, squared_difference(a.z, b.z, squared_difference(a.y, b.y, squared_difference(a.x, b.x, 0))));
}

__device__ __forceinline__ void add_to(unsigned long long* sum, unsigned long long value) {
  __shared__ unsigned long long block_sum;
  if (threadIdx.x == 0) {
    block_sum = 0;
  }
  __syncthreads();
  for (int offset = 16; offset > 0; offset /= 2) {
    value += __shfl_xor_sync(all_lanes, value, offset);
  }
  if ((threadIdx.x & 31U) == 0) {
    atomicAdd(&block_sum, value);
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    atomicAdd(sum, block_sum);
  }
}

/// For images without padding, aligned to 16 bytes: one line of bytes.
__global__ void __launch_bounds__(threads)
    frame_difference_dense_kernel(const FrameDifferenceItem* __restrict__ items) {
  const FrameDifferenceItem item = items[blockIdx.z];
  const std::int64_t bytes = 3LL * item.a.width * item.a.height;
  const std::int64_t groups = bytes / 16;
  const auto* a = reinterpret_cast<const uint4*>(item.a.data);
  const auto* b = reinterpret_cast<const uint4*>(item.b.data);
  const std::int64_t step = static_cast<std::int64_t>(gridDim.x) * threads;
  unsigned long long sum = 0;
  std::int64_t i = blockIdx.x * threads + threadIdx.x;
  for (; i + 3 * step < groups; i += 4 * step) {
    uint4 p[4];
    uint4 q[4];
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      p[k] = a[i + k * step];
      q[k] = b[i + k * step];
    }
#pragma unroll
    for (int k = 0; k < 4; ++k) {
      sum += squared_difference(p[k], q[k]);
    }
  }
  for (; i < groups; i += step) {
    sum += squared_difference(a[i], b[i]);
  }
  if (blockIdx.x == 0) {
    for (std::int64_t k = 16 * groups + threadIdx.x; k < bytes; k += threads) {
      const int difference = int{item.a.data[k]} - int{item.b.data[k]};
      sum += static_cast<unsigned>(difference * difference);
    }
  }
  add_to(item.sum, sum);
}

/// For rows with padding: byte by byte.
__global__ void __launch_bounds__(threads)
    frame_difference_rows_kernel(const FrameDifferenceItem* __restrict__ items) {
  const FrameDifferenceItem item = items[blockIdx.z];
  unsigned long long sum = 0;
  for (int y = static_cast<int>(blockIdx.x); y < item.a.height; y += static_cast<int>(gridDim.x)) {
    const std::uint8_t* a = item.a.row(y);
    const std::uint8_t* b = item.b.row(y);
    for (int x = static_cast<int>(threadIdx.x); x < 3 * item.a.width; x += threads) {
      const int difference = int{a[x]} - int{b[x]};
      sum += static_cast<unsigned>(difference * difference);
    }
  }
  add_to(item.sum, sum);
}

const Kernel dense_kernel{"frame-difference", "frame_difference_dense_kernel", frame_difference_dense_kernel,
                          Order::plain};
const Kernel rows_kernel{"frame-difference", "frame_difference_rows_kernel", frame_difference_rows_kernel,
                         Order::plain};

}  // namespace

void frame_difference(const FrameDifferenceItem* items, int count, int width, int height, bool dense,
                      StreamHandle stream) {
  if (dense) {
    const std::int64_t blocks = 3LL * width * height / 16 / (4 * threads) + 1;
    dense_kernel(dim3(static_cast<unsigned>(blocks < 1056 ? blocks : 1056), 1, count), threads, 0, stream,
                 items);
  } else {
    rows_kernel(dim3(height < 1024 ? height : 1024, 1, count), threads, 0, stream, items);
  }
}

}  // namespace ffbench::cuda
