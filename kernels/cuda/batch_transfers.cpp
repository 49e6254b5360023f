#include "kernels/cuda/batch_transfers.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/stack_copy.hpp"

namespace ffbench::cuda {
namespace {

/// Copies a run of one patch of each frame of the batch in one go, where all of the frames' memory was page-locked at once. False where not.
template <typename View>
bool copy_run(const Slot& slot, const HostMemory& memory, const PatchRun& run, View view, Direction direction,
              cudaStream_t stream) {
  if (run.count < 2 || !memory.holds(view(slot.tasks.front()), view(slot.tasks.back()))) {
    return false;
  }
  const ConstBgrView first = view(slot.tasks[0]);
  const Patch& patch = slot.plan.patches[run.first];
  copy_stack(first, static_cast<std::size_t>(view(slot.tasks[1]).data - first.data), patch, run.count,
             slot.memory.patches() + patch.offset, direction, stream);
  return true;
}

void upload(const Slot& slot, const Patch& patch, const HostMemory& memory) {
  const ConstBgrView frame = slot.tasks[static_cast<std::size_t>(patch.task)].frame;
  const ConstBgrView part =
      frame.crop(patch.region.x, patch.region.y, patch.region.width, patch.region.height);
  std::uint8_t* to = slot.memory.patches() + patch.offset;
  if (memory.holds(frame)) {
    check(cudaMemcpy2DAsync(to, patch.pitch, part.data, static_cast<std::size_t>(part.stride_bytes),
                            part.row_bytes(), static_cast<std::size_t>(part.height), cudaMemcpyHostToDevice,
                            slot.stream.get()),
          "copying a frame to the device");
  } else {
    std::uint8_t* staged = slot.memory.staged_up() + patch.offset;
    for (int y = 0; y < part.height; ++y) {
      std::memcpy(staged + static_cast<std::size_t>(y) * patch.pitch, part.row(y), part.row_bytes());
    }
    check(cudaMemcpyAsync(to, staged, patch.pitch * static_cast<std::size_t>(part.height),
                          cudaMemcpyHostToDevice, slot.stream.get()),
          "copying a frame to the device");
  }
}

/// False where it comes back through the staging memory.
bool download(const Slot& slot, const Patch& patch, const HostMemory& memory, cudaStream_t stream) {
  const BgrView output = slot.tasks[static_cast<std::size_t>(patch.task)].output;
  const BgrView part = output.crop(patch.region.x, patch.region.y, patch.region.width, patch.region.height);
  const std::uint8_t* from = slot.memory.patches() + patch.offset;
  const auto rows = static_cast<std::size_t>(part.height);
  if (memory.holds(ConstBgrView(output))) {
    check(cudaMemcpy2DAsync(part.data, static_cast<std::size_t>(part.stride_bytes), from, patch.pitch,
                            part.row_bytes(), rows, cudaMemcpyDeviceToHost, stream),
          "copying a frame from the device");
    return true;
  }
  check(cudaMemcpyAsync(slot.memory.staged_down() + patch.offset, from, patch.pitch * rows,
                        cudaMemcpyDeviceToHost, stream),
        "copying a frame from the device");
  return false;
}

}  // namespace

bool needs_staging(std::span<const FrameJob> tasks, const HostMemory& memory) {
  return std::any_of(tasks.begin(), tasks.end(), [&memory](const FrameJob& task) {
    return !memory.holds(task.frame) || !memory.holds(ConstBgrView(task.output));
  });
}

void upload(Slot& slot, const HostMemory& memory) {
  for (const PatchRun& run : slot.plan.runs) {
    if (copy_run(
            slot, memory, run, [](const FrameJob& task) { return task.frame; }, Direction::to_device,
            slot.stream.get())) {
      continue;
    }
    for (std::size_t i = run.first; i < run.first + run.count; ++i) {
      upload(slot, slot.plan.patches[i], memory);
    }
  }
}

void download(Slot& slot, const HostMemory& memory) {
  cudaStream_t stream = (slot.side ? *slot.side : slot.stream).get();
  slot.staged.assign(slot.plan.patches.size(), false);
  for (const PatchRun& run : slot.plan.runs) {
    if (copy_run(
            slot, memory, run, [](const FrameJob& task) { return ConstBgrView(task.output); },
            Direction::to_host, stream)) {
      continue;
    }
    for (std::size_t i = run.first; i < run.first + run.count; ++i) {
      slot.staged[i] = !download(slot, slot.plan.patches[i], memory, stream);
    }
  }
}

void copy_rest(const Slot& slot) {
  for (const FrameJob& task : slot.tasks) {
    if (task.frame.data != task.output.data) {
      copy_pixels(task.frame, task.output);
    }
  }
}

void put_in_place(const Slot& slot) {
  for (std::size_t i = 0; i < slot.plan.patches.size(); ++i) {
    if (slot.staged[i]) {
      const Patch& patch = slot.plan.patches[i];
      const BgrView part = slot.tasks[static_cast<std::size_t>(patch.task)].output.crop(
          patch.region.x, patch.region.y, patch.region.width, patch.region.height);
      const std::uint8_t* staged = slot.memory.staged_down() + patch.offset;
      for (int y = 0; y < part.height; ++y) {
        std::memcpy(part.row(y), staged + static_cast<std::size_t>(y) * patch.pitch, part.row_bytes());
      }
    }
  }
}

}  // namespace ffbench::cuda
