#include "kernels/cuda/seams.hpp"

namespace ffbench::cuda::seams {

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

}  // namespace ffbench::cuda::seams
