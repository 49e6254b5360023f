#include "kernels/cuda/host_swap.hpp"

#include "core/system/profiler_range.hpp"
#include "kernels/cuda/error.hpp"

namespace ffbench::cuda {

void swap_on_host(const Slot& slot, SwapModel& model, int crop_size, cudaStream_t stream) {
  const auto wait = [stream] { check(cudaStreamSynchronize(stream), "waiting for a stream"); };
  BgrImage crop(crop_size, crop_size);
  BgrImage swapped(crop_size, crop_size);
  for (std::size_t i = 0; i < slot.plan.faces.size(); ++i) {
    const auto at = static_cast<int>(i);
    check(cudaMemcpyAsync(crop.data(), slot.memory.warped(at), crop.size_bytes(), cudaMemcpyDeviceToHost,
                          stream),
          "copying a crop from the device");
    wait();
    {
      const ProfilerRange range(ProfilerRange::Kind::stage, "swap", at);
      model.swap(crop.view(), swapped.view());
    }
    check(cudaMemcpyAsync(slot.memory.swapped(at), swapped.data(), swapped.size_bytes(),
                          cudaMemcpyHostToDevice, stream),
          "copying a crop to the device");
    wait();
  }
}

}  // namespace ffbench::cuda
