#include "kernels/cuda/batch_transfers.hpp"

#include <algorithm>
#include <cstring>

#include "kernels/cuda/error.hpp"
#include "kernels/cuda/stack_copy.hpp"

namespace ffbench::cuda {
namespace {

/// Copies a run of several transfers at once, where the memory of all frames was page-locked by one
/// call. Returns whether it did.
template <typename View>
bool copy_run(const Slot& slot, const HostMemory& memory, const TransferRun& run, View view,
              Direction direction, cudaStream_t stream) {
  if (run.count < 2 || !memory.holds(view(slot.tasks.front()), view(slot.tasks.back()))) {
    return false;
  }
  const ConstBgrView first = view(slot.tasks[0]);
  const RegionTransfer& transfer = slot.plan.transfers[run.first];
  copy_stack(first, static_cast<std::size_t>(view(slot.tasks[1]).data - first.data), transfer, run.count,
             slot.memory.regions() + transfer.offset, direction, stream);
  return true;
}

void upload(const Slot& slot, const RegionTransfer& transfer, const HostMemory& memory) {
  const ConstBgrView frame = slot.tasks[static_cast<std::size_t>(transfer.task)].frame;
  const ConstBgrView part =
      frame.crop(transfer.region.x, transfer.region.y, transfer.region.width, transfer.region.height);
  std::uint8_t* to = slot.memory.regions() + transfer.offset;
  if (memory.holds(frame)) {
    check(cudaMemcpy2DAsync(to, transfer.pitch, part.data, static_cast<std::size_t>(part.stride_bytes),
                            part.row_bytes(), static_cast<std::size_t>(part.height), cudaMemcpyHostToDevice,
                            slot.stream.get()),
          "copying a frame to the device");
  } else {
    std::uint8_t* staged = slot.memory.staged_up() + transfer.offset;
    for (int y = 0; y < part.height; ++y) {
      std::memcpy(staged + static_cast<std::size_t>(y) * transfer.pitch, part.row(y), part.row_bytes());
    }
    check(cudaMemcpyAsync(to, staged, transfer.pitch * static_cast<std::size_t>(part.height),
                          cudaMemcpyHostToDevice, slot.stream.get()),
          "copying a frame to the device");
  }
}

/// Copies rows within device memory.
void copy_rows(const std::uint8_t* from, std::ptrdiff_t from_pitch, std::uint8_t* to, std::ptrdiff_t to_pitch,
               std::size_t row_bytes, int rows, cudaStream_t stream) {
  check(cudaMemcpy2DAsync(to, static_cast<std::size_t>(to_pitch), from, static_cast<std::size_t>(from_pitch),
                          row_bytes, static_cast<std::size_t>(rows), cudaMemcpyDeviceToDevice, stream),
        "copying a frame on the device");
}

/// Returns false where the region comes back through the staging memory.
bool download(const Slot& slot, const RegionTransfer& transfer, const HostMemory& memory,
              cudaStream_t stream) {
  const BgrView output = slot.tasks[static_cast<std::size_t>(transfer.task)].output;
  const BgrView part =
      output.crop(transfer.region.x, transfer.region.y, transfer.region.width, transfer.region.height);
  const std::uint8_t* from = slot.memory.regions() + transfer.offset;
  const auto rows = static_cast<std::size_t>(part.height);
  if (memory.holds(ConstBgrView(output))) {
    check(cudaMemcpy2DAsync(part.data, static_cast<std::size_t>(part.stride_bytes), from, transfer.pitch,
                            part.row_bytes(), rows, cudaMemcpyDeviceToHost, stream),
          "copying a frame from the device");
    return true;
  }
  check(cudaMemcpyAsync(slot.memory.staged_down() + transfer.offset, from, transfer.pitch * rows,
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
  for (const TransferRun& run : slot.plan.runs) {
    if (copy_run(
            slot, memory, run, [](const FrameJob& task) { return task.frame; }, Direction::to_device,
            slot.stream.get())) {
      continue;
    }
    for (std::size_t i = run.first; i < run.first + run.count; ++i) {
      upload(slot, slot.plan.transfers[i], memory);
    }
  }
}

void download(Slot& slot, const HostMemory& memory) {
  cudaStream_t stream = (slot.side ? *slot.side : slot.stream).get();
  slot.staged.assign(slot.plan.transfers.size(), false);
  for (const TransferRun& run : slot.plan.runs) {
    if (copy_run(
            slot, memory, run, [](const FrameJob& task) { return ConstBgrView(task.output); },
            Direction::to_host, stream)) {
      continue;
    }
    for (std::size_t i = run.first; i < run.first + run.count; ++i) {
      slot.staged[i] = !download(slot, slot.plan.transfers[i], memory, stream);
    }
  }
}

void bring_in(Slot& slot, cudaStream_t stream) {
  slot.staged.assign(slot.plan.transfers.size(), false);
  for (const FrameJob& task : slot.tasks) {
    if (task.frame.data != task.output.data) {
      copy_rows(task.frame.data, task.frame.stride_bytes, task.output.data, task.output.stride_bytes,
                task.frame.row_bytes(), task.frame.height, stream);
    }
  }
  for (const RegionTransfer& transfer : slot.plan.transfers) {
    const Region& region = transfer.region;
    const ConstBgrView part = slot.tasks[static_cast<std::size_t>(transfer.task)].frame.crop(
        region.x, region.y, region.width, region.height);
    copy_rows(part.data, part.stride_bytes, slot.memory.regions() + transfer.offset,
              static_cast<std::ptrdiff_t>(transfer.pitch), part.row_bytes(), part.height, stream);
  }
}

void bring_back(const Slot& slot, cudaStream_t stream) {
  for (const RegionTransfer& transfer : slot.plan.transfers) {
    const Region& region = transfer.region;
    const BgrView part = slot.tasks[static_cast<std::size_t>(transfer.task)].output.crop(
        region.x, region.y, region.width, region.height);
    copy_rows(slot.memory.regions() + transfer.offset, static_cast<std::ptrdiff_t>(transfer.pitch), part.data,
              part.stride_bytes, part.row_bytes(), part.height, stream);
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
  for (std::size_t i = 0; i < slot.plan.transfers.size(); ++i) {
    if (slot.staged[i]) {
      const RegionTransfer& transfer = slot.plan.transfers[i];
      const BgrView part = slot.tasks[static_cast<std::size_t>(transfer.task)].output.crop(
          transfer.region.x, transfer.region.y, transfer.region.width, transfer.region.height);
      const std::uint8_t* staged = slot.memory.staged_down() + transfer.offset;
      for (int y = 0; y < part.height; ++y) {
        std::memcpy(part.row(y), staged + static_cast<std::size_t>(y) * transfer.pitch, part.row_bytes());
      }
    }
  }
}

}  // namespace ffbench::cuda
