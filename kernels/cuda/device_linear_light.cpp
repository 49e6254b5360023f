#include "kernels/cuda/device_linear_light.hpp"

#include "kernels/cuda/error.hpp"

namespace ffbench::cuda {

DeviceLinearLight::DeviceLinearLight() : memory_(sizeof(LinearLightTables)) {
  const LinearLightTables& tables = linear_light_tables();
  const Stream stream;
  constexpr std::size_t codes = sizeof tables.linear;
  check(cudaMemcpyAsync(memory_.data(), tables.linear.data(), codes, cudaMemcpyHostToDevice, stream.get()),
        "copying tables to the device");
  check(cudaMemcpyAsync(memory_.data() + codes, tables.code_of.data(), tables.code_of.size(),
                        cudaMemcpyHostToDevice, stream.get()),
        "copying tables to the device");
  stream.synchronize();
  pointers_ = {memory_.as<std::uint16_t>(), memory_.as<std::uint8_t>(codes)};
}

}  // namespace ffbench::cuda
