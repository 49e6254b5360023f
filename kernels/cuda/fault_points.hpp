#pragma once

#include <cstddef>

/// Points where `ffbench selftest` injects faults into this backend. Its program has the
/// definitions of harness/faults/cuda_fault_points.cpp; all others have those of fault_points.cpp,
/// without faults.
namespace ffbench::cuda::fault_points {

/// The copies to the host do not wait for the computation.
bool copies_at_once();

/// A replayed graph reads the parameters of the previous batch.
bool keeps_parameters();

/// Whether an allocation of that many bytes of device memory fails.
bool allocation_fails(std::size_t bytes);

/// Whether a call of the runtime that succeeded is to report a lost device.
bool device_is_lost();

}  // namespace ffbench::cuda::fault_points
