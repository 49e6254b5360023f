#pragma once

#include "core/executor.hpp"
#include "kernels/cuda/batch_slot.hpp"

namespace ffbench::cuda {

/// Copies the stages of a finished batch to the host and shows them to an observer, frame by frame.
/// `first` is the index of the batch's first frame.
void show_stages(int first, const Slot& slot, const ExecutorOptions& options, StageObserver& observer);

}  // namespace ffbench::cuda
