#include "kernels/cuda/host_memory.hpp"

#include <cuda_runtime_api.h>

namespace ffbench::cuda {

std::shared_ptr<void> HostMemory::pin(void* memory, std::size_t bytes) {
  const cudaError_t status = cudaHostRegister(memory, bytes, cudaHostRegisterPortable);
  static_cast<void>(cudaGetLastError());
  // Memory that somebody else locked stays theirs to unlock.
  const bool ours = status == cudaSuccess;
  if (!ours && status != cudaErrorHostMemoryAlreadyRegistered) {
    return nullptr;
  }
  ranges_[reinterpret_cast<std::uintptr_t>(memory)] = bytes;
  return {memory, [self = shared_from_this(), ours](void* pinned) {
            self->ranges_.erase(reinterpret_cast<std::uintptr_t>(pinned));
            if (ours) {
              static_cast<void>(cudaHostUnregister(pinned));
            }
          }};
}

bool HostMemory::holds(ConstBgrView frame) const {
  const auto begin = reinterpret_cast<std::uintptr_t>(frame.data);
  auto at = ranges_.upper_bound(begin);
  if (at == ranges_.begin()) {
    return false;
  }
  --at;
  const auto bytes =
      static_cast<std::size_t>(frame.height - 1) * static_cast<std::size_t>(frame.stride_bytes) +
      frame.row_bytes();
  return begin + bytes <= at->first + at->second;
}

}  // namespace ffbench::cuda
