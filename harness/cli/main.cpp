#include <cstdio>
#include <exception>
#include <new>
#include <optional>

#include <fmt/core.h>

#include "build_info.hpp"
#include "core/system/data_path.hpp"
#include "harness/cli/commands.hpp"
#include "harness/system/environment.hpp"

namespace ffbench::cli {
namespace {

int run(int argc, const char* const* argv) {
  name_commit(built_from());
  share_data_with_children();
  Program app{
      "ffbench runs face-swap pixel pipelines over fixture videos and reports whether a change made "
      "them slower, non-deterministic, less stable in time, or wrong.",
      "ffbench"};
  app.set_version_flag("--version", build_info::version);
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
  add_sample_operators(app, action);
  add_branches(app, action);
  add_calibrate(app, action);
  add_determinism(app, action);
  add_profile(app, action);
  add_selftest(app, action);
  add_ablate(app, action);
  add_smoothing_bound(app, action);
  add_history(app, action);
  set_command_line(argc, argv);
  if (const std::optional<int> code = app.parse(argc, argv)) {
    return *code;
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
