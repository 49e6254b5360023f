#include "harness/compare/sample.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <span>

#include <unistd.h>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/named.hpp"
#include "core/numeric/median.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/instruction_marks.hpp"
#include "core/system/parallel.hpp"
#include "core/system/seconds_since.hpp"
#include "core/system/temporary_file.hpp"
#include "datasets/suite.hpp"
#include "harness/compare/device_passes.hpp"
#include "harness/compare/injected_delay.hpp"
#include "harness/compare/instructions.hpp"
#include "harness/compare/percent_of.hpp"
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

constexpr double least_stage_seconds = 1e-9;

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

/// Whether the device itself is slowed down, not this process.
bool slows_the_device(const Pipeline& pipeline) {
  return pipeline.algorithm == Algorithm::enhanced && pipeline.backend == Backend::cuda;
}

ExecutorTuning tuning_of(const SampleOptions& options, const Pipeline& pipeline) {
  ExecutorTuning tuning;
  tuning.threads = options.threads;
  tuning.cuda = cuda::default_options();
  if (options.slowdown && slows_the_device(pipeline)) {
    tuning.cuda.slowdown = {options.slowdown->share, options.slowdown->stage};
  }
  return tuning;
}

/// The digests of the frames that a pass in batches made.
class FrameDigests {
 public:
  void put(int first, std::span<const FrameJob> jobs) {
    digests_.resize(std::max(digests_.size(), static_cast<std::size_t>(first) + jobs.size()));
    parallel_for(static_cast<int>(jobs.size()), hardware_threads(), [&](int i) {
      digests_[static_cast<std::size_t>(first) + static_cast<std::size_t>(i)] =
          digest_of(ConstBgrView(jobs[static_cast<std::size_t>(i)].output));
    });
  }
  [[nodiscard]] const std::vector<Digest>& digests() const { return digests_; }

 private:
  std::vector<Digest> digests_;
};

/// Measures one pipeline on one subject, in turns with another process.
class Sampler {
 public:
  Sampler(const SampleOptions& options, const Pipeline& pipeline, Subject& subject)
      : options_(options),
        pipeline_(pipeline),
        subject_(subject),
        planned_(plan_runs(subject, {pipeline})),
        watch_(pipeline.backend == Backend::cuda),
        turns_(options.turn_socket, options.first) {}

  Sample measure() {
    first_frame();
    warm_up();
    turns_.meet();
    host_passes();
    device_passes();
    turns_.take();  // freeing what this process holds would disturb the other one's last pass
    put_stages();
    sample_.voided = watch_.problem();
    sample_.environment = watch_.record();
    if (const char* loading = std::getenv("CUDA_MODULE_LOADING"); loading != nullptr) {
      sample_.environment["CUDA_MODULE_LOADING"] = loading;
    }
    return std::move(sample_);
  }

 private:
  [[nodiscard]] const ClipPlan& plan() const { return planned_.front().plan; }
  [[nodiscard]] int frames() const { return subject_.clip->frame_count(); }

  void first_frame() {
    BgrImage first(subject_.clip->width(), subject_.clip->height());
    subject_.clip->read(0, first.view());
    const ExecutorTuning tuning = tuning_of(options_, pipeline_);
    turns_.meet();
    turns_.take();
    const auto start = Clock::now();
    run_.emplace(pipeline_, subject_, plan(), tuning);
    run_->execute(0, first.view());
    sample_.first_frame_s = seconds_since(start);
    turns_.give();
    turns_.meet();
    device_ = tuning.cuda.device;
    sample_.fixture = subject_.name;
    sample_.pipeline = pipeline_.name;
    sample_.executor = run_->executor->description();
  }

  /// Both processes at once: nothing is measured here.
  void warm_up() {
    Clip& clip = *subject_.clip;
    const int length = PreparedPass::ring_length(clip, {run_->executor.get()});
    const bool batches = run_->executor->preferred_batch() > 1;
    // In batches frames are copied before each pass anyway; one by one they lie where `run` has them.
    ring_.emplace(clip, length, batches ? FrameRing::Place::clip : FrameRing::Place::ring);
    pass_.emplace(*run_->executor, run_->network.get(), clip, length);
    FrameDigests digests;
    pass_->hooks.ring = [&](int first, std::span<const FrameJob> jobs) { digests.put(first, jobs); };
    sample_.digest = pass_->run(*ring_, plan()).digest;
    pass_->hooks = {};
    pass_->forget_stages();
    frame_digests_ = digests.digests();
    if (options_.slowdown && !slows_the_device(pipeline_)) {
      delay_.emplace(options_.slowdown->share);
      pass_->hooks.delay = [this](double elapsed) { return delay_->spin_after(elapsed); };
    }
    on_device_ = DevicePasses::make(*run_->executor, run_->network != nullptr, clip, plan(), device_);
    if (on_device_) {
      on_device_->run();
      sample_.identical = on_device_->made(frame_digests_);
    }
  }

  void host_passes() {
    const std::int64_t before = resident_bytes();
    // Frame by frame on all cores instead of as one stream on one.
    pass_->hooks.digest = !pass_->in_batches();
    for (int i = 0; i < options_.passes; ++i) {
      FrameDigests digests;
      if (pass_->in_batches()) {
        pass_->hooks.ring = [&](int first, std::span<const FrameJob> jobs) { digests.put(first, jobs); };
      }
      turns_.take();
      const PassTimes times = pass_->run(*ring_, plan());
      turns_.give();
      sample_.passes.push_back(times.seconds);
      const bool same =
          pass_->in_batches() ? digests.digests() == frame_digests_ : times.digest == sample_.digest;
      sample_.identical = sample_.identical && same;
      delayed_ += times.delay_seconds;
    }
    pass_->hooks.ring = {};
    sample_.growth_bytes = resident_bytes() - before;
    sample_.seconds = median(sample_.passes);
  }

  /// Whole passes, then passes that end a stage earlier, each kind in turns.
  void device_passes() {
    if (!on_device_) {
      return;
    }
    std::vector<double> before(static_cast<std::size_t>(options_.passes), 0);
    for (const Stage last : cuda::device_stages) {
      on_device_->end_after(last);
      turns_.take();
      on_device_->run();
      turns_.give();
      std::vector<double> until;
      std::vector<double> of_stage;
      for (std::size_t i = 0; i < before.size(); ++i) {
        turns_.take();
        until.push_back(on_device_->run());
        turns_.give();
        // Differences of a stage that does nothing lie about 0.
        of_stage.push_back(std::max(until.back() - before[i], least_stage_seconds));
      }
      sample_.device_stages.emplace(name_of(last), of_stage);
      before = until;
    }
    sample_.device_passes = before;
  }

  void put_stages() {
    if (on_device_) {
      for (const auto& [stage, passes] : sample_.device_stages) {
        sample_.stages.emplace(stage, 1000 * median(passes) / frames());
      }
      return;
    }
    if (pass_->stages_overlap()) {
      pass_->measure_stages(*ring_, plan());
    }
    sample_.stages = pass_->stage_ms();
    if (delay_ && options_.slowdown->stage) {
      sample_.stages[std::string(name_of(*options_.slowdown->stage))] +=
          1000 * delayed_ / (static_cast<double>(options_.passes) * frames());
    }
  }

  const SampleOptions& options_;
  const Pipeline& pipeline_;
  Subject& subject_;
  std::vector<PlannedRun> planned_;
  ThrottleWatch watch_;
  Turns turns_;
  Sample sample_;
  int device_ = 0;
  std::optional<PipelineRun> run_;
  std::optional<FrameRing> ring_;
  std::optional<PreparedPass> pass_;
  std::vector<Digest> frame_digests_;  ///< of an executor that takes batches
  std::optional<InjectedDelay> delay_;
  double delayed_ = 0;
  std::unique_ptr<DevicePasses> on_device_;
};

}  // namespace

Slowdown parse_slowdown(std::string_view text) {
  const PercentOf parsed = parse_percent_of(text, "3@mask");
  Slowdown slowdown;
  slowdown.share = parsed.share;
  if (parsed.what) {
    slowdown.stage = named(all_stages, *parsed.what, fmt::format("--inject-slowdown '{}': stage", text),
                           [](Stage stage) { return name_of(stage); });
  }
  return slowdown;
}

Sample measure_sample(const SampleOptions& options) {
  const Pipeline pipeline = parse_pipeline(options.pipeline);
  if (!pipeline.unavailable.empty()) {
    fail("pipeline '{}': {}", options.pipeline, pipeline.unavailable);
  }
  Subject subject = open_subject(options);
  if (pipeline.algorithm == Algorithm::command) {
    return sample_of_command(pipeline, subject, options);
  }
  return Sampler(options, pipeline, subject).measure();
}

std::string mark_instructions(const SampleOptions& options) {
  require_callgrind();
  const Pipeline pipeline = parse_pipeline(options.pipeline);
  if (pipeline.algorithm == Algorithm::command || pipeline.backend == Backend::cuda) {
    fail("--count-instructions: '{}' does not compute in this process", options.pipeline);
  }
  Subject subject = open_subject(options);
  std::vector<PlannedRun> planned = plan_runs(subject, {pipeline});
  ClipPlan& plan = planned.front().plan;
  plan.frames.resize(std::min<std::size_t>(plan.frames.size(), 24));
  const auto frames = static_cast<int>(plan.frames.size());
  PipelineRun run(pipeline, subject, plan, {});
  FrameRing ring(*subject.clip, frames);
  PreparedPass pass(*run.executor, run.network.get(), *subject.clip, ring.length());
  const auto once = [&] {
    pass.begin(plan);
    pass.run_ring(0, ring, ring.load(0, frames));
    return pass.finish().digest;
  };
  const Marked marked{run.executor->description(), frames, once()};
  pass.hooks.digest = false;
  instruction_marks::start();
  once();
  instruction_marks::stop();
  return to_json(marked);
}

}  // namespace ffbench::compare
