#include <algorithm>

#include "kernels/cuda/apply_gains.hpp"
#include "kernels/cuda/device_code.cuh"
#include "kernels/cuda/gain_math.hpp"
#include "kernels/cuda/launch.cuh"

namespace ffbench::cuda {
namespace {

constexpr int threads = 256;

/// For large images: threads of a block, and blocks that a multiprocessor holds at a time.
constexpr int dense_threads = 512;
constexpr int dense_blocks = 3;

/// Tables that 32 lanes read without bank conflicts: every lane has a copy in a bank of its own.
///
/// The word with entries 4 w to 4 w + 3 of lane l is at byte 4 l of row w, a row of 256 bytes
/// shared by two channels. So the place of an entry is two bytes, which are computed for the bytes
/// of four pixels at a time: the row number, plus 64 for the third channel; and the place in the
/// row, made of the entry in its word, the lane, and 128 for the second channel.
class LaneTables {
 public:
  static constexpr int row_bytes = 256;
  static constexpr int bytes = 2 * 64 * row_bytes;

  /// Fills the copies from `tables`, 3 x 256 bytes. A store fills those of four lanes.
  static __device__ void fill(uint4* copies, const std::uint8_t* tables) {
    const auto* from = reinterpret_cast<const std::uint32_t*>(as_global(tables));
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

  /// Moves the first byte on by `Steps` x 16 bytes.
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
    // Byte K of both; above them the sign of the row byte, which is 0.
    constexpr unsigned choice = K | (4 + K) << 4 | (12 + K) << 8 | (12 + K) << 12;
    std::uint32_t offset = 0;
    asm("prmt.b32 %0, %1, %2, %3;" : "=r"(offset) : "r"(place), "r"(row), "n"(choice));
    return copies_[offset];
  }

  const std::uint8_t* copies_;
  // Added to rows, and to places in them, of words that begin 0, 1 and 2 channels after the first.
  std::uint32_t rows_[3];
  std::uint32_t places_[3];
};

/// A block processes `turns` consecutive chunks of 16 bytes a thread, and loads them two turns
/// ahead.
__global__ void __launch_bounds__(dense_threads, blocks_at_a_time(dense_threads, dense_blocks))
    apply_gains_dense_kernel(const ApplyGainsItem* __restrict__ items, int turns) {
  extern __shared__ uint4 copies[];
  const ApplyGainsItem item = fetch(items + blockIdx.z);
  const std::int64_t bytes = 3LL * item.crop.width * item.crop.height;
  int i = static_cast<int>(blockIdx.x) * turns * dense_threads + static_cast<int>(threadIdx.x);
  const auto count = static_cast<int>(bytes / 16);
  const int end = min(i + turns * dense_threads, count);
  auto* data = reinterpret_cast<uint4*>(as_global(item.crop.data));
  if (bytes == 0) {
    wait_for_previous();
    return;
  }
  const auto load = [&](int at) { return at < end ? data[at] : uint4{}; };
  wait_for_previous();
  uint4 now = load(i);
  uint4 next = load(i + dense_threads);
  LaneTables::fill(copies, item.tables);
  __syncthreads();
  // 16 mod 3 is 1: every sixteen bytes move the channel by one.
  LaneTables table(copies, i % 3);
  while (i < end) {
    const uint4 later = load(i + 2 * dense_threads);
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

/// For small crops: four pixels a thread and one copy of the tables, so that there are enough
/// blocks. The pixels are loaded before the tables.
__global__ void __launch_bounds__(threads)
    apply_gains_small_kernel(const ApplyGainsItem* __restrict__ items) {
  __shared__ std::uint32_t copy[table_words];
  const ApplyGainsItem item = fetch(items + blockIdx.z);
  const int bytes = 3 * item.crop.width * item.crop.height;
  const int i = static_cast<int>(blockIdx.x * threads + threadIdx.x);
  auto* data = reinterpret_cast<std::uint32_t*>(as_global(item.crop.data)) + 3 * i;
  const auto* table = reinterpret_cast<const std::uint32_t*>(as_global(item.tables)) + threadIdx.x;
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

/// For rows with padding or at odd addresses: byte by byte.
__global__ void __launch_bounds__(threads) apply_gains_rows_kernel(const ApplyGainsItem* __restrict__ items) {
  const ApplyGainsItem item = fetch(items + blockIdx.z);
  wait_for_previous();
  for (int y = static_cast<int>(blockIdx.y); y < item.crop.height; y += static_cast<int>(gridDim.y)) {
    const int x = static_cast<int>(blockIdx.x * threads + threadIdx.x);
    if (x < 3 * item.crop.width) {
      std::uint8_t& value = item.crop.row(y)[x];
      value = item.tables[256 * (x % 3) + value];
    }
  }
}

const Kernel small_kernel{"apply-gains", "apply_gains_small_kernel", apply_gains_small_kernel};
const Kernel dense_kernel{"apply-gains", "apply_gains_dense_kernel", apply_gains_dense_kernel};
const Kernel rows_kernel{"apply-gains", "apply_gains_rows_kernel", apply_gains_rows_kernel};

}  // namespace

void apply_gains(const ApplyGainsItem* items, int count, int width, int height, bool dense,
                 StreamHandle stream) {
  constexpr std::int64_t large = 1 << 20;
  const std::int64_t pixels = std::int64_t{width} * height;
  if (dense && count * pixels < large) {
    const dim3 grid(static_cast<unsigned>((pixels + 4 * threads - 1) / (4 * threads)), 1, count);
    small_kernel(grid, threads, 0, stream, items);
  } else if (dense) {
    // As many blocks as run at once, since each fills its own tables. But at most `most_turns`
    // turns a block, so that the last blocks end together.
    constexpr std::int64_t most_turns = 12;
    const std::int64_t all_turns = (3 * pixels / 16 + dense_threads - 1) / dense_threads;
    const std::int64_t at_work = std::int64_t{dense_blocks} * current_device().multiprocessors;
    const std::int64_t turns =
        std::clamp<std::int64_t>((all_turns * count + at_work - 1) / at_work, 1, most_turns);
    const dim3 grid(static_cast<unsigned>(std::max<std::int64_t>((all_turns + turns - 1) / turns, 1)), 1,
                    count);
    dense_kernel(grid, dense_threads, LaneTables::bytes, stream, items, static_cast<int>(turns));
  } else {
    const dim3 grid((3 * width + threads - 1) / threads, height < 32768 ? height : 32768, count);
    rows_kernel(grid, threads, 0, stream, items);
  }
}

}  // namespace ffbench::cuda
