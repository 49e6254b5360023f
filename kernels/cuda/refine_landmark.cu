#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/refine_landmark.hpp"

// A patch takes long because its steps depend on one another, not because of the amount of work. So
// one warp does the steps on pixels, without barriers, and all warps of the block do the network's
// layers, whose weights they load into registers in the meantime.
namespace ffbench::cuda {
namespace {

constexpr int warps = 16;
constexpr int threads = 32 * warps;
using Network = RefinementTables::Network;
constexpr int channels = RefinementTables::channels;
constexpr int words = RefinementTables::channel_words;
constexpr int side1 = RefinementNetwork::side1;
constexpr int side2 = RefinementNetwork::side2;
constexpr int pixels2 = RefinementNetwork::pixels2;

/// The team (refine_landmark_steps.hpp) of the threads of a warp.
struct WarpTeam {
  template <typename Do>
  __device__ __forceinline__ void each(int count, Do work) const {
#pragma unroll
    for (int i = static_cast<int>(threadIdx.x & 31U); i < count; i += 32) {
      work(i);
    }
    __syncwarp();
  }

  template <int N, typename Do>
  __device__ __forceinline__ TeamSums<N> sums(int count, Do work) const {
    TeamSums<N> own{};
#pragma unroll
    for (int i = static_cast<int>(threadIdx.x & 31U); i < count; i += 32) {
      work(i, own.of);
    }
    // A sum of 32 bits is one instruction. So the low 24 bits, whose sum is below 2^29, and the
    // other bits are summed apart.
    TeamSums<N> result{};
#pragma unroll
    for (int n = 0; n < N; ++n) {
      const unsigned low = warp_sum(static_cast<unsigned>(own.of[n]) & 0xffffffU);
      const auto high = static_cast<int>(warp_sum(static_cast<unsigned>(own.of[n] >> 24)));
      result.of[n] = (std::int64_t{high} << 24) + low;
    }
    __syncwarp();
    return result;
  }
};

/// sums + a 16 x 32 matrix of bytes times a 32 x 8 one, distributed over a warp. With g = lane / 4
/// and t = lane % 4, a lane holds columns 2 t and 2 t + 1 of rows g and g + 8 of the sums, words t
/// and t + 4 of rows g and g + 8 of the first matrix, and words t and t + 4 of column g of the
/// second.
__device__ __forceinline__ void multiply_add(std::int32_t (&sums)[4], const std::int32_t (&rows)[4],
                                             const std::int32_t (&column)[2]) {
#if __CUDA_ARCH__ >= 800
  asm("mma.sync.aligned.m16n8k32.row.col.s32.s8.s8.s32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, "
      "%1, %2, %3};"
      : "+r"(sums[0]), "+r"(sums[1]), "+r"(sums[2]), "+r"(sums[3])
      : "r"(rows[0]), "r"(rows[1]), "r"(rows[2]), "r"(rows[3]), "r"(column[0]), "r"(column[1]));
#else
  // Lane 4 g + t holds words t and t + 4 of row or column g.
  const int lane = static_cast<int>(threadIdx.x & 31U);
#pragma unroll
  for (int word = 0; word < 8; ++word) {
    const int upper = __shfl_sync(all_lanes, rows[2 * (word / 4)], (lane & ~3) + word % 4);
    const int lower = __shfl_sync(all_lanes, rows[2 * (word / 4) + 1], (lane & ~3) + word % 4);
#pragma unroll
    for (int k = 0; k < 2; ++k) {
      const int weights = __shfl_sync(all_lanes, column[word / 4], 4 * (2 * (lane & 3) + k) + word % 4);
      sums[k] = dot4(upper, weights, sums[k]);
      sums[2 + k] = dot4(lower, weights, sums[2 + k]);
    }
  }
#endif
}

/// A thread's share of the network, with its weights in registers.
class Layers {
 public:
  __device__ explicit Layers(const Network& net)
      : net_(net), lane_(static_cast<int>(threadIdx.x & 31U)), warp_(static_cast<int>(threadIdx.x / 32)) {
#pragma unroll
    for (int tap = 0; tap < 9; ++tap) {
      first_[tap] = net.weights1[tap][0][lane_];
      second_[tap][0] = net.weights2[tap][lane_ & 3][column()];
      second_[tap][1] = net.weights2[tap][(lane_ & 3) + 4][column()];
    }
    const int i = static_cast<int>(threadIdx.x);
#pragma unroll
    for (int axis = 0; axis < 2; ++axis) {
      third_[axis] = i < pixels2 * words ? net.weights3[axis][i] : 0;
    }
  }

  /// The network's offset for the input in `work`. All threads of the block call it.
  __device__ __forceinline__ RefinementOffset offset(RefinementScratch& work,
                                                     std::int32_t (&slots)[warps][2]) const {
    __syncthreads();
    first_layer(work);
    __syncthreads();
    second_layer(work);
    __syncthreads();
    const int i = static_cast<int>(threadIdx.x);
    const std::int32_t word = i < pixels2 * words ? load_word(work.second + 4 * i) : 0;
    const auto x = static_cast<std::int32_t>(warp_sum(static_cast<unsigned>(dot4(third_[0], word, 0))));
    const auto y = static_cast<std::int32_t>(warp_sum(static_cast<unsigned>(dot4(third_[1], word, 0))));
    if (lane_ == 0) {
      slots[warp_][0] = x;
      slots[warp_][1] = y;
    }
    __syncthreads();
    const auto total = [&](int axis) {
      return static_cast<std::int32_t>(
          warp_sum(lane_ < warps ? static_cast<unsigned>(slots[lane_][axis]) : 0U));
    };
    return network_offset(net_, total(0), total(1));
  }

 private:
  /// A warp does a row of pixels, a lane a channel.
  __device__ __forceinline__ void first_layer(RefinementScratch& work) const {
    static_assert(RefinementTables::input_words == 1 && side1 <= warps && channels == 32);
    if (warp_ >= side1) {
      return;
    }
    std::int32_t sums[side1];
#pragma unroll
    for (std::int32_t& sum : sums) {
      sum = net_.bias1[lane_];
    }
#pragma unroll
    for (int row = 0; row < 3; ++row) {
#pragma unroll
      for (int x = 0; x < patch_side; ++x) {
        const std::int32_t word =
            load_word(work.input + ((warp_ + row) * patch_side + x) * RefinementNetwork::inputs);
#pragma unroll
        for (int tap = 0; tap < 3; ++tap) {
          if (x >= tap && x - tap < side1) {
            sums[x - tap] = dot4(first_[3 * row + tap], word, sums[x - tap]);
          }
        }
      }
    }
#pragma unroll
    for (int x = 0; x < side1; ++x) {
      work.first[(warp_ * side1 + x) * channels + lane_] = activation(sums[x], net_.shift1[lane_]);
    }
  }

  /// A warp does 16 pixels of 8 channels.
  __device__ __forceinline__ void second_layer(RefinementScratch& work) const {
    static_assert(pixels2 <= 16 * (warps / 4) && channels == 4 * 8);
    const int channel = 8 * (warp_ & 3) + 2 * (lane_ & 3);
    std::int32_t sums[4];
    const std::int8_t* from[2];
    int pixel[2];
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      sums[2 * half] = net_.bias2[channel];
      sums[2 * half + 1] = net_.bias2[channel + 1];
      pixel[half] = 16 * (warp_ / 4) + 8 * half + lane_ / 4;
      // Pixels behind the last compute the last one again, and are not stored.
      const int p = min(pixel[half], pixels2 - 1);
      from[half] = work.first + (p / side2 * side1 + p % side2) * channels + 4 * (lane_ & 3);
    }
#pragma unroll
    for (int tap = 0; tap < 9; ++tap) {
      const int offset = (tap / 3 * side1 + tap % 3) * channels;
      const std::int32_t rows[4] = {load_word(from[0] + offset), load_word(from[1] + offset),
                                    load_word(from[0] + offset + 16), load_word(from[1] + offset + 16)};
      multiply_add(sums, rows, second_[tap]);
    }
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      if (pixel[half] < pixels2) {
#pragma unroll
        for (int k = 0; k < 2; ++k) {
          work.second[pixel[half] * channels + channel + k] =
              activation(sums[2 * half + k], net_.shift2[channel + k]);
        }
      }
    }
  }

  /// The channel of the second layer whose weights the lane holds.
  [[nodiscard]] __device__ int column() const {
    return 8 * (warp_ & 3) + lane_ / 4;
  }

  const Network& net_;
  int lane_;
  int warp_;
  std::int32_t first_[9];
  std::int32_t second_[9][2];
  std::int32_t third_[2];
};

/// Copies to shared memory word by word. All threads of the block call it.
template <typename T>
__device__ __forceinline__ void copy_to_shared(T& to, const T& from) {
  static_assert(sizeof(T) % 4 == 0);
  auto* out = reinterpret_cast<std::uint32_t*>(&to);
  const auto* in = reinterpret_cast<const std::uint32_t*>(&from);
  for (unsigned i = threadIdx.x; i < sizeof(T) / 4; i += threads) {
    out[i] = in[i];
  }
}

__global__ void __launch_bounds__(threads) refine_landmark_kernel(const RefinementItem* __restrict__ items,
                                                                  const RefinementTables* __restrict__ tables,
                                                                  RefinementOffset* __restrict__ offsets) {
  __shared__ RefinementScratch work;
  __shared__ alignas(16) ReadTables read;
  __shared__ alignas(16) RefinementItem item;
  __shared__ std::int32_t slots[warps][2];
  const Layers layers(tables->networks[items[blockIdx.x].kind]);
  copy_to_shared(item, items[blockIdx.x]);
  copy_to_shared(read, tables->read);
  // No kernel writes what was read so far.
  wait_for_previous();
  __syncthreads();
  RefinementOffset offset{0, 0};
  for (int i = 0; i < refinement_iterations; ++i) {
    // The first warp's iteration counts; those of the others are not used.
    RefinementIteration iteration;
    if (threadIdx.x < 32) {
      iteration = RefinementIteration(WarpTeam{}, read, item, offset, work);
    }
    offset = iteration.offset(layers.offset(work, slots));
  }
  if (threadIdx.x == 0) {
    offsets[blockIdx.x] = offset;
  }
}

const Kernel kernel{"refine-landmark", "refine_landmark_kernel", refine_landmark_kernel};

}  // namespace

void refine_landmark(const RefinementItem* items, int count, const RefinementTables* tables,
                     RefinementOffset* offsets, StreamHandle stream) {
  kernel(dim3(static_cast<unsigned>(count)), threads, 0, stream, items, tables, offsets);
}

}  // namespace ffbench::cuda
