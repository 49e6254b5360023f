#include "harness/run/run_suite.hpp"

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "core/system/data_path.hpp"
#include "core/system/interruption.hpp"
#include "datasets/suite.hpp"
#include "harness/pipeline/suite_subjects.hpp"
#include "harness/run/run_subjects.hpp"
#include "harness/system/environment.hpp"
#include "harness/verify/ledger_file.hpp"
#include "reports/gates.hpp"

namespace ffbench {
namespace {

/// The share of a whole run that FaceFusion spends in the pixel stages: 42 of 199 ms a frame,
/// measured on the talk clip by the author of the optimised fork.
constexpr double pixel_stage_share = 42.0 / 199.0;

/// Names the fixtures and everything that decides over their pixels.
std::string describe(const std::vector<FixtureSpec>& specs) {
  std::string text;
  for (const FixtureSpec& spec : specs) {
    text +=
        fmt::format("{}{} ({} {}x{} {} frames crop {} {})", text.empty() ? "" : ", ", spec.name,
                    spec.scenario, spec.width, spec.height, spec.frames, spec.crop_size, spec.warp_template);
  }
  return text;
}

}  // namespace

Report run_suite(const SuiteOptions& options, Progress& progress) {
  // Everything that can be wrong with the request is found before the work begins.
  const SuiteSpec suite = load_suite(options.suite);
  const std::vector<FixtureSpec> whole = chosen_fixtures(suite, options.fixtures);
  const std::vector<FixtureSpec> specs = fixtures_of(whole, options.shard);
  const GateFile gates = read_gates(options.gates.empty() ? data_path("ci/gates.json") : options.gates);

  Report report;
  report.suite = suite.name;
  report.environment = describe_environment();
  report.command_line = options.command_line;
  report.settings = settings_of(options.run);
  report.settings["fixtures"] = describe(whole);
  std::ranges::transform(whole, std::back_inserter(report.fixtures), &FixtureSpec::name);
  if (options.shard.count > 1) {
    report.shard = fmt::format("{}/{}", options.shard.number, options.shard.count);
  }
  const RunFolder folder(options.out, report, options.resume);
  report.environment.started = folder.started();

  const auto available = static_cast<std::size_t>(
      std::ranges::count_if(options.run.pipelines, [](const Pipeline& p) { return p.unavailable.empty(); }));
  const auto is_finished = [&folder, available](const FixtureSpec& spec) {
    const KeptResults* kept = folder.kept(spec.name);
    return kept != nullptr && kept->finished && kept->results.size() == available;
  };
  std::vector<FixtureSpec> unfinished;
  std::copy_if(specs.begin(), specs.end(), std::back_inserter(unfinished),
               [&](const FixtureSpec& spec) { return !is_finished(spec); });
  if (options.resume) {
    progress.say(fmt::format("{}: {} of {} fixtures are finished already", options.out.string(),
                             specs.size() - unfinished.size(), specs.size()));
  }
  std::map<std::string, std::vector<Result>> by_fixture;
  try {
    std::vector<Subject> subjects = open_subjects(unfinished, options.run.swap, progress);
    for (Result& result : run_subjects(subjects, options.run, folder, progress)) {
      by_fixture[result.fixture].push_back(std::move(result));
    }
  } catch (const Interrupted& interruption) {
    throw Interrupted(fmt::format("{}; what is finished is kept in {}: repeat the command with --resume",
                                  interruption.what(), options.out.string()));
  }
  for (const FixtureSpec& spec : specs) {
    std::vector<Result> results =
        is_finished(spec) ? with_skipped(folder.kept(spec.name)->results,
                                         folder.kept(spec.name)->results.front(), options.run.pipelines)
                          : std::move(by_fixture[spec.name]);
    std::move(results.begin(), results.end(), std::back_inserter(report.results));
  }
  fill_speedups(report, base_pipeline_name, pixel_stage_share);
  if (options.run.swap.kind == SwapKind::source) {
    note_ledger(report, read_ledger(ledger_path()));
  }
  judge(report, gates);
  folder.finish(report);
  return report;
}

}  // namespace ffbench
