#include <cstdlib>

#include <fmt/core.h>

#include "core/system/profiler_range.hpp"
#include "datasets/detectors/detector.hpp"
#include "datasets/fixture.hpp"
#include "harness/cli/commands.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/system/cuda_driver.hpp"
#include "harness/system/environment.hpp"
#include "harness/system/gpu_clocks.hpp"
#include "harness/system/output_folder.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/device.hpp"
#include "reports/text_layout.hpp"

namespace ffbench::cli {
namespace {

void line(std::string_view name, bool good, std::string_view text) {
  fmt::print("{:<10} {:<4} {}\n", name, good ? "ok" : "no", text);
}

/// Prints the result of an attempt: `attempt` returns a text or throws `Error`.
template <typename Attempt>
bool check(std::string_view name, Attempt attempt) {
  try {
    line(name, true, attempt());
    return true;
  } catch (const Error& error) {
    line(name, false, error.what());
    return false;
  }
}

/// Whether this program was built with CUDA, and why. The launcher hands the reason on in
/// FFBENCH_CUDA_CHOICE (ci/choose-cuda); a program that it did not build has other reasons.
std::string cuda_choice() {
  const char* reason = std::getenv("FFBENCH_CUDA_CHOICE");
  if (reason != nullptr &&
      std::string_view(reason).starts_with(cuda::with_toolkit ? "with CUDA" : "without CUDA")) {
    return printable(reason, true);
  }
  return fmt::format("{}; not chosen by ./ffbench",
                     cuda::with_toolkit ? "with CUDA " + cuda::runtime_version() : "without CUDA");
}

ExitCode doctor() {
  const Environment environment = describe_environment();
  fmt::print("ffbench {}, commit {}{}, {}, {}\n", environment.more.at("ffbench"),
             environment.commit.empty() ? "unknown" : environment.commit,
             environment.dirty.value_or(false) ? " with local changes" : "", environment.compiler,
             environment.flags);
  fmt::print("{}, {} cores, {}\n\n", environment.cpu, environment.cores, environment.os);
  line("build", cuda::with_toolkit, cuda_choice());
  for (Backend backend : {Backend::reference, Backend::cpu, Backend::cuda}) {
    const std::string why = why_unavailable(backend);
    line(name_of(backend), why.empty(), why.empty() ? "available" : why);
  }
  const CudaDriver driver = find_cuda_driver(cuda::needed_driver());
  line("driver", driver.problem.empty(),
       driver.problem.empty() ? fmt::format("CUDA driver {}.{}, {} devices", driver.version / 1000,
                                            driver.version % 1000 / 10, driver.devices)
                              : driver.problem);
  const ManagementLibrary nvml = find_management_library();
  line("nvml", nvml.answers, nvml.text);
  line("nvtx", ProfilerRange::built_in(),
       ProfilerRange::built_in()
           ? "ranges of fixtures, frames and stages for profilers"
           : "this build found no NVTX headers (CUDA toolkit): profilers see no ranges");
  line("opencv", true, environment.opencv);
  line("ffmpeg", !environment.ffmpeg.empty(),
       environment.ffmpeg.empty() ? "this build has no FFmpeg: synthetic fixtures only" : environment.ffmpeg);
  check("haar", [] { return make_haar_detector()->settings(); });
  const bool cache = check("cache", [] {
    prepare_output_folder(default_cache_folder());
    return default_cache_folder().string();
  });
  const char* media = std::getenv("FFBENCH_MEDIA");
  line("media", media != nullptr,
       media != nullptr ? media : "FFBENCH_MEDIA is not set: tests on real clips are skipped");
  return cache ? ExitCode::ok : ExitCode::bad_input;
}

}  // namespace

void add_doctor(Command& app, Action& action) {
  app.add_subcommand("doctor", "What this machine and this build can do, and why not").callback([&action] {
    action = doctor;
  });
}

}  // namespace ffbench::cli
