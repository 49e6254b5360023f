#include "harness/compare/sample.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>

#include <unistd.h>

#include "core/error.hpp"
#include "core/named.hpp"
#include "core/numeric/median.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/seconds_since.hpp"
#include "core/system/temporary_file.hpp"
#include "datasets/suite.hpp"
#include "harness/compare/injected_delay.hpp"
#include "harness/compare/seeded_faults.hpp"
#include "harness/compare/throttling.hpp"
#include "harness/compare/turns.hpp"
#include "harness/pipeline/frame_ring.hpp"
#include "harness/pipeline/pipeline_run.hpp"
#include "harness/pipeline/prepared_pass.hpp"
#include "harness/run/command_pipeline.hpp"
#include "harness/run/quality_pass.hpp"

namespace ffbench::compare {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t all = 0;
  std::int64_t resident = 0;
  file >> all >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

/// Of this process's program; with what tests use to make it compute otherwise.
std::string program_digest() {
  const std::string bytes = read_file("/proc/self/exe");
  std::string text = digest_of(bytes.data(), bytes.size()).hex();
  for (const char* name : {fault_variable, "FFBENCH_HIDE_TARGETS"}) {
    if (const char* value = std::getenv(name); value != nullptr) {
      text += fmt::format(" {}={}", name, value);
    }
  }
  return text;
}

Subject open_subject(const SampleOptions& options) {
  const SuiteSpec suite = load_suite(options.suite);
  const FixtureSpec& spec =
      named(suite.fixtures, options.fixture, fmt::format("--fixture: fixture of suite {}", suite.name),
            &FixtureSpec::name);
  CacheOptions cache;
  cache.decoded_frames = true;
  Subject subject = make_subject(open_fixture(spec, cache));
  subject.refined_tracks =
      std::make_shared<const RefinedTracks>(default_cache_folder() / "refined", program_digest());
  const SwapChoice swap = parse_swap(options.swap);
  subject.swap = swap.kind;
  subject.swap_model = swap.model;
  return subject;
}

/// The first run warms up the caches of the system.
Sample sample_of_command(const Pipeline& pipeline, Subject& subject, const SampleOptions& options) {
  if (options.slowdown) {
    fail("--inject-slowdown: cannot slow down a command");
  }
  CommandOptions command;
  command.repetitions = options.passes + 1;
  command.figures = false;
  std::optional<TemporaryFolder> scratch;
  command.folder = options.scratch.empty() ? scratch.emplace().path() : options.scratch;
  const Result result = run_command(subject, pipeline, command);
  if (result.status != ResultStatus::ok) {
    fail("pipeline '{}' on {}: {}", pipeline.name, subject.name, result.reason);
  }
  Sample sample;
  sample.fixture = subject.name;
  sample.pipeline = pipeline.name;
  sample.executor = result.executor;
  sample.passes.assign(result.timing->repetitions.begin() + 1, result.timing->repetitions.end());
  sample.seconds = median(sample.passes);
  sample.digest = result.determinism->digest;
  sample.identical = result.determinism->identical;
  return sample;
}

}  // namespace

Slowdown parse_slowdown(std::string_view text) {
  Slowdown slowdown;
  const std::size_t at = std::min(text.find('@'), text.size());
  double percent = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + at, percent);
  if (problem != std::errc() || end != text.data() + at || !(percent >= 0) || percent > 1000) {
    fail(
        "--inject-slowdown '{}': give percent from 0 to 1000, and a stage after '@' if one is to be slow: "
        "3@mask",
        text);
  }
  slowdown.share = percent / 100;
  if (at < text.size()) {
    slowdown.stage =
        named(all_stages, text.substr(at + 1), fmt::format("--inject-slowdown '{}': stage", text),
              [](Stage stage) { return name_of(stage); });
  }
  return slowdown;
}

Sample measure_sample(const SampleOptions& options) {
  const Pipeline pipeline = parse_pipeline(options.pipeline);
  if (!pipeline.unavailable.empty()) {
    fail("pipeline '{}': {}", options.pipeline, pipeline.unavailable);
  }
  Turns turns(options.turn_socket, options.first);
  turns.take();
  Subject subject = open_subject(options);
  if (pipeline.algorithm == Algorithm::command) {
    return sample_of_command(pipeline, subject, options);
  }
  const std::vector<PlannedRun> planned = plan_runs(subject, {pipeline});
  const ThrottleWatch watch(pipeline.backend == Backend::cuda);

  BgrImage first(subject.clip->width(), subject.clip->height());
  subject.clip->read(0, first.view());
  const auto start = Clock::now();
  ExecutorTuning tuning;
  tuning.threads = options.threads;
  PipelineRun run(pipeline, subject, planned.front().plan, tuning);
  run.execute(0, first.view());
  Sample sample;
  sample.first_frame_s = seconds_since(start);
  sample.fixture = subject.name;
  sample.pipeline = pipeline.name;
  sample.executor = run.executor->description();

  FrameRing ring(*subject.clip, PreparedPass::ring_length(*subject.clip, {run.executor.get()}));
  PreparedPass pass(*run.executor, run.network.get(), *subject.clip, ring.length());
  std::optional<InjectedDelay> delay;
  if (options.slowdown) {
    delay.emplace(options.slowdown->share);
    pass.hooks.delay = [&delay](double elapsed) { return delay->spin_after(elapsed); };
  }
  const ClipPlan& plan = planned.front().plan;
  turns.give();
  turns.take();
  sample.digest = pass.run(ring, plan).digest;
  turns.give();
  pass.forget_stages();
  const std::int64_t before = resident_bytes();
  double delayed = 0;
  for (int i = 0; i < options.passes; ++i) {
    turns.take();
    const PassTimes times = pass.run(ring, plan);
    turns.give();
    sample.passes.push_back(times.seconds);
    sample.identical = sample.identical && times.digest == sample.digest;
    delayed += times.delay_seconds;
  }
  turns.take();  // freeing what this process holds would disturb the other one's last pass
  sample.growth_bytes = resident_bytes() - before;
  sample.seconds = median(sample.passes);
  if (pass.stages_overlap()) {
    pass.measure_stages(ring, plan);
  }
  sample.stages = pass.stage_ms();
  if (options.slowdown && options.slowdown->stage) {
    const double frames = static_cast<double>(options.passes) * subject.clip->frame_count();
    sample.stages[std::string(name_of(*options.slowdown->stage))] += 1000 * delayed / frames;
  }
  sample.voided = watch.problem();
  sample.environment = watch.record();
  if (const char* loading = std::getenv("CUDA_MODULE_LOADING"); loading != nullptr) {
    sample.environment["CUDA_MODULE_LOADING"] = loading;
  }
  return sample;
}

}  // namespace ffbench::compare
