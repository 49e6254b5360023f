#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/waiting.hpp"

namespace ffbench::cuda {
namespace {

constexpr std::uint64_t longest = 1'000'000'000;

__device__ __forceinline__ std::uint64_t now() {
  std::uint64_t time = 0;
  asm volatile("mov.u64 %0, %globaltimer;" : "=l"(time)::"memory");
  return time;
}

__device__ __forceinline__ void spin(std::uint64_t begin, std::uint64_t nanoseconds) {
  // The clock is set anew where a driver is loaded again: a difference that is too large ends it.
  while (now() - begin < nanoseconds) {
    __nanosleep(20);
  }
}

__global__ void hold_stream_kernel(std::uint64_t nanoseconds) {
  wait_for_previous();
  spin(now(), nanoseconds);
}

__global__ void store_time_kernel(std::uint64_t* at) {
  wait_for_previous();
  *at = now();
}

__global__ void wait_share_kernel(const std::uint64_t* since, double share, std::uint64_t own) {
  wait_for_previous();
  const std::uint64_t end = now();
  const double taken = static_cast<double>(end - *since);
  const double wanted = taken * share - static_cast<double>(own);
  if (wanted > 0) {
    spin(end, wanted < static_cast<double>(longest) ? static_cast<std::uint64_t>(wanted) : longest);
  }
}

// They compute nothing, so no row of the operator table has them.
const Kernel hold_kernel{"", "hold_stream_kernel", hold_stream_kernel};
const Kernel store_kernel{"", "store_time_kernel", store_time_kernel};
const Kernel wait_kernel{"", "wait_share_kernel", wait_share_kernel};

}  // namespace

void hold_stream(std::uint64_t nanoseconds, StreamHandle stream) {
  hold_kernel(dim3(1), 1, 0, stream, nanoseconds);
}

void store_time(std::uint64_t* at, StreamHandle stream) {
  store_kernel(dim3(1), 1, 0, stream, at);
}

void wait_share(const std::uint64_t* since, double share, std::uint64_t own, StreamHandle stream) {
  wait_kernel(dim3(1), 1, 0, stream, since, share, own);
}

}  // namespace ffbench::cuda
