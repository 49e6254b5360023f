#include "harness/run/timed_passes.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include <sys/resource.h>

#include "core/numeric/median.hpp"
#include "core/numeric/percentile.hpp"
#include "core/system/profiler_range.hpp"
#include "core/system/seconds_since.hpp"
#include "harness/pipeline/frame_ring.hpp"
#include "harness/pipeline/pipeline_run.hpp"
#include "harness/system/gpu_clocks.hpp"
#include "kernels/cuda/backend.hpp"

namespace ffbench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t ring_bytes = 96U << 20;
constexpr int longest_ring = 16;
/// Where an executor takes batches: enough of them that filling and emptying a pipeline of batches
/// does not count.
constexpr std::size_t batch_ring_bytes = std::size_t{1} << 30;
constexpr int longest_batch_ring = 160;

std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

/// One run, timed.
struct TimedRun {
  TimedRun(const PlannedRun& planned, const Subject& subject, const RunOptions& options,
           const PassContext& pass)
      : run(planned.pipeline, subject, planned.plan, tuning_of(options, pass)),
        in_batches(run.executor->preferred_batch() > 1 && run.executor->works_in_place()),
        repetitions(run.pipeline.algorithm == Algorithm::enhanced &&
                            run.pipeline.backend == Backend::reference
                        ? std::min(options.reference_repetitions, options.repetitions)
                        : options.repetitions) {
    if (run.pipeline.backend == Backend::cuda && run.pipeline.algorithm == Algorithm::enhanced) {
      gpu = cuda::devices().at(static_cast<std::size_t>(pass.device)).uuid;
    }
  }

  /// Reads the device's clocks while they still are what the work made of them.
  void watch_clocks() {
    const auto now = gpu.empty() ? std::nullopt : gpu_clocks(gpu);
    if (!now) {
      return;
    }
    if (clocks.size() < frame_seconds.size()) {
      clocks.push_back(*now);
    }
    clocks.back().sm_mhz = std::min(clocks.back().sm_mhz, now->sm_mhz);
    clocks.back().reasons |= now->reasons;
  }

  /// Room for a ring of frames, for executors that take batches.
  void make_room(int frames, int width, int height) {
    own_count = frames;
    own = BgrImage(width, height * frames);
    prepared = run.executor->prepare_memory(own.data(), own.size_bytes());
  }

  /// Frame `i` of the ring.
  BgrView own_frame(int i) {
    const int height = own.height() / own_count;
    return own.view().crop(0, i * height, own.width(), height);
  }

  /// Frames `first` ... of the ring as one batch, in place.
  std::vector<FrameJob> batch(int first, int count) {
    std::vector<FrameJob> jobs;
    for (int i = 0; i < count; ++i) {
      const BgrView image = own_frame(i);
      jobs.push_back(
          {image, &run.plan->frames[static_cast<std::size_t>(first) + static_cast<std::size_t>(i)], image});
    }
    return jobs;
  }

  PipelineRun run;
  bool in_batches;
  /// Frames in and out of an executor that works in place, one below the other: an executor may
  /// copy several at once.
  BgrImage own;
  int own_count = 0;
  std::shared_ptr<void> prepared;  ///< handle of their memory; goes before the memory
  int repetitions;
  double stage_passes = 0;  ///< clips over which stages were timed, where they are timed apart
  std::vector<double> totals;
  std::vector<std::vector<double>> frame_seconds;  ///< by repetition
  double network_seconds = 0;                      ///< of all repetitions
  std::string gpu;                                 ///< the device's UUID; empty on a CPU
  /// By repetition: the lowest, with all reasons; empty where no driver reports them
  std::vector<GpuClocks> clocks;
  std::vector<std::string> digests;
  Hasher hasher;
};

class TimedPasses {
 public:
  TimedPasses(Subject& subject, const std::vector<PlannedRun>& runs, const RunOptions& options,
              const PassContext& pass)
      : subject_(subject), options_(options), pass_(pass) {
    for (const PlannedRun& run : runs) {
      runs_.push_back(std::make_unique<TimedRun>(run, subject, options, pass));
    }
    const bool batches = std::any_of(runs_.begin(), runs_.end(), [](const auto& l) { return l->in_batches; });
    const Clip& clip = *subject.clip;
    ring_.emplace(*subject.clip, batches ? frames_within(clip, batch_ring_bytes, 1, longest_batch_ring)
                                         : frames_within(clip, ring_bytes, 1, longest_ring));
    for (const auto& timed : runs_) {
      if (timed->in_batches) {
        timed->make_room(ring_->length(), clip.width(), clip.height());
      }
    }
  }

  void run() {
    const ProfilerRange range(ProfilerRange::Kind::fixture, subject_.name.c_str());
    warm_up();
    for (int repetition = 0; repetition < options_.repetitions; ++repetition) {
      pass(repetition);
    }
    stage_pass();
  }

  void report(const std::vector<PlannedRun>& runs, std::vector<Result>& results) const {
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      fill(*runs_[i], runs[i], results[i]);
    }
  }

 private:
  /// The first frame pays for allocations, code that is loaded and tables that are made.
  void warm_up() {
    ring_->load(0, 1);
    ring_->forget();
    for (const auto& timed : runs_) {
      if (timed->in_batches) {
        warm_up_batches(*timed);
      } else {
        timed->run.execute(0, (*ring_)[0]);
      }
      timed->run.executor->reset_stage_times();
    }
  }

  /// The plans of a whole ring over its first frame: every size that occurs there has been met
  /// once.
  void warm_up_batches(TimedRun& timed) {
    for (int round = 0; round < 2; ++round) {
      timed.run.executor->restart();
      for (int i = 0; i < timed.own_count; ++i) {
        copy_pixels((*ring_)[0], timed.own_frame(i));
      }
      timed.run.executor->execute_batch(0, timed.batch(0, timed.own_count));
    }
  }

  /// Executors whose stages overlap: their times one by one, in a pass that counts for nothing
  /// else.
  void stage_pass() {
    for (const auto& timed : runs_) {
      if (!timed->in_batches) {
        continue;
      }
      Executor& executor = *timed->run.executor;
      executor.restart();
      executor.reset_stage_times();
      executor.separate_stages(true);
      const int frames = subject_.clip->frame_count();
      for (int first = 0; first < frames; first += ring_->length()) {
        const int count = ring_->load(first);
        copy_ring(*timed, count);
        executor.execute_batch(first, timed->batch(first, count));
      }
      executor.separate_stages(false);
      timed->stage_passes = 1;
    }
  }

  /// The ring's frames into the memory of a run that takes batches.
  void copy_ring(TimedRun& timed, int count) const {
    for (int i = 0; i < count; ++i) {
      copy_pixels((*ring_)[i], timed.own_frame(i));
    }
  }

  void pass(int repetition) {
    const int frames = subject_.clip->frame_count();
    std::vector<TimedRun*> active;
    for (const auto& timed : runs_) {
      if (repetition < timed->repetitions) {
        active.push_back(timed.get());
        timed->run.executor->restart();
        timed->frame_seconds.emplace_back();
        timed->hasher = Hasher();
      }
    }
    if (repetition % 2 == 1) {
      std::reverse(active.begin(), active.end());
    }
    for (int first = 0; first < frames; first += ring_->length()) {
      const auto decoding = Clock::now();
      const int count = ring_->load(first);
      decode_seconds_ += seconds_since(decoding);
      for (TimedRun* timed : active) {
        time_ring(*timed, first, count);
        timed->watch_clocks();
      }
      for (int i = 0; pass_.frame_done && i < count; ++i) {
        pass_.frame_done();
      }
    }
    for (TimedRun* timed : active) {
      double total = 0;
      for (double seconds : timed->frame_seconds.back()) {
        total += seconds;
      }
      timed->totals.push_back(total);
      timed->digests.push_back(timed->hasher.digest().hex());
    }
  }

  void time_batches(TimedRun& timed, int first, int count) {
    copy_ring(timed, count);
    const std::vector<FrameJob> jobs = timed.batch(first, count);
    const auto start = Clock::now();
    timed.run.executor->execute_batch(first, jobs);
    const double share = seconds_since(start) / count;
    timed.frame_seconds.back().insert(timed.frame_seconds.back().end(), static_cast<std::size_t>(count),
                                      share);
    for (int i = 0; i < count; ++i) {
      timed.hasher.update(ConstBgrView(timed.own_frame(i)));
    }
  }

  void time_ring(TimedRun& timed, int first, int count) {
    if (timed.in_batches) {
      time_batches(timed, first, count);
      return;
    }
    for (int i = 0; i < count; ++i) {
      const PipelineRun::Seconds seconds = timed.run.execute_timed(first + i, (*ring_)[i]);
      timed.network_seconds += seconds.network;
      timed.frame_seconds.back().push_back(seconds.pixels);
      timed.hasher.update(timed.run.output.const_view());
    }
  }

  void fill(const TimedRun& timed, const PlannedRun& run, Result& result) const {
    const auto frames = static_cast<std::size_t>(subject_.clip->frame_count());
    Timing timing;
    timing.repetitions = timed.totals;
    timing.total_s = {median(timed.totals), *std::min_element(timed.totals.begin(), timed.totals.end()),
                      *std::max_element(timed.totals.begin(), timed.totals.end())};
    timing.fps = static_cast<double>(frames) / timing.total_s.median;
    for (std::size_t t = 0; t < frames; ++t) {
      std::vector<double> values;
      for (const std::vector<double>& pass : timed.frame_seconds) {
        values.push_back(1000 * pass[t]);
      }
      timing.frame_series_ms.push_back(median(values));
    }
    timing.frame_ms = {median(timing.frame_series_ms), percentile(timing.frame_series_ms, 0.95),
                       percentile(timing.frame_series_ms, 0.99)};
    const double passes =
        timed.stage_passes > 0 ? timed.stage_passes : static_cast<double>(timed.totals.size());
    const double frames_timed = static_cast<double>(frames) * passes;
    for (Stage stage : all_stages) {
      double seconds = timed.run.executor->stage_times()[stage];
      if (stage == Stage::swap) {
        seconds -= timed.network_seconds;
      }
      if (seconds > 0) {
        timing.stages.emplace(name_of(stage), 1000 * seconds / frames_timed);
      }
    }
    if (run.refine_seconds > 0) {
      timing.stages.emplace("fhr", 1000 * run.refine_seconds / static_cast<double>(frames));
    }
    timing.decode_s = decode_seconds_ / (ring_->fits() ? 1 : options_.repetitions);
    timing.plan_s = run.plan_seconds;
    if (timed.run.network) {
      timing.swap_model_s = timed.network_seconds / static_cast<double>(timed.totals.size());
    }
    timing.threads = run.pipeline.algorithm == Algorithm::enhanced && run.pipeline.backend == Backend::cpu
                         ? options_.threads
                         : 1;
    timing.counters = timed.run.executor->counters();
    timing.peak_memory_bytes = peak_memory_bytes();
    for (const GpuClocks& clocks : timed.clocks) {
      timing.clocks.push_back({static_cast<double>(clocks.sm_mhz), clocks.reasons_text()});
      if (clocks.held_down()) {
        timing.invalid = fmt::format("the GPU's clocks were held down ({})", clocks.reasons_text());
      }
    }
    result.timing = timing;

    Determinism& determinism = *result.determinism;
    determinism.runs += static_cast<int>(timed.digests.size());
    for (const std::string& digest : timed.digests) {
      determinism.identical = determinism.identical && digest == determinism.digest;
    }
  }

  Subject& subject_;
  const RunOptions& options_;
  const PassContext& pass_;
  std::vector<std::unique_ptr<TimedRun>> runs_;
  std::optional<FrameRing> ring_;
  double decode_seconds_ = 0;
};

}  // namespace

void time_runs(Subject& subject, const std::vector<PlannedRun>& runs, const RunOptions& options,
               const PassContext& pass, std::vector<Result>& results) {
  TimedPasses passes(subject, runs, options, pass);
  passes.run();
  passes.report(runs, results);
}

}  // namespace ffbench
