// Which faces the executors keep the state of: the same ones on every backend.
#include "core/kept_faces.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "kernels/cpu/executor.hpp"
#include "kernels/cuda/backend.hpp"
#include "reference/executor.hpp"
#include "tests/kernels/plans.hpp"
#include "tests/support/images.hpp"

namespace ffbench {
namespace {

constexpr int width = 96;
constexpr int height = 80;

ExecutorOptions small_options() {
  ExecutorOptions options;
  options.crop_size = 32;
  options.swap = SwapKind::source;
  options.source_crop = test::noise_image(32, 32, 99, 30, 220);
  return options;
}

FacePlan face_of(int id, int frame) {
  FacePlan face = test::moving_plan(frame, 1000, 1, width, height, 32).faces.at(0);
  face.face_id = id;
  face.reset = false;
  return face;
}

FramePlan frame_with(int frame, const std::vector<int>& ids) {
  FramePlan plan;
  for (const int id : ids) {
    plan.faces.push_back(face_of(id, frame));
  }
  return plan;
}

BgrImage picture(int frame) {
  return test::noise_image(width, height, static_cast<std::uint32_t>(frame), 4 * frame, 200);
}

/// Frame 0 draws face 1, then `others` other faces are drawn, then face 1 again: its last frame.
BgrImage last_frame(Executor& executor, int others, bool first_frame) {
  BgrImage output(width, height);
  int frame = 0;
  if (first_frame) {
    executor.execute(frame, picture(0).view(), frame_with(0, {1}), output.view());
  }
  for (int i = 0; i < others; ++i) {
    ++frame;
    executor.execute(frame, picture(1).view(), frame_with(1, {1000 + i}), output.view());
  }
  executor.execute(++frame, picture(5).view(), frame_with(5, {1}), output.view());
  return output;
}

TEST(KeptFaces, AFaceIsForgottenAfterAsManyOthersAsAreKept) {
  constexpr int most = static_cast<int>(KeptFaces::most);
  const ExecutorOptions options = small_options();
  const auto reference = reference::make_executor(options);
  const BgrImage fresh = last_frame(*reference, 0, false);
  reference->restart();
  const BgrImage continued = last_frame(*reference, 0, true);
  ASSERT_NE(fresh, continued) << "the state of a face shows in its next frame";
  for (const bool on_cpu : {false, true}) {
    SCOPED_TRACE(on_cpu ? "cpu" : "reference");
    const auto executor = on_cpu ? cpu::make_executor(options) : reference::make_executor(options);
    EXPECT_EQ(last_frame(*executor, most - 1, true), continued);
    executor->restart();
    EXPECT_EQ(last_frame(*executor, most, true), fresh);
  }
}

/// The faces of a crowd: up to 5 a frame, of 90, some of which come back soon and some late.
std::vector<int> crowd(int frame) {
  std::vector<int> ids;
  for (int i = 0; i < 1 + frame % 5; ++i) {
    const int id = (frame * (i + 1) * 7 + i * 13) % (i == 0 ? 12 : 90);
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
      ids.push_back(id);
    }
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

constexpr int crowd_frames = 160;

TEST(KeptFaces, TheCpuKeepsThoseOfTheReference) {
  const ExecutorOptions options = small_options();
  const auto expected = reference::make_executor(options);
  const auto actual = cpu::make_executor(options);
  BgrImage a(width, height);
  BgrImage b(width, height);
  for (int i = 0; i < crowd_frames; ++i) {
    expected->execute(i, picture(i % 9).view(), frame_with(i % 9, crowd(i)), a.view());
    actual->execute(i, picture(i % 9).view(), frame_with(i % 9, crowd(i)), b.view());
    ASSERT_EQ(a, b) << "frame " << i;
  }
}

TEST(CudaExecutorState, KeepsTheFacesOfTheReferenceInBatchesOfAnySize) {
  const ExecutorOptions options = small_options();
  std::vector<BgrImage> frames;
  std::vector<FramePlan> plans;
  std::vector<BgrImage> expected;
  const auto reference = reference::make_executor(options);
  for (int i = 0; i < crowd_frames; ++i) {
    frames.push_back(picture(i % 9));
    plans.push_back(frame_with(i % 9, crowd(i)));
    reference->execute(i, frames.back().view(), plans.back(), expected.emplace_back(width, height).view());
  }
  for (const auto& [batch, streams] : {std::pair{1, 1}, {1, 3}, {7, 2}, {16, 4}, {64, 2}}) {
    SCOPED_TRACE(testing::Message() << batch << " frames a batch, " << streams << " streams");
    std::unique_ptr<Executor> executor;
    try {
      executor = cuda::make_executor(options, {.batch = batch, .streams = streams});
    } catch (const Error& error) {
      GTEST_SKIP() << error.what();
    }
    for (int pass = 0; pass < 2; ++pass) {
      executor->restart();
      std::vector<BgrImage> outputs(crowd_frames, BgrImage(width, height));
      std::vector<FrameJob> jobs;
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        jobs.push_back({frames[i].view(), &plans[i], outputs[i].view()});
      }
      executor->execute_batch(0, jobs);
      for (std::size_t i = 0; i < outputs.size(); ++i) {
        ASSERT_EQ(outputs[i], expected[i]) << "frame " << i << ", pass " << pass;
      }
    }
  }
}

}  // namespace
}  // namespace ffbench
