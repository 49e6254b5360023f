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
#include "harness/pipeline/prepared_pass.hpp"
#include "harness/system/gpu_clocks.hpp"
#include "kernels/cuda/backend.hpp"

namespace ffbench {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

/// One run, timed.
struct TimedRun {
  TimedRun(const PlannedRun& planned, const Subject& subject, const RunOptions& options,
           const PassContext& context)
      : run(planned.pipeline, subject, planned.plan, tuning_of(options, context)),
        repetitions(run.pipeline.algorithm == Algorithm::enhanced &&
                            run.pipeline.backend == Backend::reference
                        ? std::min(options.reference_repetitions, options.repetitions)
                        : options.repetitions) {
    if (run.pipeline.backend == Backend::cuda && run.pipeline.algorithm == Algorithm::enhanced) {
      gpu = cuda::devices().at(static_cast<std::size_t>(context.device)).uuid;
    }
  }

  /// Reads the device's clocks while they still are what the work made of them.
  void watch_clocks() {
    const auto now = gpu.empty() ? std::nullopt : gpu_clocks(gpu);
    if (!now) {
      return;
    }
    if (clocks.size() <= passes.size()) {
      clocks.push_back(*now);
    }
    clocks.back().sm_mhz = std::min(clocks.back().sm_mhz, now->sm_mhz);
    clocks.back().reasons |= now->reasons;
  }

  PipelineRun run;
  std::optional<PreparedPass> pass;
  int repetitions;
  std::vector<PassTimes> passes;  ///< by repetition
  std::string gpu;                ///< the device's UUID; empty on a CPU
  /// By repetition: the lowest, with all reasons; empty where no driver reports them
  std::vector<GpuClocks> clocks;
};

class TimedPasses {
 public:
  TimedPasses(Subject& subject, const std::vector<PlannedRun>& runs, const RunOptions& options,
              const PassContext& pass)
      : subject_(subject), options_(options), pass_(pass) {
    std::vector<const Executor*> executors;
    for (const PlannedRun& run : runs) {
      runs_.push_back(std::make_unique<TimedRun>(run, subject, options, pass));
      executors.push_back(runs_.back()->run.executor.get());
    }
    ring_.emplace(*subject.clip, PreparedPass::ring_length(*subject.clip, executors));
    for (const auto& timed : runs_) {
      timed->pass.emplace(*timed->run.executor, timed->run.network.get(), *subject.clip, ring_->length());
    }
  }

  void run() {
    const ProfilerRange range(ProfilerRange::Kind::fixture, subject_.name.c_str());
    ring_->load(0, 1);
    ring_->forget();
    for (const auto& timed : runs_) {
      timed->pass->warm_up((*ring_)[0], *timed->run.plan);
    }
    for (int repetition = 0; repetition < options_.repetitions; ++repetition) {
      pass(repetition);
    }
    for (const auto& timed : runs_) {
      if (timed->pass->stages_overlap()) {
        timed->pass->measure_stages(*ring_, *timed->run.plan);
      }
    }
  }

  void report(const std::vector<PlannedRun>& runs, std::vector<Result>& results) const {
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      fill(*runs_[i], runs[i], results[i]);
    }
  }

 private:
  void pass(int repetition) {
    const int frames = subject_.clip->frame_count();
    std::vector<TimedRun*> active;
    for (const auto& timed : runs_) {
      if (repetition < timed->repetitions) {
        active.push_back(timed.get());
        timed->pass->begin(*timed->run.plan);
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
        timed->pass->run_ring(first, *ring_, count);
        timed->watch_clocks();
      }
      for (int i = 0; pass_.frame_done && i < count; ++i) {
        pass_.frame_done();
      }
    }
    for (TimedRun* timed : active) {
      timed->passes.push_back(timed->pass->finish());
    }
  }

  void fill(const TimedRun& timed, const PlannedRun& run, Result& result) const {
    const auto frames = static_cast<std::size_t>(subject_.clip->frame_count());
    Timing timing;
    double network_seconds = 0;
    for (const PassTimes& pass : timed.passes) {
      timing.repetitions.push_back(pass.seconds);
      network_seconds += pass.network_seconds;
    }
    const auto [least, most] = std::ranges::minmax_element(timing.repetitions);
    timing.total_s = {median(timing.repetitions), *least, *most};
    timing.fps = static_cast<double>(frames) / timing.total_s.median;
    for (std::size_t t = 0; t < frames; ++t) {
      std::vector<double> values;
      for (const PassTimes& pass : timed.passes) {
        values.push_back(1000 * pass.frame_seconds[t]);
      }
      timing.frame_series_ms.push_back(median(values));
    }
    timing.frame_ms = {median(timing.frame_series_ms), percentile(timing.frame_series_ms, 0.95),
                       percentile(timing.frame_series_ms, 0.99)};
    timing.stages = timed.pass->stage_ms();
    if (run.refine_seconds > 0) {
      timing.stages.emplace("fhr", 1000 * run.refine_seconds / static_cast<double>(frames));
    }
    timing.decode_s = decode_seconds_ / (ring_->fits() ? 1 : options_.repetitions);
    timing.plan_s = run.plan_seconds;
    if (timed.run.network) {
      timing.swap_model_s = network_seconds / static_cast<double>(timed.passes.size());
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
    determinism.runs += static_cast<int>(timed.passes.size());
    for (const PassTimes& pass : timed.passes) {
      determinism.identical = determinism.identical && pass.digest == determinism.digest;
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
