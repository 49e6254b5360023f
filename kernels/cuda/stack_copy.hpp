#pragma once

#include <cstddef>
#include <cstdint>

#include "core/image.hpp"
#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/kernel.hpp"

namespace ffbench::cuda {

enum class Direction { to_device, to_host };

/// Copies the same region of `count` images between host and device in one call. `first` is the
/// first image on the host; the others follow `distance` bytes apart, a multiple of its stride. On
/// the device, from `device` on, the regions are contiguous, as those of a `TransferRun` are.
void copy_stack(ConstBgrView first, std::size_t distance, const RegionTransfer& transfer, std::size_t count,
                std::uint8_t* device, Direction direction, StreamHandle stream);

}  // namespace ffbench::cuda
