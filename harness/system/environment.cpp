#include "harness/system/environment.hpp"

#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/chrono.h>
#include <sys/utsname.h>

#include "build_info.hpp"
#include "core/hash.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/parallel.hpp"
#include "kernels/cuda/backend.hpp"
#include "reference/facefusion_3_5_0/baseline.hpp"
#ifdef FFBENCH_WITH_FFMPEG
#include "datasets/video/video_clip.hpp"
#endif

namespace ffbench {
namespace {

/// The value of the first line "key : value" of a file of such lines; empty where there is none.
std::string field(const char* path, std::string_view key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) {
      const std::size_t at = line.find_first_of(":=");
      const std::size_t start = at == std::string::npos ? at : line.find_first_not_of(" \t\"", at + 1);
      if (start != std::string::npos) {
        std::string value = line.substr(start);
        while (!value.empty() && (value.back() == '"' || value.back() == ' ')) {
          value.pop_back();
        }
        return value;
      }
    }
  }
  return {};
}

BuiltFrom& named_commit() {
  static BuiltFrom tree;
  return tree;
}

std::string now_utc() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace

void name_commit(const BuiltFrom& tree) {
  named_commit() = tree;
}

Environment describe_environment() {
  Environment environment;
  environment.cpu = field("/proc/cpuinfo", "model name");
  environment.cores = hardware_threads();
  utsname system{};
  if (::uname(&system) == 0) {
    environment.os = fmt::format("{}, {} {} {}", field("/etc/os-release", "PRETTY_NAME"), system.sysname,
                                 system.release, system.machine);
  }
  environment.compiler = build_info::compiler;
  environment.flags = fmt::format("{} {}", build_info::build_type, build_info::flags);
  if (const BuiltFrom& tree = named_commit(); !tree.commit.empty()) {
    environment.commit = tree.commit;
    environment.dirty = tree.dirty;
  } else if (const char* given = std::getenv("FFBENCH_COMMIT"); given != nullptr) {
    environment.commit = given;
  }
  const std::string binary = read_file("/proc/self/exe");
  environment.binary_digest = digest_of(binary.data(), binary.size()).hex();
  environment.opencv = opencv_version();
#ifdef FFBENCH_WITH_FFMPEG
  environment.ffmpeg = ffmpeg_version();
#endif
  for (const cuda::Device& device : cuda::devices()) {
    environment.gpu += fmt::format("{}{} ({} SMs, {} MiB, compute capability {}.{})",
                                   environment.gpu.empty() ? "" : "; ", device.name, device.multiprocessors,
                                   device.memory_bytes >> 20, device.compute_major, device.compute_minor);
  }
  environment.cuda = cuda::runtime_version();
  environment.driver = cuda::devices().empty() ? std::string() : cuda::driver_description();
  environment.started = now_utc();
  environment.more["ffbench"] = build_info::version;
  return environment;
}

}  // namespace ffbench
