#pragma once

#include <filesystem>
#include <functional>

#include <CLI/App.hpp>

#include "core/error.hpp"

namespace ffbench {
struct Comparison;
}

namespace ffbench::cli {

/// Set by the command that was chosen; `main` calls it once the command line is parsed.
using Action = std::function<ExitCode()>;

void add_run(CLI::App& app, Action& action);
void add_list(CLI::App& app, Action& action);
void add_doctor(CLI::App& app, Action& action);
void add_fixtures(CLI::App& app, Action& action);
void add_merge(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);
void add_bench(CLI::App& app, Action& action);
void add_determinism(CLI::App& app, Action& action);
void add_profile(CLI::App& app, Action& action);
void add_gpu_table(CLI::App& app, Action& action);
void add_compare(CLI::App& app, Action& action);
void add_sample(CLI::App& app, Action& action);
void add_branches(CLI::App& app, Action& action);
void add_calibrate(CLI::App& app, Action& action);
void add_selftest(CLI::App& app, Action& action);
void add_ablate(CLI::App& app, Action& action);
void add_smoothing_bound(CLI::App& app, Action& action);
void add_history(CLI::App& app, Action& action);

/// Writes a comparison's files into the folder, prints it, and returns its exit code.
ExitCode tell(const Comparison& comparison, const std::filesystem::path& out);

/// The command line as it was typed, for the report.
std::string command_line();
void set_command_line(int argc, const char* const* argv);

}  // namespace ffbench::cli
