// This backend in a build without the CUDA toolkit: everything fails with the reason.
#include "core/error.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/refine_landmark.hpp"

namespace ffbench::cuda {

const std::string& why_unavailable() {
  static const std::string reason =
      "no CUDA device: this ffbench was built without CUDA (cmake --preset release-cuda builds with it)";
  return reason;
}

const std::vector<Device>& devices() {
  static const std::vector<Device> none;
  return none;
}

int needed_driver() {
  return 0;
}

std::string runtime_version() {
  return {};
}

std::string driver_version() {
  return {};
}

std::string driver_description() {
  return {};
}

void use_device(int /*index*/) {
  fail("{}", why_unavailable());
}

std::unique_ptr<DeviceExecutor> make_executor(const ExecutorOptions& /*options*/,
                                              const DeviceOptions& /*device*/) {
  fail("{}", why_unavailable());
}

struct LandmarkRefiner::State {};

LandmarkRefiner::LandmarkRefiner(const RefinementNetworks& /*networks*/, int /*device*/) {
  fail("{}", why_unavailable());
}
LandmarkRefiner::~LandmarkRefiner() = default;
std::vector<PatchOffset> LandmarkRefiner::refine(std::span<const RefinementItem> /*items*/) {
  return {};
}

}  // namespace ffbench::cuda
