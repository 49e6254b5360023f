#pragma once

#include "core/executor.hpp"
#include "kernels/cuda/batch_slot.hpp"

namespace ffbench::cuda {

/// Brings the stages of a batch that is done to an observer, frame by frame. `first` is the number of its first frame.
void show_stages(int first, const Slot& slot, const ExecutorOptions& options, StageObserver& observer);

}  // namespace ffbench::cuda
