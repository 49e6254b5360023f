#include "kernels/cuda/resident_frames.hpp"

#include <algorithm>
#include <vector>

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {
namespace {

constexpr std::size_t pitch_alignment = 64;

std::size_t pitch_of(int width) {
  return (3 * static_cast<std::size_t>(width) + pitch_alignment - 1) / pitch_alignment * pitch_alignment;
}

std::size_t frame_bytes(int width, int height) {
  return pitch_of(width) * static_cast<std::size_t>(height);
}

}  // namespace

struct ResidentFrames::State {
  State(int device_, int width_, int height_, int capacity_)
      : device(device_),
        width(width_),
        height(height_),
        capacity(capacity_),
        uploaded(frame_bytes(width, height) * static_cast<std::size_t>(capacity)),
        worked_on(uploaded.size()) {}

  [[nodiscard]] BgrView view(const DeviceBuffer& buffer, int at) const {
    return {buffer.data() + static_cast<std::size_t>(at) * frame_bytes(width, height), width, height,
            static_cast<std::ptrdiff_t>(pitch_of(width))};
  }

  int device;
  int width;
  int height;
  int capacity;
  DeviceBuffer uploaded;
  DeviceBuffer worked_on;
  Stream stream;
};

ResidentFrames::ResidentFrames(int device, int width, int height, int capacity) {
  const DeviceScope scope(device);
  state_ = std::make_unique<State>(device, width, height, capacity);
}

ResidentFrames::~ResidentFrames() = default;

int ResidentFrames::capacity_for(int device, int width, int height, int wanted) {
  const DeviceScope scope(device);
  std::size_t free = 0;
  std::size_t total = 0;
  check(cudaMemGetInfo(&free, &total), "asking for the free memory");
  const std::size_t room = free / 2 / (2 * frame_bytes(width, height));
  return std::max(1, static_cast<int>(std::min(room, static_cast<std::size_t>(std::max(wanted, 1)))));
}

int ResidentFrames::capacity() const {
  return state_->capacity;
}

void ResidentFrames::upload(int at, ConstBgrView frame) {
  const DeviceScope scope(state_->device);
  const BgrView to = state_->view(state_->uploaded, at);
  check(
      cudaMemcpy2DAsync(to.data, static_cast<std::size_t>(to.stride_bytes), frame.data,
                        static_cast<std::size_t>(frame.stride_bytes), frame.row_bytes(),
                        static_cast<std::size_t>(frame.height), cudaMemcpyHostToDevice, state_->stream.get()),
      "copying a frame to the device");
  state_->stream.synchronize();
}

BgrView ResidentFrames::frame(int at) const {
  return state_->view(state_->worked_on, at);
}

void ResidentFrames::download(int at, BgrView frame) const {
  const DeviceScope scope(state_->device);
  const BgrView from = this->frame(at);
  check(
      cudaMemcpy2DAsync(frame.data, static_cast<std::size_t>(frame.stride_bytes), from.data,
                        static_cast<std::size_t>(from.stride_bytes), from.row_bytes(),
                        static_cast<std::size_t>(from.height), cudaMemcpyDeviceToHost, state_->stream.get()),
      "copying a frame from the device");
  state_->stream.synchronize();
}

double ResidentFrames::timed_pass(DeviceExecutor& executor, int first, std::span<const FramePlan> plans) {
  const DeviceScope scope(state_->device);
  std::vector<FrameJob> jobs;
  for (const FramePlan& plan : plans) {
    const BgrView image = frame(static_cast<int>(jobs.size()));
    jobs.push_back({image, &plan, image});
  }
  check(cudaMemcpyAsync(state_->worked_on.data(), state_->uploaded.data(),
                        frame_bytes(state_->width, state_->height) * jobs.size(), cudaMemcpyDeviceToDevice,
                        state_->stream.get()),
        "copying frames on the device");
  executor.time_batches(true);
  executor.enqueue_batch(first, jobs, state_->stream.get());
  const double seconds = executor.timed_seconds();
  executor.time_batches(false);
  return seconds;
}

StageTimes stage_seconds(DeviceExecutor& executor, const std::function<double()>& pass) {
  struct WholeAgain {
    DeviceExecutor& executor;
    ~WholeAgain() {
      try {
        executor.end_after(Stage::composite);
      } catch (const Error&) {  // the device is lost: what follows will say so
      }
    }
  };
  const WholeAgain again{executor};
  StageTimes times;
  double before = 0;
  for (const Stage last : device_stages) {
    executor.end_after(last);
    static_cast<void>(pass());
    const double until = pass();
    times[last] = until - before;
    before = until;
  }
  return times;
}

}  // namespace ffbench::cuda
