#pragma once

#include <cstddef>

/// Where the program that `ffbench selftest` runs puts faults into this backend: harness/faults/cuda_fault_points.cpp defines these for
/// it, seams.cpp for all others.
namespace ffbench::cuda::fault_points {

/// The copies to the host do not wait for the computation.
bool copies_at_once();

/// A replayed graph finds the parameters of the batch before.
bool keeps_parameters();

/// Whether an allocation of that many bytes of device memory fails.
bool allocation_fails(std::size_t bytes);

/// Whether the device is lost as of a call that succeeded.
bool device_is_lost();

}  // namespace ffbench::cuda::fault_points
