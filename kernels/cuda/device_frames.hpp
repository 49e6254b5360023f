#pragma once

#include <span>

#include "core/executor.hpp"
#include "kernels/cuda/kernel.hpp"

// What `DeviceExecutor::enqueue_batch` is given, checked as far as CUDA can tell.
namespace ffbench::cuda {

/// Throws `Error` with the number of the job and the reason where a job's frames cannot be used: no
/// plan, no pixels, sizes that differ, a pitch out of range, memory that is not the device's, frame
/// and output that share some memory but not all, an output that two jobs share. `device` is the
/// index of the executor's device; jobs are counted from `first`.
void check_device_frames(int first, std::span<const FrameJob> jobs, int device);

/// Throws `Error` where the stream is capturing a graph.
void check_stream(StreamHandle stream);

}  // namespace ffbench::cuda
