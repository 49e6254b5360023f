#pragma once

#include <filesystem>
#include <functional>

#include "core/error.hpp"
#include "harness/cli/command.hpp"

namespace ffbench {
struct Comparison;
}

namespace ffbench::cli {

/// Set by the command that was chosen; `main` calls it once the command line is parsed.
using Action = std::function<ExitCode()>;

void add_run(Command& app, Action& action);
void add_list(Command& app, Action& action);
void add_doctor(Command& app, Action& action);
void add_fixtures(Command& app, Action& action);
void add_merge(Command& app, Action& action);
void add_report(Command& app, Action& action);
void add_verify(Command& app, Action& action);
void add_bench(Command& app, Action& action);
void add_determinism(Command& app, Action& action);
void add_profile(Command& app, Action& action);
void add_gpu_table(Command& app, Action& action);
void add_compare(Command& app, Action& action);
void add_sample(Command& app, Action& action);
void add_sample_operators(Command& app, Action& action);
void add_branches(Command& app, Action& action);
void add_calibrate(Command& app, Action& action);
void add_selftest(Command& app, Action& action);
void add_ablate(Command& app, Action& action);
void add_smoothing_bound(Command& app, Action& action);
void add_history(Command& app, Action& action);

/// Writes a comparison's files into the folder, prints it, and returns its exit code.
ExitCode print_outcome(const Comparison& comparison, const std::filesystem::path& out);

/// The command line as it was typed, for the report.
std::string command_line();
void set_command_line(int argc, const char* const* argv);

}  // namespace ffbench::cli
