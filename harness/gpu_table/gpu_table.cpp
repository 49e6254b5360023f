#include "harness/gpu_table/gpu_table.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

#include "core/json/json_text.hpp"
#include "kernels/cuda/device.hpp"

namespace ffbench {
namespace {

std::string figure(double value) {
  return value == 0 ? "-" : fmt::format("{:.2f}", value);
}

}  // namespace

GpuTable measure_gpu_table(int device) {
  cuda::use_device(device);
  GpuTable table;
  table.device = cuda::devices()[static_cast<std::size_t>(device)].name;
  table.driver = cuda::driver_description();
  table.cuda = cuda::runtime_version();
  table.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
  measure_kernels(table);
  measure_transfers(table, device);
  return table;
}

std::string GpuTable::text() const {
  std::string text = fmt::format(
      "{}, driver {}, runtime {}, {}\ndevice copy {:.2f} TB/s read and written; host link {:.1f} GB/s each "
      "way, both at once; nothing but copies of regions {:.1f} GB/s\n\n",
      device, driver, cuda, started, 1e-12 * device_copy_bytes_per_second, 1e-9 * host_copy_bytes_per_second,
      1e-9 * region_copy_bytes_per_second);
  text += fmt::format("{:<40}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "microseconds a face-frame", "stream",
                      "graph", "batch 32", "copy", "of copy", "NPP");
  for (const KernelRow& row : kernels) {
    text += fmt::format("{:<40}{:>10}{:>10}{:>10}{:>10}{:>9.0f}%{:>10}\n", row.name, figure(row.stream_us),
                        figure(row.graph_us), figure(row.batch_us), figure(row.copy_us),
                        100 * row.copy_us / row.batch_us, figure(row.npp_us));
  }
  const auto share = [](double value) {
    return value == 0 ? std::string() : fmt::format("{:.1f}%", 100 * value);
  };
  text += fmt::format("\n{:<37}{:>10}{:>6}{:>11}{:>8}{:>10}{:>8}{:>11}\n", "host to host", "size", "faces",
                      "us a frame", "median", "frames/s", "of copy", "of regions");
  for (const TransferRow& row : transfers) {
    text += fmt::format("{:<37}{:>10}{:>6}{:>11}{:>8}{:>10.0f}{:>8}{:>11}\n", row.name,
                        fmt::format("{}x{}", row.width, row.height), row.faces, figure(row.frame_us),
                        figure(row.median_us), 1e6 / row.frame_us, share(row.copy_share),
                        share(row.region_copy_share));
  }
  return text;
}

std::string GpuTable::json() const {
  nlohmann::json json{{"schema", "ffbench.gpu-table/1"},
                      {"device", device},
                      {"driver", driver},
                      {"cuda", cuda},
                      {"started", started},
                      {"device_copy_bytes_per_second", device_copy_bytes_per_second},
                      {"host_copy_bytes_per_second", host_copy_bytes_per_second},
                      {"region_copy_bytes_per_second", region_copy_bytes_per_second}};
  for (const KernelRow& row : kernels) {
    json["kernels"].push_back({{"name", row.name},
                               {"bytes", row.bytes},
                               {"stream_us", row.stream_us},
                               {"graph_us", row.graph_us},
                               {"batch_us", row.batch_us},
                               {"copy_us", row.copy_us}});
    if (row.npp_us > 0) {
      json["kernels"].back()["npp_us"] = row.npp_us;
    }
  }
  for (const TransferRow& row : transfers) {
    json["transfers"].push_back({{"name", row.name},
                                 {"width", row.width},
                                 {"height", row.height},
                                 {"faces", row.faces},
                                 {"frame_us", row.frame_us},
                                 {"median_us", row.median_us},
                                 {"bytes", row.bytes}});
    if (row.copy_share > 0) {
      json["transfers"].back()["copy_share"] = row.copy_share;
    }
    if (row.region_copy_share > 0) {
      json["transfers"].back()["region_copy_share"] = row.region_copy_share;
    }
  }
  return json_text(json, 1) + "\n";
}

}  // namespace ffbench
