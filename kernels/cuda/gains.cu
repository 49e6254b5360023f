#include <algorithm>

#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/launch.cuh"

namespace ffbench::cuda {
namespace {

constexpr int threads = 256;

__global__ void __launch_bounds__(threads)
    statistics_kernel(const StatisticsItem* __restrict__ items, const std::uint16_t* __restrict__ linear) {
  __shared__ unsigned long long sums[3];
  const StatisticsItem item = items[blockIdx.z];
  const int width = item.crop.width;
  const int height = item.crop.height;
  if (threadIdx.x < 3) {
    sums[threadIdx.x] = 0;
  }
  __syncthreads();
  // A warp takes a row; a row has at most 2^14 terms of 16 bits.
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

constexpr int steps_at_a_time = 85;

/// Ratios side by side, then one thread a channel goes through the frames, then tables side by side.
__global__ void __launch_bounds__(threads)
    update_kernel(const GainTrack* __restrict__ tracks, GainLimits limits, LightPointers light) {
  __shared__ std::int64_t ratios[3 * steps_at_a_time];
  __shared__ std::int64_t gains[3 * steps_at_a_time];
  const GainTrack track = fetch(tracks + blockIdx.x);
  const std::int64_t linear = light.linear[threadIdx.x];
  wait_for_previous();
  const int channel = static_cast<int>(threadIdx.x) % 3;
  const int at = static_cast<int>(threadIdx.x) / 3;
  std::int64_t gain = 0;
  if (threadIdx.x < 3 && track.count > 0) {
    gain = track.state[threadIdx.x];
  }
  for (int begin = 0; begin < track.count; begin += steps_at_a_time) {
    const int here = min(track.count - begin, steps_at_a_time);
    if (at < here) {
      const GainStep step = track.steps[begin + at];
      ratios[threadIdx.x] = gain_ratio(step.target[channel], step.swapped[channel], limits);
    }
    __syncthreads();
    if (at < here) {
      track.steps[begin + at].target[channel] = 0;
    }
    if (threadIdx.x < 3) {
      for (int i = 0; i < here; ++i) {
        const GainStep& step = track.steps[begin + i];
        const std::int64_t ratio = ratios[3 * i + channel];
        if (step.first != 0) {
          gain = ratio;
        } else if (step.hold == 0) {
          gain = low_passed(gain, ratio, limits);
        }
        gains[3 * i + channel] = quantised_gain(gain);
      }
    }
    __syncthreads();
#pragma unroll 4
    for (int i = 0; i < 3 * here; ++i) {
      track.steps[begin + i / 3].tables[256 * (i % 3) + threadIdx.x] =
          gain_entry(linear, gains[i], light.code_of);
    }
    __syncthreads();
  }
  if (threadIdx.x < 3 && track.count > 0) {
    track.state[threadIdx.x] = gain;
  }
}

__global__ void tables_kernel(const std::int64_t* __restrict__ quantised, std::uint8_t* __restrict__ tables,
                              LightPointers light) {
  const int channel = static_cast<int>(blockIdx.x);
  const int v = static_cast<int>(threadIdx.x);
  tables[256 * channel + v] = gain_entry(light.linear[v], quantised[channel], light.code_of);
}

/// Tables that 32 lanes read without waiting for each other: every lane has a copy in a bank of its own. The word of entries
/// 4 w to 4 w + 3 of lane l lies at 32 w + l.
struct LaneTables {
  static constexpr int words = 3 * 64;
  static constexpr int bytes = words * 32 * 4;

  /// Fills the copies from `tables`, 3 x 256 bytes in shared memory.
  static __device__ void fill(std::uint32_t* copies, const std::uint8_t* tables) {
    const auto* from = reinterpret_cast<const std::uint32_t*>(tables);
    for (int i = static_cast<int>(threadIdx.x); i < words * 32; i += static_cast<int>(blockDim.x)) {
      copies[i] = from[i / 32];
    }
  }

  const std::uint8_t* lane;  ///< the copies, 4 bytes on per lane

  __device__ std::uint32_t operator()(int channel, std::uint32_t v) const {
    return lane[(channel * 64 + (v >> 2)) * 128 + (v & 3U)];
  }

  /// Four bytes whose first is of channel `first`.
  __device__ std::uint32_t word(int first, std::uint32_t bytes_) const {
    return (*this)(first, bytes_ & 0xffU) | (*this)((first + 1) % 3, (bytes_ >> 8) & 0xffU) << 8 |
           (*this)((first + 2) % 3, (bytes_ >> 16) & 0xffU) << 16 | (*this)(first, bytes_ >> 24) << 24;
  }
};

/// 48 bytes a thread and turn: sixteen pixels in three aligned loads, which are asked for a turn ahead.
__global__ void __launch_bounds__(threads) apply_dense_kernel(const ApplyItem* __restrict__ items) {
  extern __shared__ std::uint32_t copies[];
  const ApplyItem item = fetch(items + blockIdx.z);
  wait_for_previous();
  const std::int64_t bytes = 3LL * item.crop.width * item.crop.height;
  const auto groups = static_cast<int>(bytes / 48);
  auto* data = reinterpret_cast<uint4*>(item.crop.data);
  const int step = static_cast<int>(gridDim.x) * threads;
  int i = static_cast<int>(blockIdx.x * threads + threadIdx.x);
  uint4 a{};
  uint4 b{};
  uint4 c{};
  const auto ask = [&] {
    if (i < groups) {
      const uint4* from = data + 3 * static_cast<std::int64_t>(i);
      a = from[0];
      b = from[1];
      c = from[2];
    }
  };
  ask();
  LaneTables::fill(copies, item.tables);
  __syncthreads();
  const LaneTables table{reinterpret_cast<const std::uint8_t*>(copies) + 4 * (threadIdx.x & 31U)};
  while (i < groups) {
    const uint4 p{table.word(0, a.x), table.word(1, a.y), table.word(2, a.z), table.word(0, a.w)};
    const uint4 q{table.word(1, b.x), table.word(2, b.y), table.word(0, b.z), table.word(1, b.w)};
    const uint4 r{table.word(2, c.x), table.word(0, c.y), table.word(1, c.z), table.word(2, c.w)};
    uint4* to = data + 3 * static_cast<std::int64_t>(i);
    i += step;
    ask();
    to[0] = p;
    to[1] = q;
    to[2] = r;
  }
  if (blockIdx.x == 0) {
    for (std::int64_t k = 48LL * groups + threadIdx.x; k < bytes; k += threads) {
      item.crop.data[k] = static_cast<std::uint8_t>(table(static_cast<int>(k % 3), item.crop.data[k]));
    }
  }
}

/// Small crops: four pixels a thread and one copy of the tables, so that there are enough blocks. The pixels are asked for
/// before the tables.
__global__ void __launch_bounds__(threads) apply_small_kernel(const ApplyItem* __restrict__ items) {
  __shared__ std::uint32_t copy[192];
  const ApplyItem item = fetch(items + blockIdx.z);
  const int bytes = 3 * item.crop.width * item.crop.height;
  const int i = static_cast<int>(blockIdx.x * threads + threadIdx.x);
  auto* data = reinterpret_cast<std::uint32_t*>(in_memory(item.crop.data)) + 3 * i;
  const auto* table = reinterpret_cast<const std::uint32_t*>(in_memory(item.tables)) + threadIdx.x;
  const bool whole = 12 * i + 12 <= bytes;
  std::uint32_t words[3] = {};
  if (nowhere(data, table)) {
    return;
  }
  wait_for_previous();
  if (whole) {
    words[0] = data[0];
    words[1] = data[1];
    words[2] = data[2];
  }
  if (threadIdx.x < 192) {
    copy[threadIdx.x] = *table;
  }
  __syncthreads();
  const auto* tables = reinterpret_cast<const std::uint8_t*>(copy);
  const auto word = [tables](int first, std::uint32_t w) {
    return tables[256 * first + (w & 0xffU)] |
           std::uint32_t{tables[256 * ((first + 1) % 3) + ((w >> 8) & 0xffU)]} << 8 |
           std::uint32_t{tables[256 * ((first + 2) % 3) + ((w >> 16) & 0xffU)]} << 16 |
           std::uint32_t{tables[256 * first + (w >> 24)]} << 24;
  };
  if (whole) {
    data[0] = word(0, words[0]);
    data[1] = word(1, words[1]);
    data[2] = word(2, words[2]);
  } else {
    for (int k = 12 * i; k < bytes; ++k) {
      item.crop.data[k] = tables[256 * (k % 3) + item.crop.data[k]];
    }
  }
}

/// Rows with padding or at odd addresses, byte by byte.
__global__ void __launch_bounds__(threads) apply_rows_kernel(const ApplyItem* __restrict__ items) {
  const ApplyItem item = fetch(items + blockIdx.z);
  wait_for_previous();
  for (int y = static_cast<int>(blockIdx.y); y < item.crop.height; y += static_cast<int>(gridDim.y)) {
    const int x = static_cast<int>(blockIdx.x * threads + threadIdx.x);
    if (x < 3 * item.crop.width) {
      std::uint8_t& value = item.crop.row(y)[x];
      value = item.tables[256 * (x % 3) + value];
    }
  }
}

}  // namespace

void gain_statistics(const StatisticsItem* items, int count, int height, const LightPointers& light,
                     StreamHandle stream) {
  const int rows = (height - 2 * (height / 4) + 1) / 2;
  const dim3 grid((rows + threads / 32 - 1) / (threads / 32), 1, count);
  statistics_kernel<<<grid, threads, 0, stream>>>(items, light.linear);
  check_launch("gain statistics");
}

void gain_update(const GainTrack* tracks, int count, const GainLimits& limits, const LightPointers& light,
                 StreamHandle stream) {
  launch("gain update", update_kernel, dim3(count), threads, 0, stream, tracks, limits, light);
}

void gain_tables(const std::int64_t* quantised, std::uint8_t* tables, const LightPointers& light,
                 StreamHandle stream) {
  tables_kernel<<<3, 256, 0, stream>>>(quantised, tables, light);
  check_launch("gain tables");
}

void apply_gains(const ApplyItem* items, int count, int width, int height, bool dense, StreamHandle stream) {
  constexpr std::int64_t large = 1 << 20;
  const std::int64_t pixels = std::int64_t{width} * height;
  if (dense && count * pixels < large) {
    const dim3 grid(static_cast<unsigned>((pixels + 4 * threads - 1) / (4 * threads)), 1, count);
    launch("apply gains", apply_small_kernel, grid, threads, 0, stream, items);
  } else if (dense) {
    // As many blocks as are at work at a time, or every item would fill more tables than it takes.
    const int resident = 8 * current_device().multiprocessors;
    const std::int64_t blocks = (pixels / 16 + threads - 1) / threads;
    const std::int64_t share = (resident + count - 1) / count;
    const dim3 grid(static_cast<unsigned>(std::max<std::int64_t>(std::min(blocks, share), 1)), 1, count);
    launch("apply gains", apply_dense_kernel, grid, threads, LaneTables::bytes, stream, items);
  } else {
    const dim3 grid((3 * width + threads - 1) / threads, height < 32768 ? height : 32768, count);
    launch("apply gains", apply_rows_kernel, grid, threads, 0, stream, items);
  }
}

}  // namespace ffbench::cuda
