#include "kernels/cuda/frames_on_device.hpp"

#include <algorithm>
#include <vector>

#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {
namespace {

constexpr std::uint8_t around = 0xa5;

/// An image in device memory of its own, from byte `offset` of it on, with bytes around it that
/// nobody may change. The memory ends less than 16 bytes behind the last pixel.
class LonelyImage {
 public:
  LonelyImage(int width, int height, std::ptrdiff_t pitch, std::size_t offset)
      : width_(width),
        height_(height),
        pitch_(pitch),
        offset_(offset),
        memory_(offset + static_cast<std::size_t>(pitch) * static_cast<std::size_t>(height - 1) +
                3 * static_cast<std::size_t>(width)),
        host_(memory_.size(), around) {}

  void upload(ConstBgrView image, cudaStream_t stream) {
    std::fill(host_.begin(), host_.end(), around);
    copy_pixels(image, on_host());
    check(cudaMemcpyAsync(memory_.data(), host_.data(), host_.size(), cudaMemcpyHostToDevice, stream),
          "copying a frame to the device");
  }

  /// Fills the pixels too: an output of which every byte is to be written.
  void poison(cudaStream_t stream) const {
    check(cudaMemsetAsync(memory_.data(), around, memory_.size(), stream), "filling device memory");
  }

  /// Waits.
  void download(BgrView image, cudaStream_t stream) {
    check(cudaMemcpyAsync(host_.data(), memory_.data(), host_.size(), cudaMemcpyDeviceToHost, stream),
          "copying a frame from the device");
    check(cudaStreamSynchronize(stream), "waiting for a stream");
    const BgrView pixels = on_host();
    copy_pixels(ConstBgrView(pixels), image);
    for (int y = 0; y < height_; ++y) {
      std::fill_n(pixels.row(y), pixels.row_bytes(), around);
    }
    if (std::any_of(host_.begin(), host_.end(), [](std::uint8_t byte) { return byte != around; })) {
      throw Error("cuda: bytes around a frame in device memory were changed", ExitCode::incorrect);
    }
  }

  [[nodiscard]] BgrView view() const { return {memory_.data() + offset_, width_, height_, pitch_}; }

 private:
  BgrView on_host() { return {host_.data() + offset_, width_, height_, pitch_}; }

  int width_;
  int height_;
  std::ptrdiff_t pitch_;
  std::size_t offset_;
  DeviceBuffer memory_;
  std::vector<std::uint8_t> host_;
};

class FramesOnDevice final : public Executor {
 public:
  FramesOnDevice(std::unique_ptr<Executor> executor, int device)
      : owned_(std::move(executor)), executor_(device_executor(*owned_)), device_(device) {
    if (executor_ == nullptr) {
      fail("frames in device memory need an executor of the backend cuda; this is '{}'",
           owned_->description());
    }
    const DeviceScope scope(device_);
    stream_ = std::make_unique<Stream>();
  }

  [[nodiscard]] std::string description() const override { return executor_->description(); }
  void restart() override { executor_->restart(); }
  [[nodiscard]] int preferred_batch() const override { return executor_->preferred_batch(); }
  [[nodiscard]] bool works_in_place() const override { return true; }
  [[nodiscard]] std::map<std::string, double> counters() const override { return executor_->counters(); }

  void execute(int index, ConstBgrView frame, const FramePlan& plan, BgrView output) override {
    const FrameJob job{frame, &plan, output};
    execute_batch(index, {&job, 1});
  }

  void execute_batch(int first, std::span<const FrameJob> jobs) override {
    const DeviceScope scope(device_);
    executor_->observe(observer_);
    std::vector<FrameJob> on_device;
    std::vector<LonelyImage> images;
    images.reserve(2 * jobs.size());
    std::vector<LonelyImage*> outputs;
    for (const FrameJob& job : jobs) {
      const int width = job.frame.width;
      const int height = job.frame.height;
      const std::ptrdiff_t row_bytes = std::ptrdiff_t{3} * width;
      const std::ptrdiff_t whole_words = (row_bytes + 63) / 64 * 64;
      const auto layout = static_cast<int>(next_++ % 3);
      LonelyImage& frame =
          images.emplace_back(width, height, layout == 1 ? row_bytes : whole_words, layout == 1 ? 1U : 0U);
      frame.upload(job.frame, stream_->get());
      outputs.push_back(&frame);
      if (layout == 2) {
        outputs.back() = &images.emplace_back(width, height, row_bytes + 7, 5U);
        outputs.back()->poison(stream_->get());
      }
      on_device.push_back({frame.view(), job.plan, outputs.back()->view()});
    }
    executor_->enqueue_batch(first, on_device, stream_->get());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      outputs[i]->download(jobs[i].output, stream_->get());
    }
    executor_->observe(nullptr);
  }

 private:
  std::unique_ptr<Executor> owned_;
  DeviceExecutor* executor_;
  int device_;
  std::unique_ptr<Stream> stream_;
  std::size_t next_ = 0;  ///< frames so far
};

}  // namespace

std::unique_ptr<Executor> with_frames_on_device(std::unique_ptr<Executor> executor, int device) {
  return std::make_unique<FramesOnDevice>(std::move(executor), device);
}

}  // namespace ffbench::cuda
