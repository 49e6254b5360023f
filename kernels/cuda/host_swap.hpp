#pragma once

#include "core/executor.hpp"
#include "kernels/cuda/batch_slot.hpp"

namespace ffbench::cuda {

/// Swaps the warped crops of a batch by a network that runs on the host, one crop after the other.
/// Waits for the stream.
void swap_on_host(const Slot& slot, SwapModel& model, int crop_size, cudaStream_t stream);

}  // namespace ffbench::cuda
