#pragma once

#include "harness/cli/commands.hpp"

namespace ffbench::cli {

void add_selftest(CLI::App& app, Action& action);
void add_ablate(CLI::App& app, Action& action);
void add_oracle(CLI::App& app, Action& action);
void add_history(CLI::App& app, Action& action);

}  // namespace ffbench::cli
