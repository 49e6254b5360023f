// Frames that are in device memory, as a decoder (NVDEC) or PyTorch leaves them there: computed in
// place on the program's own stream, without a copy to the host. Compares the bytes with those of
// frames on the host. Without a device it says so and ends with exit code 2.

#include <exception>
#include <memory>
#include <stdexcept>

#include <cuda_runtime_api.h>
#include <ffbench/kernels/cuda/backend.hpp>

#include "clip.hpp"

namespace {

void check(cudaError_t status) {
  if (status != cudaSuccess) {
    throw std::runtime_error(cudaGetErrorString(status));
  }
}

struct Free {
  void operator()(void* memory) const { cudaFree(memory); }
};
struct Destroy {
  void operator()(cudaStream_t stream) const { cudaStreamDestroy(stream); }
};

/// Frames in device memory, one allocation with a pitch that CUDA chooses.
class DeviceFrames {
 public:
  DeviceFrames() {
    void* memory = nullptr;
    check(cudaMallocPitch(&memory, &pitch_, 3 * example::width,
                          static_cast<std::size_t>(example::height) * example::frames));
    memory_.reset(memory);
  }
  [[nodiscard]] ffbench::BgrView operator[](int t) const {
    return {
        static_cast<std::uint8_t*>(memory_.get()) + pitch_ * example::height * static_cast<std::size_t>(t),
        example::width, example::height, static_cast<std::ptrdiff_t>(pitch_)};
  }

 private:
  std::unique_ptr<void, Free> memory_;
  std::size_t pitch_ = 0;
};

/// A copy between the host and the device, in the order of the stream.
void copy(ffbench::ConstBgrView from, ffbench::BgrView to, cudaStream_t stream) {
  check(cudaMemcpy2DAsync(to.data, static_cast<std::size_t>(to.stride_bytes), from.data,
                          static_cast<std::size_t>(from.stride_bytes), from.row_bytes(),
                          static_cast<std::size_t>(from.height), cudaMemcpyDefault, stream));
}

ffbench::Digest execute_on_device(ffbench::cuda::DeviceExecutor& executor, const ffbench::ClipPlan& plan) {
  cudaStream_t made = nullptr;
  check(cudaStreamCreateWithFlags(&made, cudaStreamNonBlocking));
  const std::unique_ptr<CUstream_st, Destroy> stream(made);
  const DeviceFrames frames;
  std::vector<ffbench::BgrImage> images;
  std::vector<ffbench::FrameJob> jobs;
  for (int t = 0; t < example::frames; ++t) {
    images.push_back(example::make_frame(t));
    copy(images.back().view(), frames[t], stream.get());  // a real program decodes into this memory
    jobs.push_back({frames[t], &plan.frames[static_cast<std::size_t>(t)], frames[t]});
  }
  executor.restart();
  executor.enqueue_batch(0, jobs, stream.get());
  for (int t = 0; t < example::frames; ++t) {
    copy(frames[t], images[static_cast<std::size_t>(t)].view(), stream.get());
  }
  check(cudaStreamSynchronize(stream.get()));
  ffbench::Hasher hasher;
  for (const ffbench::BgrImage& image : images) {
    hasher.update(image.view());
  }
  const ffbench::Digest digest = hasher.digest();
  std::printf("%-10s %s, in device memory\n", executor.description().c_str(), digest.hex().c_str());
  return digest;
}

int compare_memories() {
  ffbench::Preset preset = example::make_preset();
  preset.fhr = false;
  const ffbench::ClipPlan plan = example::make_plan(example::make_track(), preset);
  const auto executor =
      ffbench::cuda::make_executor(example::executor_options(preset), ffbench::cuda::default_options());
  const ffbench::Digest on_host = example::execute(*executor, plan);
  return execute_on_device(*executor, plan) == on_host ? 0 : 4;
}

}  // namespace

int main() {
  try {
    return compare_memories();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "execute_device_frames: %s\n", error.what());
    return 2;
  }
}
