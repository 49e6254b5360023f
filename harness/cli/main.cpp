#include <cstdio>
#include <exception>
#include <new>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <fmt/format.h>

#include "build_info.hpp"
#include "core/system/data_path.hpp"
#include "harness/cli/commands.hpp"
#include "harness/system/environment.hpp"

namespace ffbench::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

/// CLI11's words on a command line that it cannot parse; where a command is missing or unknown, words that list the
/// known ones.
std::string advice(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* chosen = &app;
  std::string name = app.get_name();
  while (!chosen->get_subcommands().empty()) {
    chosen = chosen->get_subcommands().front();
    name += " " + chosen->get_name();
  }
  std::vector<std::string> known;
  for (const CLI::App* command : commands_of(*chosen)) {
    known.push_back(command->get_name());
  }
  if (known.empty()) {
    return fmt::format("{}; see `{} --help`", error.what(), name);
  }
  const std::vector<std::string> unknown = app.remaining(true);
  return unknown.empty() ? fmt::format("`{}` needs a command; known: {}", name, fmt::join(known, ", "))
                         : fmt::format("`{}` has no command '{}'; known: {}", name, unknown.front(),
                                       fmt::join(known, ", "));
}

int run(int argc, const char* const* argv) {
  name_commit(built_from());
  share_data_with_children();
  CLI::App app{
      "ffbench runs face-swap pixel pipelines over fixture videos and tells, with evidence, whether a change "
      "made "
      "them slower, non-deterministic, less stable in time, or wrong.",
      "ffbench"};
  app.set_version_flag("--version", build_info::version);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 every gate passed; 1 a performance or quality gate failed; 2 usage, input or "
      "environment "
      "error;\n3 not enough evidence; 4 a byte differs or a run is not deterministic.\n"
      "Options that choose by name take patterns: * any text, ? one character, [a-c] one of a set, [!a-c] "
      "one outside it;\na pattern after ! takes matches away.");
  Action action;
  add_run(app, action);
  add_list(app, action);
  add_doctor(app, action);
  add_fixtures(app, action);
  add_report(app, action);
  add_merge(app, action);
  add_verify(app, action);
  add_bench(app, action);
  add_gpu_table(app, action);
  add_compare(app, action);
  add_sample(app, action);
  add_branches(app, action);
  add_calibrate(app, action);
  add_determinism(app, action);
  add_profile(app, action);
  add_selftest(app, action);
  add_ablate(app, action);
  add_smoothing_bound(app, action);
  add_history(app, action);
  set_command_line(argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);  // --help and --version
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "ffbench: {}\n", advice(app, error));
    return static_cast<int>(ExitCode::bad_input);
  }
  return static_cast<int>(action());
}

}  // namespace
}  // namespace ffbench::cli

int main(int argc, char** argv) {
  try {
    return ffbench::cli::run(argc, argv);
  } catch (const ffbench::Error& error) {
    fmt::print(stderr, "ffbench: {}\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "ffbench: out of memory; use fewer threads or smaller fixtures\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "ffbench: unexpected error: {}\n", error.what());
  }
  return static_cast<int>(ffbench::ExitCode::bad_input);
}
