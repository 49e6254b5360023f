#pragma once

#include <functional>

#include "kernels/cuda/kernel.hpp"

namespace ffbench::cuda {

/// Device seconds of one call of `enqueue`, which enqueues work on `stream`: the median of several
/// measurements of `runs` calls, which are enqueued one by one or replayed as one graph.
double device_seconds(StreamHandle stream, const std::function<void()>& enqueue, int runs, bool graph);

}  // namespace ffbench::cuda
