// The smoother that is tuned on the truth: what it is, and what it cannot be.

#include "harness/smoothing_bound/smoothing_bound.hpp"

#include <cstdlib>

#include <gmock/gmock.h>

#include "core/error.hpp"
#include "datasets/fixture.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

class SmoothingBound : public testing::Test {
 protected:
  SmoothingBound()
      : subject_(make_subject(
            open_fixture({"clip", "talk", 160, 96, 30, 64, "arcface_128"}, {folder_.path(), 1}))) {
    preset_.fhr = false;  // without it no frame is looked at
  }

  test::TemporaryFolder folder_;
  Subject subject_;
  Preset preset_;
};

TEST_F(SmoothingBound, TakesMostOfTheJitterAndMoreWithTheWholeClipThanWithAWindow) {
  const SmoothingBoundFigures figures = measure_smoothing_bound(subject_, preset_);
  EXPECT_EQ(figures.fixture, "clip");
  EXPECT_GT(figures.raw_nmf, 0);
  ASSERT_TRUE(figures.clip && figures.clip_tuned && figures.stream && figures.stream_tuned);
  EXPECT_GT(*figures.stream_tuned, 0.5);
  EXPECT_GE(*figures.clip_tuned, *figures.stream_tuned - 0.02);
  EXPECT_LT(*figures.clip_tuned, 1);
  // Tuning on the truth is worth something against a smoother that has to guess.
  EXPECT_GE(*figures.clip_tuned, *figures.clip - 0.05);
}

TEST_F(SmoothingBound, ADetectorWithoutErrorLeavesNothingToTake) {
  subject_.observed = subject_.truth->track();
  const SmoothingBoundFigures figures = measure_smoothing_bound(subject_, preset_);
  EXPECT_EQ(figures.raw_nmf, 0);
  EXPECT_FALSE(figures.clip || figures.clip_tuned || figures.stream || figures.stream_tuned);
}

TEST_F(SmoothingBound, WithoutTruthThereIsNone) {
  subject_.truth.reset();
  try {
    measure_smoothing_bound(subject_, preset_);
    FAIL() << "it was measured";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "smoothing-bound: clip has no truth to tune a smoother against; use a synthetic fixture");
  }
}

}  // namespace
}  // namespace ffbench
