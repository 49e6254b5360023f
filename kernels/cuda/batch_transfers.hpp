#pragma once

#include "kernels/cuda/batch_slot.hpp"
#include "kernels/cuda/host_memory.hpp"

// Copies the regions of frames that a batch touches: from and to page-locked memory of the caller,
// or through page-locked staging buffers of the slot, or within device memory.
namespace ffbench::cuda {

/// Whether frames or outputs need the staging buffers.
bool needs_staging(std::span<const FrameJob> tasks, const HostMemory& memory);

void upload(Slot& slot, const HostMemory& memory);
void download(Slot& slot, const HostMemory& memory);

/// The same for frames in device memory, on the caller's stream: copies frames to outputs that are
/// other memory, and the regions that kernels do not touch in place; then these regions back.
void bring_in(Slot& slot, cudaStream_t stream);
void bring_back(const Slot& slot, cudaStream_t stream);

/// Copies what does not travel on the host, while the device works.
void copy_rest(const Slot& slot);

/// Copies what came through the staging buffers to the outputs, once the batch is done.
void put_in_place(const Slot& slot);

}  // namespace ffbench::cuda
