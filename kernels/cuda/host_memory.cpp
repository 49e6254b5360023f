#include "kernels/cuda/host_memory.hpp"

#include <cuda_runtime_api.h>

namespace ffbench::cuda {
namespace {

/// Whether the driver knows the address as page-locked. The status of cudaHostRegister does not
/// show it: it differs for memory of cudaMallocHost.
bool locked_at(const void* address) {
  cudaPointerAttributes attributes{};
  const cudaError_t status = cudaPointerGetAttributes(&attributes, address);
  static_cast<void>(cudaGetLastError());
  return status == cudaSuccess && attributes.type == cudaMemoryTypeHost;
}

}  // namespace

std::shared_ptr<void> HostMemory::pin(void* memory, std::size_t bytes) {
  const cudaError_t status = cudaHostRegister(memory, bytes, cudaHostRegisterPortable);
  static_cast<void>(cudaGetLastError());
  // Memory that was page-locked elsewhere is unlocked there.
  const bool ours = status == cudaSuccess;
  if (!ours && !(bytes > 0 && locked_at(memory) && locked_at(static_cast<char*>(memory) + bytes - 1))) {
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

bool HostMemory::holds(ConstBgrView first, ConstBgrView last) const {
  auto at = ranges_.upper_bound(reinterpret_cast<std::uintptr_t>(first.data));
  if (at == ranges_.begin()) {
    return false;
  }
  --at;
  const auto bytes = static_cast<std::size_t>(last.height - 1) * static_cast<std::size_t>(last.stride_bytes) +
                     last.row_bytes();
  return reinterpret_cast<std::uintptr_t>(last.data) + bytes <= at->first + at->second;
}

}  // namespace ffbench::cuda
