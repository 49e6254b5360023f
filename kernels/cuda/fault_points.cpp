#include "kernels/cuda/fault_points.hpp"

namespace ffbench::cuda::fault_points {

bool copies_at_once() {
  return false;
}

bool keeps_parameters() {
  return false;
}

bool allocation_fails(std::size_t /*bytes*/) {
  return false;
}

bool device_is_lost() {
  return false;
}

}  // namespace ffbench::cuda::fault_points
