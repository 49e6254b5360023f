#include "kernels/cuda/light.hpp"

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/tables.hpp"

namespace ffbench::cuda {

DeviceLight::DeviceLight() : memory_(sizeof(LightTables)) {
  const LightTables& tables = light_tables();
  constexpr std::size_t codes = sizeof tables.linear;
  check(cudaMemcpy(memory_.data(), tables.linear.data(), codes, cudaMemcpyHostToDevice),
        "copying tables to the device");
  check(cudaMemcpy(memory_.data() + codes, tables.code_of.data(), tables.code_of.size(), cudaMemcpyHostToDevice),
        "copying tables to the device");
  pointers_ = {memory_.as<std::uint16_t>(), memory_.as<std::uint8_t>(codes)};
}

}  // namespace ffbench::cuda
