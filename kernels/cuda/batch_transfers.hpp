#pragma once

#include "kernels/cuda/batch_slot.hpp"
#include "kernels/cuda/host_memory.hpp"

// How the parts of frames that a batch touches travel: from and to memory that is page-locked, or through page-locked buffers of the slot.
namespace ffbench::cuda {

/// Whether frames and outputs need those buffers.
bool needs_staging(std::span<const FrameJob> tasks, const HostMemory& memory);

void upload(Slot& slot, const HostMemory& memory);
void download(Slot& slot, const HostMemory& memory);

/// What does not travel is copied on the host, while the device works.
void copy_rest(const Slot& slot);

/// Puts what came through the slot's buffers in place, once the batch is done.
void put_in_place(const Slot& slot);

}  // namespace ffbench::cuda
