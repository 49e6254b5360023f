#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/launch_check.hpp"
#include "kernels/cuda/refinement.hpp"

namespace ffbench::cuda {
namespace {

/// A warp for every row of the first layer.
constexpr int warps = RefinementNetwork::side1;
constexpr int most_sums = 4;

/// The threads of a block. `slots` is shared memory, one row a warp.
struct BlockTeam {
  std::int64_t (*slots)[most_sums];

  template <typename Do>
  __device__ __forceinline__ void each(int count, Do work) const {
    for (int i = threadIdx.x; i < count; i += 32 * warps) {
      work(i);
    }
    __syncthreads();
  }

  template <int N, typename Do>
  __device__ __forceinline__ Sums<N> sums(int count, Do work) const {
    static_assert(N <= most_sums);
    Sums<N> part{};
    for (int i = threadIdx.x; i < count; i += 32 * warps) {
      work(i, part.of);
    }
#pragma unroll
    for (int n = 0; n < N; ++n) {
#pragma unroll
      for (int offset = 16; offset > 0; offset /= 2) {
        part.of[n] += __shfl_xor_sync(all_lanes, part.of[n], offset);
      }
      if ((threadIdx.x & 31U) == 0) {
        slots[threadIdx.x / 32][n] = part.of[n];
      }
    }
    __syncthreads();
    Sums<N> result{};
#pragma unroll
    for (int n = 0; n < N; ++n) {
#pragma unroll
      for (int w = 0; w < warps; ++w) {
        result.of[n] += slots[w][n];
      }
    }
    // Nobody writes the slots again before everybody has read them.
    __syncthreads();
    return result;
  }
};

__global__ void __launch_bounds__(32 * warps)
    refine_kernel(const RefinementItem* __restrict__ items, const RefinementTables* __restrict__ tables,
                  RefinementOffset* __restrict__ offsets) {
  __shared__ RefinementScratch work;
  __shared__ std::int64_t slots[warps][most_sums];
  const RefinementOffset offset = refine(BlockTeam{slots}, *tables, items[blockIdx.x], work);
  if (threadIdx.x == 0) {
    offsets[blockIdx.x] = offset;
  }
}

}  // namespace

void refine_landmarks(const RefinementItem* items, int count, const RefinementTables* tables,
                      RefinementOffset* offsets, StreamHandle stream) {
  refine_kernel<<<count, 32 * warps, 0, stream>>>(items, tables, offsets);
  check_launch("refine_landmarks");
}

}  // namespace ffbench::cuda
