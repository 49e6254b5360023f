#include <atomic>
#include <cstddef>

#include "harness/faults/fault_names.hpp"
#include "kernels/cuda/fault_points.hpp"

namespace ffbench::cuda::fault_points {
namespace {

/// What four faces with crops of 512 x 512 fit into, and eight do not.
constexpr std::size_t small_buffer = std::size_t{12} << 20;
/// What nothing fits into.
constexpr std::size_t tiny_buffer = std::size_t{64} << 10;
/// Calls of the runtime within which `smoke` with 200 repetitions is measured and a fixture or two
/// of it are timed: about twenty a frame that is looked at, and nine a batch.
constexpr long calls_before_loss = 12000;

}  // namespace

bool copies_at_once() {
  return faults::active_fault() == "race-cuda";
}

bool keeps_parameters() {
  return faults::active_fault() == "stale-parameter-cuda";
}

bool allocation_fails(std::size_t bytes) {
  return (faults::active_fault() == "gpu-little-memory" && bytes > small_buffer) ||
         (faults::active_fault() == "gpu-no-memory" && bytes > tiny_buffer);
}

bool device_is_lost() {
  static std::atomic<long> calls{0};
  return faults::active_fault() == "gpu-lost" && ++calls > calls_before_loss;
}

}  // namespace ffbench::cuda::fault_points
