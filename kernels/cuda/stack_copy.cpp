#include "kernels/cuda/stack_copy.hpp"

#include "kernels/cuda/error.hpp"

namespace ffbench::cuda {

void copy_stack(ConstBgrView first, std::size_t distance, const RegionTransfer& transfer, std::size_t count,
                std::uint8_t* device, Direction direction, StreamHandle stream) {
  const bool up = direction == Direction::to_device;
  const cudaMemcpyKind kind = up ? cudaMemcpyHostToDevice : cudaMemcpyDeviceToHost;
  const Region& region = transfer.region;
  const auto stride = static_cast<std::size_t>(first.stride_bytes);
  const auto rows = static_cast<std::size_t>(region.height);
  const auto row_bytes = 3 * static_cast<std::size_t>(region.width);
  auto* host = const_cast<std::uint8_t*>(first.crop(region.x, region.y, region.width, region.height).data);
  if (row_bytes == stride && row_bytes == transfer.pitch && distance == rows * stride) {
    check(cudaMemcpyAsync(up ? device : host, up ? host : device, count * distance, kind, stream),
          "copying frames");
    return;
  }
  const cudaPitchedPtr on_host{host, stride, row_bytes, distance / stride};
  const cudaPitchedPtr on_device{device, transfer.pitch, row_bytes, rows};
  cudaMemcpy3DParms copy{};
  copy.srcPtr = up ? on_host : on_device;
  copy.dstPtr = up ? on_device : on_host;
  copy.extent = {row_bytes, rows, count};
  copy.kind = kind;
  check(cudaMemcpy3DAsync(&copy, stream), "copying frames");
}

}  // namespace ffbench::cuda
