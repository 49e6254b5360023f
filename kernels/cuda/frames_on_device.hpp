#pragma once

#include <memory>

#include "core/executor.hpp"

namespace ffbench::cuda {

/// An executor for comparisons whose frames pass through device memory: uploaded, computed by
/// `DeviceExecutor::enqueue_batch` on a stream of its own, downloaded. Frames lie there in each way
/// that a program may have them, one way after the other: in place with rows of whole words; in
/// place without padding, from an odd address on; with an output of its own. Their memory ends
/// right behind them. Throws `Error` (exit code 4) where a byte around an image was changed.
/// `executor` is one of this backend, otherwise throws `Error`. Slow: never timed.
std::unique_ptr<Executor> with_frames_on_device(std::unique_ptr<Executor> executor, int device);

}  // namespace ffbench::cuda
