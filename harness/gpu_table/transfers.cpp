#include <chrono>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "harness/gpu_table/gpu_table.hpp"
#include "harness/gpu_table/workload.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Bytes a second each way while both directions copy: large copies out of page-locked memory, the best of several.
double both_ways() {
  constexpr std::size_t bytes = std::size_t{256} << 20;
  const cuda::PinnedBuffer up(bytes);
  const cuda::PinnedBuffer down(bytes);
  const cuda::DeviceBuffer to(bytes);
  const cuda::DeviceBuffer from(bytes);
  const cuda::Stream first;
  const cuda::Stream second;
  double best = 0;
  for (int i = 0; i < 7; ++i) {
    const auto start = Clock::now();
    constexpr int copies = 4;
    for (int k = 0; k < copies; ++k) {
      cuda::check(cudaMemcpyAsync(to.data(), up.data(), bytes, cudaMemcpyHostToDevice, first.get()),
                  "copying");
      cuda::check(cudaMemcpyAsync(down.data(), from.data(), bytes, cudaMemcpyDeviceToHost, second.get()),
                  "copying");
    }
    first.synchronize();
    second.synchronize();
    best = std::max(best, copies * static_cast<double>(bytes) / seconds_since(start));
  }
  return best;
}

struct Setting {
  std::string name;
  int width = 1920;
  int height = 1080;
  int faces = 1;
  double region = 680;
  cuda::PinnedBuffer* memory = nullptr;
  ExecutorTuning tuning = cuda::default_tuning();
  bool against_copy = false;
};

/// Faces side by side on a grid.
FramePlan plan_of(const Setting& setting) {
  int across = 1;
  while (across * across < setting.faces) {
    ++across;
  }
  FramePlan plan;
  for (int i = 0; i < setting.faces; ++i) {
    const double x = (i % across + 0.5) * setting.width / across;
    const double y = (i / across + 0.5) * setting.height / across;
    plan.faces.push_back(table_face(i, x, y, setting.region, setting.width, setting.height));
  }
  return plan;
}

/// Enough frames that filling and emptying the pipeline does not count; the memory holds a ring of them.
TransferRow measure(const Setting& setting, double copy_rate) {
  const auto executor = cuda::make_executor(table_options(), setting.tuning);
  const std::size_t frame_bytes = std::size_t{3} * static_cast<std::size_t>(setting.width * setting.height);
  const auto ring = std::min<std::size_t>(setting.memory->size() / frame_bytes, 128);
  const auto prepared = executor->prepare_memory(setting.memory->data(), setting.memory->size());
  const FramePlan plan = plan_of(setting);
  constexpr std::size_t frames = 1536;
  std::vector<FrameJob> jobs;
  for (std::size_t i = 0; i < frames; ++i) {
    const BgrView frame{setting.memory->data() + i % ring * frame_bytes, setting.width, setting.height,
                        3 * std::ptrdiff_t{setting.width}};
    jobs.push_back({frame, &plan, frame});
  }
  double best = 1e9;
  for (int pass = 0; pass < 5; ++pass) {
    const auto start = Clock::now();
    executor->execute_batch(0, jobs);
    best = pass == 0 ? best : std::min(best, seconds_since(start));
  }
  const cuda::BatchPlan travels =
      cuda::plan_batch(std::span(jobs).first(1), table_crop, setting.tuning.whole_frames);
  TransferRow row;
  row.name = setting.name;
  row.width = setting.width;
  row.height = setting.height;
  row.faces = setting.faces;
  row.frame_us = 1e6 * best / static_cast<double>(jobs.size());
  for (const cuda::Patch& patch : travels.patches) {
    row.bytes += 3.0 * patch.region.width * patch.region.height;
  }
  if (setting.against_copy) {
    row.copy_share = row.bytes / (1e-6 * row.frame_us) / copy_rate;
  }
  return row;
}

}  // namespace

void measure_transfers(GpuTable& table, int device) {
  table.host_copy_bytes_per_second = both_ways();
  cuda::PinnedBuffer memory(std::size_t{800} << 20);
  fill_random(memory.data(), memory.size(), 5);
  const auto add = [&](Setting setting) {
    setting.memory = &memory;
    setting.tuning.device = device;
    table.transfers.push_back(measure(setting, table.host_copy_bytes_per_second));
  };
  for (int batch : {1, 2, 4, 8, 16, 32}) {
    for (int streams : {1, 2, 4, 8}) {
      Setting setting{.name = fmt::format("regions, batches of {}, {} streams", batch, streams),
                      .against_copy = true};
      setting.tuning.batch = batch;
      setting.tuning.streams = streams;
      add(setting);
      if (streams == 4) {
        setting.name = "whole frames" + setting.name.substr(7);
        setting.tuning.whole_frames = true;
        add(setting);
      }
    }
  }
  Setting eager{.name = "regions, graphs off", .against_copy = true};
  eager.tuning.graphs = false;
  add(eager);
  for (const auto& [width, height] :
       {std::pair{426, 240}, {640, 360}, {960, 540}, {1280, 720}, {1920, 1080}, {2560, 1440}, {3840, 2160}}) {
    add({.name = fmt::format("{}p", height), .width = width, .height = height, .region = 0.63 * height});
  }
  for (int faces : {1, 2, 4, 8, 16}) {
    add({.name = fmt::format("{} faces", faces), .faces = faces, .region = 260});
  }
}

}  // namespace ffbench
