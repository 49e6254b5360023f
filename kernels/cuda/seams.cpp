#include "kernels/cuda/seams.hpp"

namespace ffbench::cuda::seams {

bool copies_at_once() {
  return false;
}

bool keeps_parameters() {
  return false;
}

}  // namespace ffbench::cuda::seams
