#include "harness/operators/verify.hpp"

#include <memory>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "harness/cli/commands.hpp"

namespace ffbench::cli {

void add_verify(CLI::App& app, Action& action) {
  const auto options = std::make_shared<operators::VerifyOptions>();
  CLI::App* command = app.add_subcommand("verify", "Compare every byte of every operator with the reference");
  command->add_option("--operator", options->operators, "Only operators whose name matches, e.g. 'gain*'");
  command->add_option("--backend", options->backends, "Only backends whose name matches");
  command->add_option("--target", options->targets, "Only SIMD targets whose name matches, e.g. AVX2");
  command->add_option("--case", options->cases, "Only cases whose name matches");
  command->add_option("--bytes", options->minimum_bytes,
                      "Add random cases until each operator and target covered this many bytes");
  command->add_option("--seed", options->seed, "Of the random cases")->capture_default_str();
  command->callback([options, &action] {
    action = [options] {
      const operators::VerifyReport report = operators::verify_operators(*options);
      fmt::print("{}", report.text());
      return static_cast<ExitCode>(report.exit_code());
    };
  });
}

}  // namespace ffbench::cli
