#include "harness/pipeline/prepared_pass.hpp"

#include <cstring>

#include <gmock/gmock.h>

#include "harness/pipeline/subject.hpp"
#include "harness/run/quality_pass.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

using testing::Each;
using testing::ElementsAre;

constexpr int width = 40;
constexpr int height = 24;

/// Frames whose bytes are their number.
class NumberedClip final : public Clip {
 public:
  explicit NumberedClip(int frames) : frames_(frames) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] int width() const override { return ffbench::width; }
  [[nodiscard]] int height() const override { return ffbench::height; }
  [[nodiscard]] int frame_count() const override { return frames_; }
  [[nodiscard]] double frames_per_second() const override { return 25; }
  void read(int index, BgrView out) override {
    std::memset(out.data, index, out.row_bytes() * ffbench::height);
  }

 private:
  std::string name_ = "numbered";
  int frames_;
};

/// Adds 100 to the first byte of every row, and notes how it was called.
class NotingExecutor final : public Executor {
 public:
  NotingExecutor(int batch, bool writes_over) : batch_(batch), in_place_(writes_over) {}

  [[nodiscard]] std::string description() const override { return "noting"; }
  void restart() override { ++restarts; }
  [[nodiscard]] int preferred_batch() const override { return batch_; }
  [[nodiscard]] bool works_in_place() const override { return in_place_; }
  void separate_stages(bool on) override { separate_ = on; }
  std::shared_ptr<void> prepare_memory(void* memory, std::size_t bytes) override {
    begin_ = static_cast<std::uint8_t*>(memory);
    end_ = begin_ + bytes;
    return std::make_shared<int>(0);
  }

  void execute(int /*index*/, ConstBgrView frame, const FramePlan& /*plan*/, BgrView output) override {
    if (frame.data != output.data) {
      copy_pixels(frame, output);
    }
    for (int y = 0; y < output.height; ++y) {
      output.row(y)[0] = static_cast<std::uint8_t>(output.row(y)[0] + 100);
    }
  }

  void execute_batch(int first, std::span<const FrameJob> jobs) override {
    firsts.push_back(first);
    counts.push_back(static_cast<int>(jobs.size()));
    for (const FrameJob& job : jobs) {
      in_place.push_back(job.frame.data == job.output.data);
      prepared.push_back(job.output.data >= begin_ && job.output.data < end_);
    }
    Executor::execute_batch(first, jobs);
    stage_times_[Stage::mask] += separate_ ? 0.5 : 0.25;
  }

  int restarts = 0;
  std::vector<int> firsts;
  std::vector<int> counts;
  std::vector<bool> in_place;
  std::vector<bool> prepared;

 private:
  int batch_;
  bool in_place_;
  bool separate_ = false;
  std::uint8_t* begin_ = nullptr;
  std::uint8_t* end_ = nullptr;
};

ClipPlan empty_plan(int frames) {
  ClipPlan plan;
  plan.frames.resize(static_cast<std::size_t>(frames));
  return plan;
}

/// What every pass over a clip of `frames` must make.
std::string expected_digest(int frames) {
  NumberedClip clip(frames);
  Hasher hasher;
  BgrImage image(width, height);
  for (int t = 0; t < frames; ++t) {
    clip.read(t, image.view());
    for (int y = 0; y < height; ++y) {
      image.view().row(y)[0] = static_cast<std::uint8_t>(t + 100);
    }
    hasher.update(image.const_view());
  }
  return hasher.digest().hex();
}

TEST(PreparedPass, InPlaceOneByOneGivesTheFramesOwnMemory) {
  NumberedClip clip(7);
  NotingExecutor executor(1, true);
  FrameRing ring(clip, 3);
  PreparedPass pass(executor, nullptr, clip, ring.length());
  const ClipPlan plan = empty_plan(7);
  for (int repetition = 0; repetition < 2; ++repetition) {
    const PassTimes times = pass.run(ring, plan);
    EXPECT_EQ(times.digest, expected_digest(7)) << "the outputs of the pass before are no input";
    EXPECT_EQ(times.frame_seconds.size(), 7U);
  }
  EXPECT_THAT(executor.counts, Each(1));
  EXPECT_THAT(executor.in_place, Each(true));
  EXPECT_THAT(executor.prepared, Each(true));
  EXPECT_EQ(executor.restarts, 2);
  EXPECT_FALSE(pass.stages_overlap());
}

TEST(PreparedPass, BatchesTakeTheWholeRing) {
  NumberedClip clip(7);
  for (const bool in_place : {true, false}) {
    NotingExecutor executor(4, in_place);
    FrameRing ring(clip, 3);
    PreparedPass pass(executor, nullptr, clip, ring.length());
    const PassTimes times = pass.run(ring, empty_plan(7));
    EXPECT_EQ(times.digest, expected_digest(7));
    EXPECT_THAT(executor.firsts, ElementsAre(0, 3, 6));
    EXPECT_THAT(executor.counts, ElementsAre(3, 3, 1));
    EXPECT_THAT(executor.in_place, Each(in_place));
    EXPECT_THAT(executor.prepared, Each(true));
    EXPECT_EQ(times.frame_seconds[0], times.frame_seconds[2]) << "its share of the ring";
  }
}

TEST(PreparedPass, OutputsOfAnotherMemoryAreOneFrame) {
  NumberedClip clip(5);
  NotingExecutor executor(1, false);
  FrameRing ring(clip, 5);
  PreparedPass pass(executor, nullptr, clip, ring.length());
  std::vector<int> seen;
  pass.hooks.output = [&](int frame, ConstBgrView output) {
    seen.push_back(frame);
    EXPECT_EQ(output.row(1)[0], frame + 100);
  };
  EXPECT_EQ(pass.run(ring, empty_plan(5)).digest, expected_digest(5));
  EXPECT_THAT(executor.in_place, Each(false));
  EXPECT_THAT(seen, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(ring[2].row(0)[0], 2) << "the ring keeps its frames";
}

TEST(PreparedPass, StagesThatOverlapAreMeasuredApart) {
  NumberedClip clip(4);
  NotingExecutor executor(2, true);
  FrameRing ring(clip, 4);
  PreparedPass pass(executor, nullptr, clip, ring.length());
  pass.run(ring, empty_plan(4));
  ASSERT_TRUE(pass.stages_overlap());
  pass.measure_stages(ring, empty_plan(4));
  EXPECT_EQ(pass.stage_ms().at("mask"), 1000 * 0.5 / 4) << "of the pass of their own alone";
}

TEST(PreparedPass, StagesAreMeanOverThePassesSinceTheyWereForgotten) {
  NumberedClip clip(4);
  NotingExecutor executor(1, true);
  FrameRing ring(clip, 4);
  PreparedPass pass(executor, nullptr, clip, ring.length());
  pass.warm_up(ring[0], empty_plan(4));
  pass.run(ring, empty_plan(4));
  pass.run(ring, empty_plan(4));
  EXPECT_EQ(pass.stage_ms().at("mask"), 250);
  EXPECT_EQ(pass.stage_ms().size(), 1U) << "a stage that took no time is left out";
}

TEST(PreparedPass, ADelayIsInTheTimes) {
  NumberedClip clip(4);
  NotingExecutor executor(1, true);
  FrameRing ring(clip, 4);
  PreparedPass pass(executor, nullptr, clip, ring.length());
  pass.hooks.delay = [](double) { return 2.0; };
  const PassTimes times = pass.run(ring, empty_plan(4));
  EXPECT_EQ(times.delay_seconds, 8);
  EXPECT_GT(times.seconds, 8);
  EXPECT_LT(times.seconds, 9);
  EXPECT_THAT(times.frame_seconds, Each(testing::Gt(2)));
}

TEST(PreparedPass, PiecesOfTwoExecutorsMakeWhatWholePassesMake) {
  test::TemporaryFolder folder;
  Subject subject =
      make_subject(open_fixture({"clip", "talk", 160, 96, 10, 64, "arcface_128"}, {folder.path(), 1}));
  const std::vector<PlannedRun> runs =
      plan_runs(subject, {parse_pipeline("enhanced/cpu"), parse_pipeline("base-3.5.0")});
  const std::vector<Result> observed = measure_quality(subject, runs, {}, {});
  std::vector<PipelineExecutor> made;
  std::vector<std::unique_ptr<PreparedPass>> passes;
  FrameRing ring(*subject.clip, 4);
  for (const PlannedRun& run : runs) {
    made.push_back(make_executor(run.pipeline, subject));
    passes.push_back(std::make_unique<PreparedPass>(*made.back().executor, nullptr, *subject.clip, 4));
    passes.back()->begin(run.plan);
  }
  for (int first = 0; first < 10; first += 4) {
    const int count = ring.load(first);
    for (const auto& pass : passes) {
      pass->run_ring(first, ring, count);
    }
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    EXPECT_EQ(passes[i]->finish().digest, observed[i].determinism->digest);
    EXPECT_EQ(passes[i]->run(ring, runs[i].plan).digest, observed[i].determinism->digest);
  }
}

}  // namespace
}  // namespace ffbench
