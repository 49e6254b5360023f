#include "harness/gpu_table/gpu_table.hpp"

#include <filesystem>
#include <memory>

#include <fmt/core.h>

#include "core/system/atomic_file.hpp"
#include "harness/cli/commands.hpp"

namespace ffbench::cli {

void add_gpu_table(Command& app, Action& action) {
  struct Arguments {
    int device = 0;
    std::filesystem::path json;
  };
  const auto arguments = std::make_shared<Arguments>();
  Command command = app.add_subcommand(
      "gpu-table", "Time the CUDA kernels stage by stage and the transfers, beside copies of the same bytes");
  command.add_option("--device", arguments->device, "GPU, from 0").not_negative().capture_default_str();
  command.add_option("--json", arguments->json, "Write the figures to this file as well");
  command.callback([arguments, &action] {
    action = [arguments] {
      const GpuTable table = measure_gpu_table(arguments->device);
      fmt::print("{}", table.text());
      if (!arguments->json.empty()) {
        write_file_atomically(arguments->json, table.json());
      }
      return ExitCode::ok;
    };
  });
}

}  // namespace ffbench::cli
