#include "harness/environment.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <fmt/chrono.h>
#include <sys/utsname.h>

#include "build_info.hpp"
#include "core/atomic_file.hpp"
#include "core/data_path.hpp"
#include "core/hash.hpp"
#include "core/parallel.hpp"
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

/// The first line a program prints; empty where it cannot be run. `command` is a literal of ours plus a path of ours.
std::string first_line_of(const std::string& command) {
  struct Close {
    void operator()(std::FILE* file) const { ::pclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> pipe(::popen((command + " 2>/dev/null").c_str(), "r"));
  std::array<char, 256> line{};
  if (!pipe || std::fgets(line.data(), line.size(), pipe.get()) == nullptr) {
    return {};
  }
  std::string text(line.data());
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  return text;
}

std::string now_utc() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

}  // namespace

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
  // The commit of the tree the program was built from; a bundle without a tree is told.
  const std::string root = data_path("core").parent_path().string();
  environment.commit = first_line_of(fmt::format("git -C '{}' rev-parse HEAD", root));
  if (const char* told = std::getenv("FFBENCH_COMMIT"); environment.commit.empty() && told != nullptr) {
    environment.commit = told;
  } else if (!environment.commit.empty()) {
    environment.dirty = !first_line_of(fmt::format("git -C '{}' status --porcelain", root)).empty();
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
