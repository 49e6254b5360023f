#pragma once

#include <functional>

#include "kernels/cuda/kernels.hpp"

namespace ffbench::cuda {

/// Seconds of the device for one call of `enqueue`, which puts work on `stream`: the median of several measurements of
/// `runs` calls, put there one by one or replayed as one graph.
double device_seconds(StreamHandle stream, const std::function<void()>& enqueue, int runs, bool graph);

}  // namespace ffbench::cuda
