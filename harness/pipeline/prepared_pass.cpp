#include "harness/pipeline/prepared_pass.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>

#include "core/error.hpp"
#include "core/system/seconds_since.hpp"

namespace ffbench {
namespace {

constexpr std::size_t ring_bytes = 96U << 20;
constexpr int longest_ring = 16;
/// For executors that take batches.
constexpr std::size_t batch_ring_bytes = std::size_t{1} << 30;
constexpr int longest_batch_ring = 160;

bool takes_batches(const Executor& executor) {
  return executor.preferred_batch() > 1;
}

}  // namespace

int PreparedPass::ring_length(const Clip& clip, const std::vector<const Executor*>& executors) {
  const bool batches =
      std::ranges::any_of(executors, [](const Executor* executor) { return takes_batches(*executor); });
  return batches ? frames_within(clip, batch_ring_bytes, 1, longest_batch_ring)
                 : frames_within(clip, ring_bytes, 1, longest_ring);
}

PreparedPass::PreparedPass(Executor& executor, const SwapNetwork* network, const Clip& clip, int ring_length)
    : executor_(executor),
      network_(network),
      in_batches_(takes_batches(executor)),
      in_place_(executor.works_in_place()),
      height_(clip.height()),
      own_(clip.width(), clip.height() * (in_place_ || in_batches_ ? ring_length : 1)),
      prepared_(executor.prepare_memory(own_.data(), own_.size_bytes())) {}

BgrView PreparedPass::own_frame(int i) {
  return own_.view().crop(0, i * height_, own_.width(), height_);
}

/// Frame `i` of the ring that begins with frame `first`.
FrameJob PreparedPass::job(int first, int i, const FrameRing& ring) {
  const BgrView own = own_frame(in_place_ || in_batches_ ? i : 0);
  const FramePlan& plan = plan_->frames.at(static_cast<std::size_t>(first) + static_cast<std::size_t>(i));
  return {in_place_ ? ConstBgrView(own) : ring[i], &plan, own};
}

void PreparedPass::prepare_outputs(const FrameRing& ring, int count) {
  if (in_place_) {
    for (int i = 0; i < count; ++i) {
      copy_pixels(ring[i], own_frame(i));
    }
  } else if (hooks.poison) {
    std::memset(own_.data(), *hooks.poison, own_.size_bytes());
  }
}

template <typename Execute>
void PreparedPass::time(int frames, const Execute& execute) {
  const double network_before = network_seconds();
  const auto start = std::chrono::steady_clock::now();
  execute();
  const double elapsed = seconds_since(start);
  const double of_network = network_seconds() - network_before;
  double pixels = elapsed - of_network;
  if (hooks.delay) {
    const double delayed = hooks.delay(pixels);
    times_.delay_seconds += delayed;
    pixels += delayed;
  }
  times_.network_seconds += of_network;
  stage_network_seconds_ += of_network;
  times_.frame_seconds.insert(times_.frame_seconds.end(), static_cast<std::size_t>(frames), pixels / frames);
}

void PreparedPass::warm_up(ConstBgrView frame, const ClipPlan& plan) {
  const int count = in_batches_ ? own_.height() / height_ : 1;
  // The second round finds every size that occurs in the ring.
  for (int round = 0; round < (in_batches_ ? 2 : 1); ++round) {
    executor_.restart();
    std::vector<FrameJob> jobs;
    for (int i = 0; i < count; ++i) {
      const BgrView own = own_frame(i);
      if (in_place_) {
        copy_pixels(frame, own);
      }
      jobs.push_back(
          {in_place_ ? ConstBgrView(own) : frame, &plan.frames.at(static_cast<std::size_t>(i)), own});
    }
    executor_.execute_batch(0, jobs);
  }
  forget_stages();
}

void PreparedPass::begin(const ClipPlan& plan) {
  plan_ = &plan;
  times_ = {};
  hasher_ = Hasher();
  executor_.restart();
}

void PreparedPass::run_ring(int first, const FrameRing& ring, int count) {
  prepare_outputs(ring, count);
  const auto pass_on = [&](int i, ConstBgrView output) {
    if (hooks.digest) {
      hasher_.update(output);
    }
    if (hooks.output) {
      hooks.output(first + i, output);
    }
  };
  std::vector<FrameJob> jobs;
  for (int i = 0; i < count; ++i) {
    jobs.push_back(job(first, i, ring));
  }
  if (in_batches_) {
    time(count, [&] { executor_.execute_batch(first, jobs); });
    for (int i = 0; i < count; ++i) {
      pass_on(i, jobs[static_cast<std::size_t>(i)].output);
    }
  } else {
    for (int i = 0; i < count; ++i) {
      const FrameJob& next = jobs[static_cast<std::size_t>(i)];
      time(1, [&] { executor_.execute_batch(first + i, {&next, 1}); });
      pass_on(i, next.output);
      if (hooks.poison && !in_place_) {
        std::memset(own_.data(), *hooks.poison, own_.size_bytes());
      }
    }
  }
  stage_frames_ += count;
}

PassTimes PreparedPass::finish() {
  plan_ = nullptr;
  for (const double seconds : times_.frame_seconds) {
    times_.seconds += seconds;
  }
  times_.digest = hasher_.digest().hex();
  return std::exchange(times_, {});
}

PassTimes PreparedPass::run(FrameRing& ring, const ClipPlan& plan) {
  begin(plan);
  const auto frames = static_cast<int>(plan.frames.size());
  for (int first = 0; first < frames; first += ring.length()) {
    run_ring(first, ring, ring.load(first));
  }
  return finish();
}

void PreparedPass::measure_stages(FrameRing& ring, const ClipPlan& plan) {
  const PassHooks kept = std::exchange(hooks, {});
  forget_stages();
  executor_.separate_stages(true);
  run(ring, plan);
  executor_.separate_stages(false);
  hooks = kept;
}

std::map<std::string, double> PreparedPass::stage_ms() const {
  std::map<std::string, double> stages;
  for (const Stage stage : all_stages) {
    const double of_network = stage == Stage::swap ? stage_network_seconds_ : 0;
    const double seconds = executor_.stage_times()[stage] - of_network;
    if (seconds > 0 && stage_frames_ > 0) {
      stages.emplace(name_of(stage), 1000 * seconds / stage_frames_);
    }
  }
  return stages;
}

void PreparedPass::forget_stages() {
  executor_.reset_stage_times();
  stage_frames_ = 0;
  stage_network_seconds_ = 0;
}

}  // namespace ffbench
