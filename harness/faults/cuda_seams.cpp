#include "harness/faults/fault_names.hpp"
#include "kernels/cuda/seams.hpp"

namespace ffbench::cuda::seams {

bool copies_at_once() {
  return faults::active_fault() == "race-cuda";
}

bool keeps_parameters() {
  return faults::active_fault() == "stale-parameter-cuda";
}

}  // namespace ffbench::cuda::seams
