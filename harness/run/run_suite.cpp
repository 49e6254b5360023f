#include <algorithm>
#include <charconv>
#include <map>

#include "core/error.hpp"
#include "core/system/data_path.hpp"
#include "core/system/interruption.hpp"
#include "datasets/suite.hpp"
#include "harness/pipeline/suite_subjects.hpp"
#include "harness/run/run.hpp"
#include "harness/run/shares.hpp"
#include "harness/system/environment.hpp"
#include "harness/verify/ledger_file.hpp"
#include "reports/gates.hpp"

namespace ffbench {
namespace {

/// The share of a whole run that FaceFusion spends in the pixel stages: 42 of 199 ms a frame, measured on the talk clip
/// by the author of the optimised fork.
constexpr double pixel_stage_share = 42.0 / 199.0;

/// The fixtures of a shard, in the suite's order.
std::vector<FixtureSpec> shard_of(const std::vector<FixtureSpec>& specs, const Shard& shard) {
  if (shard.count > static_cast<int>(specs.size())) {
    fail("--shard {}/{}: there are only {} fixtures to share; use at most that many shards", shard.number,
         shard.count, specs.size());
  }
  std::vector<std::int64_t> costs;
  std::ranges::transform(specs, std::back_inserter(costs), [](const FixtureSpec& spec) {
    return std::int64_t{spec.width} * spec.height * spec.frames;
  });
  std::vector<std::size_t> chosen = divide(costs, shard.count)[static_cast<std::size_t>(shard.number) - 1];
  std::ranges::sort(chosen);
  std::vector<FixtureSpec> result;
  std::ranges::transform(chosen, std::back_inserter(result), [&specs](std::size_t i) { return specs[i]; });
  return result;
}

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

Shard parse_shard(const std::string& text) {
  Shard shard;
  const std::size_t slash = text.find('/');
  const auto number = [&](std::string_view digits, int& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  const std::string_view view = text;
  if (slash == std::string::npos || !number(view.substr(0, slash), shard.number) ||
      !number(view.substr(slash + 1), shard.count) || shard.number < 1 || shard.number > shard.count) {
    fail("--shard '{}' is no share; wanted I/N with 1 <= I <= N, e.g. 2/4", text);
  }
  return shard;
}

Report run_suite(const SuiteOptions& options, Progress& progress) {
  // Everything that can be wrong with the request is found before the work begins.
  const SuiteSpec suite = load_suite(options.suite);
  const std::vector<FixtureSpec> whole = chosen_fixtures(suite, options.fixtures);
  const std::vector<FixtureSpec> specs = shard_of(whole, options.shard);
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
