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

/// Of large images: threads of a block, and blocks that a multiprocessor has at a time.
constexpr int dense_threads = 512;
constexpr int dense_blocks = 3;

/// Tables that 32 lanes read without waiting for each other: every lane has a copy in a bank of its own. The word of entries 4 w to 4 w + 3 of lane
/// l lies in row w of 256 bytes, at 4 l; two channels share a row. So where an entry lies are two bytes, which are found for four pixels' bytes at a
/// time: the row's number and, for the third channel, 64; the entry in its word, the lane, and 128 for the second channel.
class LaneTables {
 public:
  static constexpr int row_bytes = 256;
  static constexpr int bytes = 2 * 64 * row_bytes;

  /// Fills the copies from `tables`, 3 x 256 bytes, four lanes' at a time.
  static __device__ void fill(uint4* copies, const std::uint8_t* tables) {
    const auto* from = reinterpret_cast<const std::uint32_t*>(in_memory(tables));
    constexpr int lanes_of_four = 8;
    constexpr int stores = table_words * lanes_of_four / dense_threads;
    static_assert(stores * dense_threads == table_words * lanes_of_four);
#pragma unroll
    for (int k = 0; k < stores; ++k) {
      const int i = k * dense_threads + static_cast<int>(threadIdx.x);
      const int at = i / lanes_of_four;
      const std::uint32_t word = from[at];
      const int channel = at / 64;
      copies[(channel / 2 * 64 + at % 64) * (row_bytes / 16) + channel % 2 * lanes_of_four +
             i % lanes_of_four] = {word, word, word, word};
    }
  }

  /// `first` is the channel of the first byte.
  __device__ LaneTables(const uint4* copies, int first)
      : copies_(reinterpret_cast<const std::uint8_t*>(copies)) {
    const std::uint32_t lane = 4 * (threadIdx.x & 31U) * 0x01010101U;
#pragma unroll
    for (int j = 0; j < 3; ++j) {
      rows_[j] = 0;
      places_[j] = lane;
#pragma unroll
      for (int k = 0; k < 4; ++k) {
        const int channel = (first + j + k) % 3;
        rows_[j] |= (channel == 2 ? 64U : 0U) << (8 * k);
        places_[j] |= (channel == 1 ? 128U : 0U) << (8 * k);
      }
    }
  }

  __device__ __forceinline__ uint4 words(const uint4& w) const {
    return {word<0>(w.x), word<1>(w.y), word<2>(w.z), word<0>(w.w)};
  }

  /// The first byte is now the one `Steps` x 16 bytes further on.
  template <int Steps>
  __device__ __forceinline__ void move_on() {
    std::uint32_t rows[3];
    std::uint32_t places[3];
#pragma unroll
    for (int j = 0; j < 3; ++j) {
      rows[j] = rows_[(j + Steps) % 3];
      places[j] = places_[(j + Steps) % 3];
    }
#pragma unroll
    for (int j = 0; j < 3; ++j) {
      rows_[j] = rows[j];
      places_[j] = places[j];
    }
  }

 private:
  /// Four bytes that begin `J` channels after the first.
  template <int J>
  __device__ __forceinline__ std::uint32_t word(std::uint32_t values) const {
    const std::uint32_t row = ((values >> 2) & 0x3f3f3f3fU) | rows_[J];
    const std::uint32_t place = (values & 0x03030303U) | places_[J];
    const std::uint32_t low = __byte_perm(entry<0>(row, place), entry<1>(row, place), 0x0040);
    const std::uint32_t high = __byte_perm(entry<2>(row, place), entry<3>(row, place), 0x0040);
    return __byte_perm(low, high, 0x5410);
  }
  template <unsigned K>
  __device__ __forceinline__ std::uint32_t entry(std::uint32_t row, std::uint32_t place) const {
    // Bytes K of both; above them the sign of the row, which is 0.
    constexpr unsigned choice = K | (4 + K) << 4 | (12 + K) << 8 | (12 + K) << 12;
    std::uint32_t offset = 0;
    asm("prmt.b32 %0, %1, %2, %3;" : "=r"(offset) : "r"(place), "r"(row), "n"(choice));
    return copies_[offset];
  }

  const std::uint8_t* copies_;
  std::uint32_t rows_[3];  ///< what is added to rows of words that begin 0, 1 and 2 channels after the first
  std::uint32_t places_[3];  ///< and to places in them
};

/// A block goes through `turns` times sixteen bytes a thread that lie one behind the other, and asks for them two turns ahead.
__global__ void __launch_bounds__(dense_threads, blocks_at_a_time(dense_threads, dense_blocks))
    apply_dense_kernel(const ApplyItem* __restrict__ items, int turns) {
  extern __shared__ uint4 copies[];
  const ApplyItem item = fetch(items + blockIdx.z);
  const std::int64_t bytes = 3LL * item.crop.width * item.crop.height;
  int i = static_cast<int>(blockIdx.x) * turns * dense_threads + static_cast<int>(threadIdx.x);
  const auto count = static_cast<int>(bytes / 16);
  const int end = min(i + turns * dense_threads, count);
  auto* data = reinterpret_cast<uint4*>(in_memory(item.crop.data));
  if (bytes == 0) {
    wait_for_previous();
    return;
  }
  const auto ask = [&](int at) { return at < end ? data[at] : uint4{}; };
  wait_for_previous();
  uint4 now = ask(i);
  uint4 next = ask(i + dense_threads);
  LaneTables::fill(copies, item.tables);
  __syncthreads();
  // 16 mod 3 is 1: every sixteen bytes move the channel by one.
  LaneTables table(copies, i % 3);
  while (i < end) {
    const uint4 later = ask(i + 2 * dense_threads);
    data[i] = table.words(now);
    table.move_on<dense_threads>();
    now = next;
    next = later;
    i += dense_threads;
  }
  if (blockIdx.x == 0) {
    for (std::int64_t k = 16LL * count + threadIdx.x; k < bytes; k += dense_threads) {
      item.crop.data[k] = item.tables[256 * (k % 3) + item.crop.data[k]];
    }
  }
}

/// Small crops: four pixels a thread and one copy of the tables, so that there are enough blocks. The pixels are asked for
/// before the tables.
__global__ void __launch_bounds__(threads) apply_small_kernel(const ApplyItem* __restrict__ items) {
  __shared__ std::uint32_t copy[table_words];
  const ApplyItem item = fetch(items + blockIdx.z);
  const int bytes = 3 * item.crop.width * item.crop.height;
  const int i = static_cast<int>(blockIdx.x * threads + threadIdx.x);
  auto* data = reinterpret_cast<std::uint32_t*>(in_memory(item.crop.data)) + 3 * i;
  const auto* table = reinterpret_cast<const std::uint32_t*>(in_memory(item.tables)) + threadIdx.x;
  const bool whole = 12 * i + 12 <= bytes;
  std::uint32_t words[3] = {};
  wait_for_previous();
  if (bytes == 0) {
    return;
  }
  if (whole) {
    words[0] = data[0];
    words[1] = data[1];
    words[2] = data[2];
  }
  if (threadIdx.x < table_words) {
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
    // As many blocks as run at once, since each fills tables of its own; but no more than `most_turns` turns a block, so that the last blocks end together.
    constexpr std::int64_t most_turns = 12;
    const std::int64_t all_turns = (3 * pixels / 16 + dense_threads - 1) / dense_threads;
    const std::int64_t at_work = std::int64_t{dense_blocks} * current_device().multiprocessors;
    const std::int64_t turns =
        std::clamp<std::int64_t>((all_turns * count + at_work - 1) / at_work, 1, most_turns);
    const dim3 grid(static_cast<unsigned>(std::max<std::int64_t>((all_turns + turns - 1) / turns, 1)), 1,
                    count);
    launch("apply gains", apply_dense_kernel, grid, dense_threads, LaneTables::bytes, stream, items,
           static_cast<int>(turns));
  } else {
    const dim3 grid((3 * width + threads - 1) / threads, height < 32768 ? height : 32768, count);
    launch("apply gains", apply_rows_kernel, grid, threads, 0, stream, items);
  }
}

}  // namespace ffbench::cuda
