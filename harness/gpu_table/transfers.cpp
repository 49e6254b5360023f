#include <algorithm>
#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include <fmt/core.h>

#include "core/numeric/median.hpp"
#include "core/system/seconds_since.hpp"
#include "harness/gpu_table/gpu_table.hpp"
#include "harness/gpu_table/link.hpp"
#include "harness/gpu_table/workload.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench {
namespace {

using Clock = std::chrono::steady_clock;

struct Setting {
  std::string name;
  int width = 1920;
  int height = 1080;
  int faces = 1;
  double region = 680;
  cuda::PinnedBuffer* memory = nullptr;
  cuda::DeviceOptions device = cuda::default_options();
  std::vector<double> times = {};  ///< microseconds a frame, by pass
};

/// Faces side by side on a grid.
FramePlan plan_of(const Setting& setting) {
  int across = 1;
  while (across * across < setting.faces) {
    ++across;
  }
  FramePlan plan;
  for (int i = 0; i < setting.faces; ++i) {
    const int column = i % across;
    const int row = i / across;
    const double x = (column + 0.5) * setting.width / across;
    const double y = (row + 0.5) * setting.height / across;
    plan.faces.push_back(table_face(i, x, y, setting.region, setting.width, setting.height));
  }
  return plan;
}

/// Consecutive frames, for which the memory is a ring.
std::vector<FrameJob> jobs_of(const Setting& setting, const FramePlan& plan, std::size_t count) {
  const std::size_t frame_bytes = std::size_t{3} * static_cast<std::size_t>(setting.width * setting.height);
  const auto ring = std::min<std::size_t>(setting.memory->size() / frame_bytes, 128);
  std::vector<FrameJob> jobs;
  for (std::size_t i = 0; i < count; ++i) {
    const BgrView frame{setting.memory->data() + i % ring * frame_bytes, setting.width, setting.height,
                        3 * std::ptrdiff_t{setting.width}};
    jobs.push_back({frame, &plan, frame});
  }
  return jobs;
}

/// The regions of a frame that travel.
std::vector<cuda::RegionTransfer> transfers_of(const Setting& setting) {
  const FramePlan plan = plan_of(setting);
  return cuda::plan_batch(jobs_of(setting, plan, 1), table_crop, setting.device.whole_frames).transfers;
}

/// Times some passes, after frames that warm up and are not counted.
void measure(Setting& setting, int passes) {
  // So many that filling and draining the pipeline does not count.
  constexpr std::size_t frames = 1536;
  constexpr std::size_t warm_up = 256;
  const auto executor = cuda::make_executor(table_options(), setting.device);
  const auto prepared = executor->prepare_memory(setting.memory->data(), setting.memory->size());
  const FramePlan plan = plan_of(setting);
  const std::vector<FrameJob> jobs = jobs_of(setting, plan, frames);
  executor->execute_batch(0, std::span(jobs).first(warm_up));
  for (int pass = 0; pass < passes; ++pass) {
    const auto start = Clock::now();
    executor->execute_batch(0, jobs);
    setting.times.push_back(1e6 * seconds_since(start) / static_cast<double>(frames));
  }
}

TransferRow row_of(const Setting& setting) {
  TransferRow row;
  row.name = setting.name;
  row.width = setting.width;
  row.height = setting.height;
  row.faces = setting.faces;
  row.frame_us = *std::ranges::min_element(setting.times);
  row.median_us = median(setting.times);
  for (const cuda::RegionTransfer& transfer : transfers_of(setting)) {
    row.bytes += 3.0 * transfer.region.width * transfer.region.height;
  }
  return row;
}

TransferRow compared_row_of(const Setting& setting, const Link& link) {
  TransferRow row = row_of(setting);
  const double rate = row.bytes / (1e-6 * row.frame_us);
  row.copy_share = rate / link.large_copies();
  row.region_copy_share = setting.device.whole_frames ? 0 : rate / link.region_copies();
  return row;
}

std::vector<Setting> settings_against_copies() {
  std::vector<Setting> settings;
  for (int batch : {1, 2, 4, 8, 16, 32}) {
    for (int streams : {1, 2, 4, 8}) {
      Setting setting{.name = fmt::format("regions, batches of {}, {} streams", batch, streams)};
      setting.device.batch = batch;
      setting.device.streams = streams;
      settings.push_back(setting);
      if (streams == 4) {
        setting.name = "whole frames" + setting.name.substr(7);
        setting.device.whole_frames = true;
        settings.push_back(setting);
      }
    }
  }
  Setting eager{.name = "regions, graphs off"};
  eager.device.graphs = false;
  settings.push_back(eager);
  return settings;
}

std::vector<Setting> settings_of_sizes() {
  std::vector<Setting> settings;
  for (const auto& [width, height] :
       {std::pair{426, 240}, {640, 360}, {960, 540}, {1280, 720}, {1920, 1080}, {2560, 1440}, {3840, 2160}}) {
    settings.push_back(
        {.name = fmt::format("{}p", height), .width = width, .height = height, .region = 0.63 * height});
  }
  for (int faces : {1, 2, 4, 8, 16}) {
    settings.push_back({.name = fmt::format("{} faces", faces), .faces = faces, .region = 260});
  }
  return settings;
}

}  // namespace

void measure_transfers(GpuTable& table, int device) {
  cuda::PinnedBuffer memory(std::size_t{800} << 20);
  fill_random(memory.data(), memory.size(), 5);
  std::vector<Setting> compared = settings_against_copies();
  std::vector<Setting> sizes = settings_of_sizes();
  for (std::vector<Setting>* settings : {&compared, &sizes}) {
    for (Setting& setting : *settings) {
      setting.memory = &memory;
      setting.device.device = device;
    }
  }

  // Other load of the host changes the link's rate for seconds at a time. So what is compared is
  // measured in turns.
  constexpr int rounds = 4;
  constexpr int passes = 2;
  constexpr std::size_t settings_a_turn = 8;
  Link link(memory, compared[0].width, compared[0].height, transfers_of(compared[0]).front().region);
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < compared.size(); ++i) {
      if (i % settings_a_turn == 0) {
        link.measure();
      }
      measure(compared[i], passes);
    }
  }
  table.host_copy_bytes_per_second = link.large_copies();
  table.region_copy_bytes_per_second = link.region_copies();
  for (const Setting& setting : compared) {
    table.transfers.push_back(compared_row_of(setting, link));
  }
  for (Setting& setting : sizes) {
    measure(setting, rounds * passes);
    table.transfers.push_back(row_of(setting));
  }
}

}  // namespace ffbench
