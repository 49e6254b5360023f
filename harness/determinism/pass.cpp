#include "harness/determinism/pass.hpp"

#include <algorithm>
#include <cstring>

#include "core/system/profiler_range.hpp"
#include "harness/pipeline/truth_plan.hpp"
#include "kernels/cuda/frames_on_device.hpp"

namespace ffbench {
namespace {

/// What of a trace the output frames are.
StageTrace outputs_of(const StageTrace& trace) {
  StageTrace outputs;
  outputs.plan = trace.plan;
  for (const auto& [key, digest] : trace.images) {
    if (key.stage == Stage::composite) {
      outputs.images.emplace(key, digest);
    }
  }
  return outputs;
}

/// Several fixtures may be checked at once: less memory than where one is timed.
int frames_of_ring(const Clip& clip, const Executor& executor, int together) {
  return std::max(together, std::min(PreparedPass::ring_length(clip, {&executor}),
                                     frames_within(clip, std::size_t{256} << 20)));
}

PipelineExecutor executor_of(const Subject& subject, const Pipeline& pipeline, const Variant& variant,
                             const MakeExecutor& make) {
  PipelineExecutor made = make(pipeline, subject, variant.tuning);
  if (variant.frames_on_device) {
    made.executor = cuda::with_frames_on_device(std::move(made.executor), variant.tuning.cuda.device);
  }
  return made;
}

}  // namespace

ClipPlan fresh_plan(const Pipeline& pipeline, const Subject& subject, int device) {
  const ClipPlan raw = unfiltered_plan(pipeline.algorithm, pipeline.preset, subject, subject.observed);
  const ClipPlan truth =
      subject.truth ? truth_plan(pipeline.algorithm, pipeline.preset, subject) : ClipPlan{};
  return plan_for(pipeline, subject, raw, truth, device);
}

PassRunner::PassRunner(Subject& subject, const Pipeline& pipeline, const Variant& variant,
                       const MakeExecutor& make)
    : subject_(subject),
      pipeline_(pipeline),
      device_(variant.tuning.cuda.device),
      made_(executor_of(subject, pipeline, variant, make)),
      // Enough frames at once that every stream has a batch.
      together_(std::min(std::max(1, variant.tuning.cuda.batch) * std::max(1, variant.tuning.cuda.streams),
                         subject.clip->frame_count())),
      frames_(*subject.clip, frames_of_ring(*subject.clip, *made_.executor, together_)),
      outputs_(static_cast<std::size_t>(together_), BgrImage(subject.clip->width(), subject.clip->height())),
      unobserved_(*made_.executor, made_.network.get(), *subject.clip, frames_.length()) {
  unobserved_.hooks.digest = false;
}

void PassRunner::run_observed(const ClipPlan& plan, int frames, StageObserver& observer) {
  const ProfilerRange range(ProfilerRange::Kind::fixture, subject_.name.c_str());
  made_.executor->restart();
  made_.executor->observe(&observer);
  std::vector<FrameJob> jobs;
  for (int first = 0; first < frames; first += together_) {
    jobs.clear();
    frames_.forget();  // what an executor did to its input must not reach the next pass
    const int count = frames_.load(first, std::min(together_, frames - first));
    for (int i = 0; i < count; ++i) {
      BgrImage& output = outputs_[static_cast<std::size_t>(i)];
      // A byte that is not written shows, whatever an earlier run left there.
      std::memset(output.data(), poison_, output.size_bytes());
      jobs.push_back({frames_[i], &plan.frames[static_cast<std::size_t>(first) + static_cast<std::size_t>(i)],
                      output.view()});
    }
    if (together_ == 1) {
      made_.executor->execute(first, jobs[0].frame, *jobs[0].plan, jobs[0].output);
    } else {
      made_.executor->execute_batch(first, jobs);
    }
  }
  made_.executor->observe(nullptr);
}

void PassRunner::run_unobserved(const ClipPlan& plan, StageObserver& observer) {
  const ProfilerRange range(ProfilerRange::Kind::fixture, subject_.name.c_str());
  unobserved_.hooks.poison = poison_;
  unobserved_.hooks.output = [&observer](int frame, ConstBgrView output) {
    observer.image(frame, -1, Stage::composite, output.data, output.width, output.height, 3,
                   output.stride_bytes);
  };
  frames_.forget();  // what an executor did to its input must not reach the next pass
  unobserved_.run(frames_, plan);
}

PassOutcome PassRunner::run(const StageTrace* expected, Watched watched) {
  const ClipPlan plan = fresh_plan(pipeline_, subject_, device_);
  StageTrace outputs;
  if (watched == Watched::outputs && expected != nullptr) {
    outputs = outputs_of(*expected);
    expected = &outputs;
  }
  StageTracer tracer(expected);
  if (watched == Watched::stages) {
    run_observed(plan, subject_.clip->frame_count(), tracer);
  } else {
    run_unobserved(plan, tracer);
  }
  poison_ = static_cast<std::uint8_t>(poison_ + 85);
  PassOutcome outcome{tracer.trace(), tracer.difference(), made_.executor->description()};
  outcome.trace.plan = plan_digests(plan);
  if (expected != nullptr && outcome.trace.plan != expected->plan) {
    const auto differing = std::mismatch(expected->plan.begin(), expected->plan.end(),
                                         outcome.trace.plan.begin(), outcome.trace.plan.end());
    outcome.difference = TraceDifference{static_cast<int>(differing.first - expected->plan.begin()), {}, {}};
  }
  return outcome;
}

void PassRunner::run_to(int last_frame, StageObserver& observer) {
  run_observed(fresh_plan(pipeline_, subject_, device_), last_frame + 1, observer);
}

}  // namespace ffbench
