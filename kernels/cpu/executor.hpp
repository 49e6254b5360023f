#pragma once

#include <memory>

#include "core/executor.hpp"

namespace ffbench::cpu {

/// The `enhanced` algorithm with vectors and threads: every image that an observer sees, and every
/// output, equal to reference::make_executor's to the last bit, whatever the SIMD target and the
/// number of threads. In steady state (no new face, no larger frame) one thread allocates nothing.
/// Works in place: the output may be the frame itself. Throws `Error` for a source crop of another
/// size, SwapKind::model without a network and threads < 1; `execute` throws it where the output's
/// size is not the frame's, and where the two overlap without being the same view.
std::unique_ptr<Executor> make_executor(const ExecutorOptions& options, int threads = 1);

}  // namespace ffbench::cpu
