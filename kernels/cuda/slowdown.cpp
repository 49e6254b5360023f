#include "kernels/cuda/slowdown.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "kernels/cuda/timing.hpp"
#include "kernels/cuda/waiting.hpp"

namespace ffbench::cuda {
namespace {

/// Nanoseconds of a kernel that does nothing, in a chain of them in a graph.
std::uint64_t empty_kernel_nanoseconds() {
  constexpr int kernels = 64;
  const Stream stream;
  const double seconds = device_seconds(
      stream.get(), [&stream] { hold_stream(0, stream.get()); }, kernels, true);
  return static_cast<std::uint64_t>(1e9 * seconds);
}

}  // namespace

Slowdown::Slowdown(const DeviceSlowdown& options) : options_(options) {
  if (!(options.share >= 0 && options.share <= 10)) {
    fail("cuda: a slow-down by {} of the time; 0 to 10 can be used", options.share);
  }
  if (options.stage && std::ranges::find(device_stages, *options.stage) == device_stages.end()) {
    fail("cuda: stage '{}' cannot be slowed down: it does not run on the device", name_of(*options.stage));
  }
  if (options.share > 0) {
    begun_ = DeviceBuffer(sizeof(std::uint64_t));
    own_ = 2 * empty_kernel_nanoseconds();
  }
}

void Slowdown::begin(StreamHandle stream) const {
  store_time(begun_.as<std::uint64_t>(), stream);
}

void Slowdown::end(StreamHandle stream) const {
  wait_share(begun_.as<std::uint64_t>(), options_.share, own_, stream);
}

}  // namespace ffbench::cuda
