// This backend in a build without the CUDA toolkit: everything fails with the reason.
#include "core/error.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/frames_on_device.hpp"
#include "kernels/cuda/host_images.hpp"
#include "kernels/cuda/refine_landmark.hpp"
#include "kernels/cuda/resident_frames.hpp"

namespace ffbench::cuda {

const std::string& why_unavailable() {
  static const std::string reason =
      "no CUDA device: this ffbench was built without CUDA (FFBENCH_CUDA=on ./ffbench builds with it; by "
      "hand: cmake --preset release-native, for this machine's GPUs, or release-cuda, for all)";
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

std::unique_ptr<Executor> with_frames_on_device(std::unique_ptr<Executor> /*executor*/, int /*device*/) {
  fail("{}", why_unavailable());
}

struct ResidentFrames::State {};

ResidentFrames::ResidentFrames(int /*device*/, int /*width*/, int /*height*/, int /*capacity*/) {
  fail("{}", why_unavailable());
}
ResidentFrames::~ResidentFrames() = default;
int ResidentFrames::capacity_for(int /*device*/, int /*width*/, int /*height*/, int /*wanted*/) {
  fail("{}", why_unavailable());
}
int ResidentFrames::capacity() const {
  return 0;
}
void ResidentFrames::upload(int /*at*/, ConstBgrView /*frame*/) {}
BgrView ResidentFrames::frame(int /*at*/) const {
  return {};
}
void ResidentFrames::download(int /*at*/, BgrView /*frame*/) const {}
double ResidentFrames::timed_pass(DeviceExecutor& /*executor*/, int /*first*/,
                                  std::span<const FramePlan> /*plans*/) {
  return 0;
}
StageTimes stage_seconds(DeviceExecutor& /*executor*/, const std::function<double()>& /*pass*/) {
  fail("{}", why_unavailable());
}

struct HostImages::State {};

HostImages::HostImages(int /*device*/) {
  fail("{}", why_unavailable());
}
HostImages::~HostImages() = default;
void HostImages::warp(ConstBgrView /*frame*/, const AffineF& /*crop_to_frame*/, BgrView /*crop*/) {}
void HostImages::paste(ConstBgrView /*frame*/, ConstBgrView /*crop*/, ConstMaskView /*mask*/,
                       const AffineF& /*frame_to_crop*/, const Region& /*region*/, const Preset& /*preset*/,
                       BgrView /*output*/) {}

struct LandmarkRefiner::State {};

LandmarkRefiner::LandmarkRefiner(const RefinementNetworks& /*networks*/, int /*device*/) {
  fail("{}", why_unavailable());
}
LandmarkRefiner::~LandmarkRefiner() = default;
std::vector<PatchOffset> LandmarkRefiner::refine(std::span<const RefinementItem> /*items*/) {
  return {};
}

}  // namespace ffbench::cuda
