#include "core/data_path.hpp"
#include "core/error.hpp"
#include "harness/environment.hpp"
#include "harness/ledger_file.hpp"
#include "harness/output_folder.hpp"
#include "harness/run.hpp"
#include "harness/suite_subjects.hpp"
#include "reports/gates.hpp"
#include "reports/report_files.hpp"

namespace ffbench {
namespace {

/// The share of a whole run that FaceFusion spends in the pixel stages: 42 of 199 ms a frame, measured on the talk clip
/// by the author of the optimised fork.
constexpr double pixel_stage_share = 42.0 / 199.0;

}  // namespace

Report run_suite(const SuiteOptions& options, Progress& progress) {
  // Everything that can be wrong with the request is found before the work begins.
  const SuiteSpec suite = load_suite(options.suite);
  const std::vector<FixtureSpec> specs = chosen_fixtures(suite, options.fixtures);
  const GateFile gates = read_gates(options.gates.empty() ? data_path("ci/gates.json") : options.gates);
  prepare_output_folder(options.out);

  Report report;
  report.suite = suite.name;
  report.environment = describe_environment();
  report.command_line = options.command_line;
  std::vector<Subject> subjects = open_subjects(specs, options.run.swap, progress);
  report.results = run_subjects(subjects, options.run, progress);
  fill_speedups(report, base_pipeline_name, pixel_stage_share);
  if (options.run.swap.kind == SwapKind::source) {
    note_ledger(report, read_ledger(ledger_path()));
  }
  judge(report, gates);
  write_report_files(report, options.out);
  return report;
}

}  // namespace ffbench
