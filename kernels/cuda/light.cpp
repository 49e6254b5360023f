#include "kernels/cuda/light.hpp"

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/tables.hpp"

namespace ffbench::cuda {

DeviceLight::DeviceLight() : memory_(sizeof(LightTables)) {
  const LightTables& tables = light_tables();
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
