#pragma once

#include <cstdint>

#include "kernels/cuda/kernel.hpp"

// Kernels that compute nothing: they take time. Nanoseconds are those of the device's clock
// (%globaltimer), which ticks every 32 ns to 1 us, depending on the device.
namespace ffbench::cuda {

/// Holds the stream for that long.
void hold_stream(std::uint64_t nanoseconds, StreamHandle stream);

/// Stores the time at which everything before it had ended.
void store_time(std::uint64_t* at, StreamHandle stream);

/// Waits until `share` of the time since `since` has passed once more, less `own` nanoseconds,
/// which it and `store_time` take themselves. At most a second.
void wait_share(const std::uint64_t* since, double share, std::uint64_t own, StreamHandle stream);

}  // namespace ffbench::cuda
