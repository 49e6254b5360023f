#include "kernels/cuda/gain_math.hpp"
#include "kernels/cuda/gain_tables.hpp"
#include "kernels/cuda/launch_check.hpp"

namespace ffbench::cuda {
namespace {

__global__ void gain_tables_kernel(const std::int64_t* __restrict__ quantised,
                                   std::uint8_t* __restrict__ tables, LinearLightPointers linear_light) {
  const int channel = static_cast<int>(blockIdx.x);
  const int v = static_cast<int>(threadIdx.x);
  tables[256 * channel + v] = gain_entry(linear_light.linear[v], quantised[channel], linear_light.code_of);
}

}  // namespace

void gain_tables(const std::int64_t* quantised, std::uint8_t* tables, const LinearLightPointers& linear_light,
                 StreamHandle stream) {
  gain_tables_kernel<<<3, 256, 0, stream>>>(quantised, tables, linear_light);
  check_launch("gain-tables");
}

}  // namespace ffbench::cuda
