#include "harness/compare/device_passes.hpp"

#include <algorithm>
#include <span>

namespace ffbench::compare {

std::unique_ptr<DevicePasses> DevicePasses::make(Executor& executor, bool with_network, Clip& clip,
                                                 const ClipPlan& plan, int device) {
  cuda::DeviceExecutor* on_device = cuda::device_executor(executor);
  return on_device == nullptr || with_network
             ? nullptr
             : std::unique_ptr<DevicePasses>(new DevicePasses(*on_device, clip, plan, device));
}

DevicePasses::DevicePasses(cuda::DeviceExecutor& executor, Clip& clip, const ClipPlan& plan, int device)
    : executor_(executor),
      clip_(clip),
      plan_(plan),
      frames_(device, clip.width(), clip.height(),
              cuda::ResidentFrames::capacity_for(device, clip.width(), clip.height(), clip.frame_count())) {
  upload(0, std::min(frames_.capacity(), clip.frame_count()));
}

void DevicePasses::upload(int first, int count) {
  BgrImage read;
  for (int i = 0; i < count; ++i) {
    ConstBgrView frame = clip_.in_memory(first + i);
    if (frame.empty()) {
      read.resize(clip_.width(), clip_.height());
      clip_.read(first + i, read.view());
      frame = read.const_view();
    }
    frames_.upload(i, frame);
  }
}

double DevicePasses::run() {
  executor_.restart();
  const int frames = clip_.frame_count();
  double seconds = 0;
  for (int first = 0; first < frames; first += frames_.capacity()) {
    const int count = std::min(frames_.capacity(), frames - first);
    if (frames_.capacity() < frames) {
      upload(first, count);
    }
    seconds += frames_.timed_pass(
        executor_, first,
        std::span(plan_.frames).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(count)));
  }
  return seconds;
}

bool DevicePasses::made(const std::vector<Digest>& digests) const {
  constexpr int most = 16;
  const int frames = clip_.frame_count();
  // Where the clip does not fit, the device holds its end.
  const int first = (frames - 1) / frames_.capacity() * frames_.capacity();
  const int step = std::max(1, (frames - first) / most);
  BgrImage frame(clip_.width(), clip_.height());
  for (int i = frames - 1; i >= first; i -= step) {
    frames_.download(i - first, frame.view());
    if (digests.at(static_cast<std::size_t>(i)) != digest_of(frame.const_view())) {
      return false;
    }
  }
  return true;
}

}  // namespace ffbench::compare
