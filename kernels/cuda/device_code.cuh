#pragma once

#include <cstdint>

// Device code that kernels share. For .cu files only.
namespace ffbench::cuda {

inline constexpr unsigned all_lanes = 0xffffffffU;

/// Blocks that a multiprocessor shall have room for, which limits the registers of a thread.
/// Multiprocessors before Hopper may have room for only 1024 threads and 16 blocks.
constexpr int blocks_at_a_time(int threads, int wanted) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ < 900
  const int room = threads > 64 ? 1024 / threads : 16;
  return wanted < room ? wanted : room;
#else
  return threads > 0 ? wanted : 0;
#endif
}

__device__ __forceinline__ unsigned warp_sum(unsigned value) {
#if __CUDA_ARCH__ >= 800
  return __reduce_add_sync(all_lanes, value);
#else
  for (int offset = 16; offset > 0; offset /= 2) {
    value += __shfl_xor_sync(all_lanes, value, offset);
  }
  return value;
#endif
}

/// Lets the compiler know that a pointer from a kernel's parameters points to global memory.
template <typename T>
__device__ __forceinline__ T* as_global(T* pointer) {
  __builtin_assume(__isGlobal(pointer));
  return pointer;
}

/// Loads an item of a kernel's parameters right here: the compiler does not move the load behind
/// the wait for the previous kernel.
template <typename Item>
__device__ __forceinline__ Item fetch(const Item* item) {
  static_assert(sizeof(Item) % 16 == 0 && alignof(Item) == 16);
  uint4 words[sizeof(Item) / 16];
#pragma unroll
  for (unsigned k = 0; k < sizeof(Item) / 16; ++k) {
    uint4& w = words[k];
    asm volatile("ld.global.v4.u32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(w.x), "=r"(w.y), "=r"(w.z), "=r"(w.w)
                 : "l"(reinterpret_cast<const uint4*>(item) + k));
  }
  Item result;
  memcpy(&result, words, sizeof result);
  return result;
}

}  // namespace ffbench::cuda
