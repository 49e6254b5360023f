#include "harness/run/timed_passes.hpp"

#include <gmock/gmock.h>

#include "datasets/fixture.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

/// A clip that counts how often a frame is read.
class CountingClip final : public Clip {
 public:
  explicit CountingClip(std::unique_ptr<Clip> inner) : inner_(std::move(inner)) {}

  [[nodiscard]] const std::string& name() const override { return inner_->name(); }
  [[nodiscard]] int width() const override { return inner_->width(); }
  [[nodiscard]] int height() const override { return inner_->height(); }
  [[nodiscard]] int frame_count() const override { return inner_->frame_count(); }
  [[nodiscard]] double frames_per_second() const override { return inner_->frames_per_second(); }
  void read(int index, BgrView out) override {
    ++reads;
    inner_->read(index, out);
  }

  int reads = 0;

 private:
  std::unique_ptr<Clip> inner_;
};

class TimedPasses : public testing::Test {
 protected:
  /// Times `enhanced/cpu` over a clip; returns how many frames were read for that.
  int reads_of(int frames, int repetitions) {
    Subject subject =
        make_subject(open_fixture({"clip", "talk", 160, 96, frames, 64, "arcface_128"}, {folder_.path(), 1}));
    auto counting = std::make_unique<CountingClip>(std::move(subject.clip));
    CountingClip& clip = *counting;
    subject.clip = std::move(counting);
    const std::vector<PlannedRun> runs = plan_runs(subject, {parse_pipeline("enhanced/cpu")});
    results_ = measure_quality(subject, runs, {}, {});
    clip.reads = 0;
    RunOptions options;
    options.repetitions = repetitions;
    time_runs(subject, runs, options, {}, results_);
    return clip.reads;
  }

  void expect_one_digest(int repetitions) {
    ASSERT_EQ(results_.size(), 1U);
    EXPECT_EQ(results_[0].determinism->runs, 1 + repetitions);
    EXPECT_TRUE(results_[0].determinism->identical);
    EXPECT_GT(results_[0].timing->decode_s.value_or(0), 0);
  }

  test::TemporaryFolder folder_;
  std::vector<Result> results_;
};

TEST_F(TimedPasses, AClipThatFitsTheRingIsDecodedOnce) {
  constexpr int to_warm_up = 1;
  EXPECT_EQ(reads_of(12, 5), to_warm_up + 12);
  expect_one_digest(5);
}

TEST_F(TimedPasses, ALongerClipIsDecodedInEveryPass) {
  constexpr int to_warm_up = 1;
  EXPECT_EQ(reads_of(20, 3), to_warm_up + 3 * 20);
  expect_one_digest(3);
}

}  // namespace
}  // namespace ffbench
