#include "harness/operators/verify.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/core.h>

#include "core/exit_severity.hpp"
#include "harness/cli/commands.hpp"
#include "harness/verify/launched_kernels.hpp"
#include "harness/verify/ledger_file.hpp"
#include "harness/verify/verify_stages.hpp"

namespace ffbench::cli {
namespace {

struct Arguments {
  operators::VerifyOptions operators;
  StageVerifyOptions stages;
  std::string only;
  std::filesystem::path ledger;
  bool update_ledger = false;
  bool quiet = false;
};

/// Compares the stages, then the reference's digests with the ledger; renews it where that was
/// requested.
ExitCode verify_stages_and_ledger(const Arguments& arguments) {
  const std::filesystem::path file = arguments.ledger.empty() ? ledger_path() : arguments.ledger;
  Ledger ledger = read_ledger(file);
  StageVerifyOptions options = arguments.stages;
  if (options.suites.empty()) {
    options.suites = arguments.update_ledger && !ledger.reference.empty() ? suites_of(ledger)
                                                                          : StageVerifyOptions{}.suites;
  }
  Progress progress(arguments.quiet);
  const StageVerifyReport report = verify_stages(options, progress);
  fmt::print("{}", report.text());
  if (arguments.update_ledger) {
    for (const std::string& line : update_ledger(ledger, report)) {
      fmt::print("ledger: {}\n", line);
    }
    write_ledger(ledger, file);
    fmt::print("ledger: {} written\n", file.string());
    return report.exit_code();
  }
  ExitCode code = report.exit_code();
  for (const auto& [suite, fixtures] : report.reference) {
    const LedgerCheck check = check_ledger(ledger, suite, fixtures, options.fixtures.empty());
    for (const std::string& line : check.lines()) {
      fmt::print("ledger: {}\n", line);
    }
    if (!check.differences.empty()) {
      fmt::print("ledger: if the reference was meant to change: ./ffbench verify --update-ledger\n");
      code = more_severe(code, ExitCode::incorrect);
    }
  }
  return code;
}

ExitCode verify_launches(const Arguments& arguments) {
  LaunchOptions options;
  if (!arguments.stages.suites.empty()) {
    options.suites = arguments.stages.suites;
  }
  options.fixtures = arguments.stages.fixtures;
  options.backends = arguments.operators.backends;
  Progress progress(arguments.quiet);
  const LaunchReport report = check_launches(options, progress);
  fmt::print("{}", report.text());
  return report.exit_code();
}

ExitCode verify(Arguments& arguments) {
  const operators::VerifyOptions& narrow = arguments.operators;
  const bool narrowed = !narrow.operators.empty() || !narrow.targets.empty() || !narrow.cases.empty() ||
                        narrow.minimum_bytes > 0;
  arguments.stages.backends = narrow.backends;
  if (arguments.update_ledger && !arguments.only.empty() && arguments.only != "stages") {
    fail("--update-ledger needs the stages, and --only {} leaves them out; leave --only away",
         arguments.only);
  }
  if (arguments.only == "launches") {
    return verify_launches(arguments);
  }
  ExitCode code = ExitCode::ok;
  if (arguments.only != "stages") {
    const operators::VerifyReport report = operators::verify_operators(narrow);
    fmt::print("{}", report.text());
    code = static_cast<ExitCode>(report.exit_code());
  }
  if (arguments.only == "operators" || (arguments.only.empty() && narrowed)) {
    return code;
  }
  if (code != ExitCode::ok && arguments.update_ledger) {
    throw Error("verify --update-ledger: an operator differs, so nothing is written", code);
  }
  if (arguments.only.empty()) {
    fmt::print("\n");
  }
  return more_severe(code, verify_stages_and_ledger(arguments));
}

}  // namespace

void add_verify(Command& app, Action& action) {
  const auto arguments = std::make_shared<Arguments>();
  arguments->stages.suites.clear();
  Command command = app.add_subcommand(
      "verify", "Compare every byte of every operator, then of every stage, with the reference");
  std::vector<Option> narrow{
      command.add_option("--operator", arguments->operators.operators,
                         "Only operators whose name matches, e.g. 'gain*'; no stages"),
      command.add_option("--target", arguments->operators.targets,
                         "Only SIMD targets whose name matches, e.g. AVX2; no stages"),
      command.add_option("--case", arguments->operators.cases, "Only cases whose name matches; no stages"),
      command.add_option(
          "--bytes", arguments->operators.minimum_bytes,
          "Add random cases until each operator and target covered this many bytes; no stages")};
  command.add_option("--seed", arguments->operators.seed, "Of the random cases").capture_default_str();
  command.add_option("--backend", arguments->operators.backends, "Only backends whose name matches");
  Option suite = command.add_option("--suite", arguments->stages.suites,
                                    "Suites whose stages are compared (default: smoke; with "
                                    "--update-ledger every suite of the ledger)");
  Option fixture =
      command.add_option("--fixture", arguments->stages.fixtures, "Only fixtures whose name matches");
  command
      .add_option("--only", arguments->only,
                  "Only this half, or whether every kernel that pipelines launch is compared")
      .one_of({"operators", "stages", "launches"});
  command.add_option("--threads", arguments->stages.tuning.threads, "Of backends that use several")
      .range(1, 1024)
      .capture_default_str();
  command.add_option("--ledger", arguments->ledger, "Ledger (default: ci/ledger.json)");
  Option update = command
                      .add_flag("--update-ledger", arguments->update_ledger,
                                "Renew the ledger; nothing is written where a byte differs")
                      .excludes(fixture);
  command.add_flag("--quiet", arguments->quiet, "No progress");
  for (Option& option : narrow) {
    for (const Option& other : {suite, fixture, update}) {
      option.excludes(other);
    }
  }
  command.callback([arguments, &action] { action = [arguments] { return verify(*arguments); }; });
}

}  // namespace ffbench::cli
