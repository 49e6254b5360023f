#pragma once

#include <cstddef>
#include <cstdint>

#include "core/image.hpp"
#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/kernels.hpp"

namespace ffbench::cuda {

enum class Direction { to_device, to_host };

/// Copies the same part of `count` images between host and device in one go. `first` is the first image on the host, the others follow
/// `distance` bytes apart, a multiple of its stride. On the device the parts lie one behind the other, as a run of patches does, the
/// first at `device`.
void copy_stack(ConstBgrView first, std::size_t distance, const Patch& patch, std::size_t count,
                std::uint8_t* device, Direction direction, StreamHandle stream);

}  // namespace ffbench::cuda
