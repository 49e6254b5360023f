#include "kernels/cuda/refine_landmark.hpp"

#include "kernels/cuda/device.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

struct LandmarkRefiner::State {
  int device;
  Stream stream;
  DeviceBuffer tables;
  DeviceBuffer items;
  DeviceBuffer offsets;
};

LandmarkRefiner::LandmarkRefiner(const RefinementNetworks& networks, int device) {
  use_device(device);
  state_ = std::make_unique<State>(State{device, {}, DeviceBuffer(sizeof(RefinementTables)), {}, {}});
  const auto tables = refinement_tables(networks);
  check(cudaMemcpyAsync(state_->tables.data(), tables.get(), sizeof *tables, cudaMemcpyHostToDevice,
                        state_->stream.get()),
        "copying networks to the device");
  state_->stream.synchronize();
}

LandmarkRefiner::~LandmarkRefiner() {
  static_cast<void>(cudaSetDevice(state_->device));
}

std::vector<PatchOffset> LandmarkRefiner::refine(std::span<const RefinementItem> items) {
  std::vector<PatchOffset> offsets(items.size());
  static_assert(sizeof(PatchOffset) == sizeof(RefinementOffset));
  if (items.empty()) {
    return offsets;
  }
  use_device(state_->device);
  const cudaStream_t stream = state_->stream.get();
  state_->items.grow(items.size_bytes());
  state_->offsets.grow(offsets.size() * sizeof(RefinementOffset));
  check(
      cudaMemcpyAsync(state_->items.data(), items.data(), items.size_bytes(), cudaMemcpyHostToDevice, stream),
      "copying patches to the device");
  refine_landmark(state_->items.as<RefinementItem>(), static_cast<int>(items.size()),
                  state_->tables.as<RefinementTables>(), state_->offsets.as<RefinementOffset>(), stream);
  check(cudaMemcpyAsync(offsets.data(), state_->offsets.data(), offsets.size() * sizeof(RefinementOffset),
                        cudaMemcpyDeviceToHost, stream),
        "copying offsets from the device");
  state_->stream.synchronize();
  return offsets;
}

}  // namespace ffbench::cuda
