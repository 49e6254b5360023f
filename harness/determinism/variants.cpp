#include "harness/determinism/variants.hpp"

#include <algorithm>
#include <numeric>

#include "core/error.hpp"
#include "core/named.hpp"
#include "harness/system/cuda_driver.hpp"
#include "kernels/cpu/targets.hpp"

namespace ffbench {
namespace {

std::vector<std::string> chosen_targets(const Axes& axes) {
  const std::vector<cpu::Target> all = cpu::targets();
  for (const std::string& name : axes.targets) {
    named(all, name, "--targets", &cpu::Target::name, ", or all");
  }
  std::vector<std::string> chosen;
  for (const cpu::Target& target : all) {
    if (axes.targets.empty()
            ? target.supported
            : std::find(axes.targets.begin(), axes.targets.end(), target.name) != axes.targets.end()) {
      chosen.push_back(target.name);
    }
  }
  return chosen;
}

std::vector<int> chosen_devices(const Axes& axes) {
  const int count = axes.device_count < 0 ? find_cuda_driver().devices : axes.device_count;
  std::vector<int> devices = axes.devices;
  if (devices.empty()) {
    devices.resize(static_cast<std::size_t>(count));
    std::iota(devices.begin(), devices.end(), 0);
  }
  for (int device : devices) {
    if (device >= count) {
      fail("--devices {}: this machine has {} CUDA devices, counted from 0", device, count);
    }
  }
  return devices;
}

std::vector<Variant> cpu_variants(const Axes& axes) {
  std::vector<Variant> variants;
  for (const std::string& target : chosen_targets(axes)) {
    for (int threads : axes.threads) {
      variants.push_back({.target = target, .tuning = {.threads = threads}});
    }
  }
  return variants;
}

std::vector<Variant> cuda_variants(const Axes& axes) {
  std::vector<Variant> variants;
  for (int device : chosen_devices(axes)) {
    for (int batch : axes.batches) {
      for (int streams : axes.streams) {
        for (bool graphs : axes.graphs) {
          for (bool frames_on_device : axes.frames_on_device) {
            variants.push_back(
                {.target = "",
                 .tuning = {.cuda = {.batch = batch, .streams = streams, .graphs = graphs, .device = device}},
                 .frames_on_device = frames_on_device});
          }
        }
      }
    }
  }
  return variants;
}

}  // namespace

std::string Variant::text(Backend backend) const {
  std::string text;
  const auto add = [&text](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (!target.empty()) {
    add(target);
  }
  if (backend == Backend::cpu) {
    add(fmt::format("{} thread{}", tuning.threads, tuning.threads == 1 ? "" : "s"));
  }
  if (backend == Backend::cuda) {
    add(fmt::format("batch {}, {} stream{}, graphs {}, device {}", tuning.cuda.batch, tuning.cuda.streams,
                    tuning.cuda.streams == 1 ? "" : "s", tuning.cuda.graphs ? "on" : "off",
                    tuning.cuda.device));
    if (frames_on_device) {
      add("frames in device memory");
    }
  }
  if (fresh_process) {
    add("fresh process");
  }
  return text.empty() ? "plain" : text;
}

std::vector<Variant> variants_of(const Pipeline& pipeline, const Axes& axes) {
  if (pipeline.algorithm == Algorithm::enhanced && pipeline.backend == Backend::cpu) {
    return cpu_variants(axes);
  }
  if (pipeline.algorithm == Algorithm::enhanced && pipeline.backend == Backend::cuda) {
    return cuda_variants(axes);
  }
  return {Variant{}};
}

std::vector<std::string> skipped_targets(const Axes& axes) {
  std::vector<std::string> skipped;
  if (axes.targets.empty()) {
    for (const cpu::Target& target : cpu::targets()) {
      if (!target.supported) {
        skipped.push_back(fmt::format("{}: {}", target.name, target.reason));
      }
    }
  }
  return skipped;
}

}  // namespace ffbench
