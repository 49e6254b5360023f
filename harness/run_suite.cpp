#include <algorithm>

#include "core/data_path.hpp"
#include "core/error.hpp"
#include "datasets/suite.hpp"
#include "harness/environment.hpp"
#include "harness/output_folder.hpp"
#include "harness/run.hpp"
#include "reports/gates.hpp"
#include "reports/report_files.hpp"

namespace ffbench {
namespace {

/// The share of a whole run that FaceFusion spends in the pixel stages: 42 of 199 ms a frame, measured on the talk clip
/// by the author of the optimised fork.
constexpr double pixel_stage_share = 42.0 / 199.0;

std::vector<FixtureSpec> chosen_fixtures(const SuiteSpec& suite, const std::vector<std::string>& globs) {
  if (globs.empty()) {
    return suite.fixtures;
  }
  std::vector<FixtureSpec> chosen;
  std::string known;
  for (const FixtureSpec& spec : suite.fixtures) {
    known += (known.empty() ? "" : ", ") + spec.name;
    if (matches_any(globs, spec.name)) {
      chosen.push_back(spec);
    }
  }
  if (chosen.empty()) {
    fail("--fixture {}: suite '{}' has no such fixture; known: {}", fmt::join(globs, " "), suite.name, known);
  }
  return chosen;
}

std::vector<Subject> open_subjects(const std::vector<FixtureSpec>& specs, const SwapChoice& swap,
                                   Progress& progress) {
  std::vector<Subject> subjects;
  double total = 0;
  for (const FixtureSpec& spec : specs) {
    total += spec.frames;
  }
  progress.begin("opening fixtures", total);
  double before = 0;
  for (const FixtureSpec& spec : specs) {
    subjects.push_back(make_subject(open_fixture(spec, {}, [&](const FixtureProgress& state) {
      if (!state.message.empty()) {
        progress.say(fmt::format("{}: {}", state.fixture, state.message));
      }
      progress.set(before + state.done);
    })));
    subjects.back().swap = swap.kind;
    subjects.back().swap_model = swap.model;
    before += spec.frames;
    progress.set(before);
  }
  progress.end();
  return subjects;
}

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
  judge(report, gates);
  write_report_files(report, options.out);
  return report;
}

}  // namespace ffbench
