#include "harness/gpu_table/link.hpp"

#include <algorithm>
#include <chrono>

#include "core/system/seconds_since.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/stack_copy.hpp"

namespace ffbench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t large = std::size_t{256} << 20;
constexpr std::size_t frames_a_copy = 8;

}  // namespace

Link::Link(cuda::PinnedBuffer& memory, int width, int height, const Region& region)
    : memory_(memory), width_(width), height_(height), region_(region), to_(large), from_(large) {}

void Link::measure() {
  large_ = std::max(large_, time_large_copies());
  regions_ = std::max(regions_, time_region_copies());
}

double Link::time_large_copies() {
  constexpr int copies = 4;
  const auto start = Clock::now();
  for (int i = 0; i < copies; ++i) {
    cuda::check(cudaMemcpyAsync(to_.data(), memory_.data(), large, cudaMemcpyHostToDevice, up_.get()),
                "copying");
    cuda::check(
        cudaMemcpyAsync(memory_.data() + large, from_.data(), large, cudaMemcpyDeviceToHost, down_.get()),
        "copying");
  }
  up_.synchronize();
  down_.synchronize();
  return copies * static_cast<double>(large) / seconds_since(start);
}

double Link::time_region_copies() {
  constexpr std::size_t copies = 192;
  const std::size_t frame_bytes = std::size_t{3} * static_cast<std::size_t>(width_ * height_);
  const std::size_t stacks = memory_.size() / frame_bytes / frames_a_copy;
  const cuda::RegionTransfer transfer{0, region_, 0,
                                      std::size_t{3} * static_cast<std::size_t>(region_.width)};
  const std::size_t bytes = frames_a_copy * transfer.pitch * static_cast<std::size_t>(region_.height);
  // As many places on the device as there is room for, so that no copy waits for the previous one.
  const std::size_t places = to_.size() / bytes;
  const auto start = Clock::now();
  for (std::size_t i = 0; i < copies; ++i) {
    const auto copy = [&](std::size_t stack, const cuda::DeviceBuffer& device, cuda::Direction direction,
                          const cuda::Stream& stream) {
      const ConstBgrView first{memory_.data() + stack % stacks * frames_a_copy * frame_bytes, width_, height_,
                               3 * std::ptrdiff_t{width_}};
      cuda::copy_stack(first, frame_bytes, transfer, frames_a_copy, device.data() + i % places * bytes,
                       direction, stream.get());
    };
    copy(i, to_, cuda::Direction::to_device, up_);
    copy(i + stacks / 2, from_, cuda::Direction::to_host, down_);
  }
  up_.synchronize();
  down_.synchronize();
  return static_cast<double>(copies * bytes) / seconds_since(start);
}

}  // namespace ffbench
