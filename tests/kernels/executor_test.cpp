#include "kernels/cpu/executor.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "kernels/cpu/targets.hpp"
#include "reference/executor.hpp"
#include "tests/kernels/plans.hpp"
#include "tests/kernels/recorder.hpp"
#include "tests/support/images.hpp"
#include "tests/support/printers.hpp"

namespace ffbench::cpu {
namespace {

using test::Recorder;

/// Stands in for a swap network: the negative of the crop, brighter from row to row.
class Negative final : public SwapModel {
 public:
  void swap(ConstBgrView crop, BgrView swapped) override {
    for (int y = 0; y < crop.height; ++y) {
      for (int i = 0; i < 3 * crop.width; ++i) {
        swapped.row(y)[i] = static_cast<std::uint8_t>(255 - crop.row(y)[i] / 2 - y % 64);
      }
    }
  }
};

constexpr int width = 231;
constexpr int height = 190;
constexpr int frames = 7;
/// Leaves a remainder behind the vectors of every target.
constexpr int crop = 93;

ExecutorOptions options_with(SwapKind swap, bool gains, bool hysteresis, bool seam) {
  ExecutorOptions options;
  options.preset.gains = gains;
  options.preset.hysteresis = hysteresis;
  options.preset.seam = seam;
  options.crop_size = crop;
  options.swap = swap;
  if (swap == SwapKind::source) {
    options.source_crop = test::noise_image(crop, crop, 99, 30, 220);
  }
  if (swap == SwapKind::model) {
    options.model = std::make_shared<Negative>();
  }
  return options;
}

/// Runs the moving clip on both and compares every image of every stage and every output byte.
void expect_equal_clips(const ExecutorOptions& options, int threads, int faces) {
  const auto expected = reference::make_executor(options);
  const auto actual = make_executor(options, threads);
  Recorder expected_images;
  Recorder actual_images;
  expected->observe(&expected_images);
  actual->observe(&actual_images);
  for (int i = 0; i < frames; ++i) {
    if (i == 2) {
      expected->restart();
      actual->restart();
    }
    const BgrImage frame = test::noise_image(width, height, static_cast<std::uint32_t>(i), 10 * i, 200);
    const FramePlan plan = test::moving_plan(i, frames, faces, width, height, options.crop_size);
    BgrImage expected_output(width, height);
    test::GuardedImage<std::uint8_t, 3> output(width, height, 11);
    expected->execute(i, frame.view(), plan, expected_output.view());
    actual->execute(i, frame.view(), plan, output.view());
    EXPECT_TRUE(test::same_pixels(output.copy(), expected_output)) << "frame " << i;
    EXPECT_TRUE(output.guards_intact());
  }
  EXPECT_EQ(actual_images.seen, expected_images.seen);
}

TEST(CpuExecutor, EveryStageEqualsTheReferenceOnEveryTarget) {
  for (const Target& target : targets()) {
    if (!target.supported) {
      std::cout << "skipped " << target.name << ": " << target.reason << '\n';
      continue;
    }
    SCOPED_TRACE(target.name);
    const ForcedTarget forced(target.name);
    expect_equal_clips(options_with(SwapKind::source, true, true, true), 1, 2);
    EXPECT_EQ(last_target_run(), target.name);
  }
}

TEST(CpuExecutor, EveryCombinationOfFeaturesEqualsTheReference) {
  for (int bits = 0; bits < 16; ++bits) {
    SCOPED_TRACE(bits);
    const SwapKind swap = (bits & 1) != 0 ? SwapKind::identity : SwapKind::source;
    expect_equal_clips(options_with(swap, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0), 1, 3);
  }
}

TEST(CpuExecutor, WhatASwapModelMakesIsPasted) {
  for (const bool gains : {false, true}) {
    SCOPED_TRACE(gains);
    expect_equal_clips(options_with(SwapKind::model, gains, true, true), 1, 3);
    expect_equal_clips(options_with(SwapKind::model, gains, true, true), 2, 3);
  }
}

TEST(CpuExecutor, TheNumberOfThreadsChangesNothing) {
  for (int threads : {2, 3, 5}) {
    SCOPED_TRACE(threads);
    expect_equal_clips(options_with(SwapKind::source, true, true, true), threads, 2);
    expect_equal_clips(options_with(SwapKind::identity, true, true, true), threads, 2);
  }
}

TEST(CpuExecutor, WithoutFacesTheFrameIsCopied) {
  const auto executor = make_executor(options_with(SwapKind::source, true, true, true));
  const BgrImage frame = test::noise_image(width, height, 3);
  BgrImage output = test::noise_image(width, height, 4);
  executor->execute(0, frame.view(), {}, output.view());
  EXPECT_EQ(output, frame);
}

TEST(CpuExecutor, WithoutObserverTheOutputIsTheSame) {
  const ExecutorOptions options = options_with(SwapKind::source, true, true, true);
  const auto expected = reference::make_executor(options);
  const auto actual = make_executor(options);
  for (int i = 0; i < frames; ++i) {
    const BgrImage frame = test::noise_image(width, height, static_cast<std::uint32_t>(i));
    const FramePlan plan = test::moving_plan(i, frames, 3, width, height, options.crop_size);
    BgrImage a(width, height);
    BgrImage b(width, height);
    expected->execute(i, frame.view(), plan, a.view());
    actual->execute(i, frame.view(), plan, b.view());
    EXPECT_TRUE(test::same_pixels(b, a)) << "frame " << i;
  }
}

TEST(CpuExecutor, SaysWhichTargetRuns) {
  const auto one = make_executor(options_with(SwapKind::identity, true, true, true));
  EXPECT_EQ(one->description(), "cpu " + active_target());
  const auto two = make_executor(options_with(SwapKind::identity, true, true, true), 2);
  EXPECT_EQ(two->description(), "cpu " + active_target() + ", 2 threads");
}

TEST(CpuExecutor, RefusesAWrongSourceAndNoThreads) {
  ExecutorOptions options = options_with(SwapKind::source, true, true, true);
  EXPECT_THROW(make_executor(options, 0), Error);
  options.source_crop = BgrImage(crop - 1, crop);
  EXPECT_THROW(make_executor(options), Error);
}

}  // namespace
}  // namespace ffbench::cpu
