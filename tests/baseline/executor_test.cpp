#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/warp_template.hpp"
#include "reference/facefusion_3_5_0/stages.hpp"
#include "tests/baseline/scene.hpp"

namespace ffbench {
namespace {

BaselineOptions source_options() {
  BaselineOptions options;
  options.crop_size = 128;
  options.model_size = 64;
  options.source = scene::picture(150, 140, 4);
  options.source_landmarks = scene::landmarks({.crop_size = 128, .x = 75, .y = 70, .degrees = 4});
  return options;
}

TrackedFace face(int id, double x, double y, double degrees) {
  TrackedFace result;
  result.id = id;
  result.landmarks5 =
      scene::landmarks({.crop_size = 128, .x = x, .y = y, .degrees = degrees, .scale = 0.8, .jitter = 1});
  return result;
}

FaceTrack track_of(std::vector<TrackedFace> faces) {
  return {
      .width = 321, .height = 201, .detector = "test", .frames = {{.faces = std::move(faces), .cut = false}}};
}

BgrImage run(const BaselineOptions& options, const BgrImage& frame, const FramePlan& plan) {
  BgrImage output(frame.width(), frame.height());
  std::memset(output.data(), 0xA5, output.size_bytes());
  make_baseline_executor(options)->execute(0, frame.const_view(), plan, output.view());
  return output;
}

BgrImage stage_output(const BaselineOptions& options, const BgrImage& frame, const FacePlan& plan) {
  BgrImage output(frame.width(), frame.height());
  const auto stages = baseline_stages(options, frame.const_view(), plan.frame_to_crop);
  std::memcpy(output.data(), stages.back().bytes.data(), output.size_bytes());
  return output;
}

TEST(BaselineExecutor, CutsEachFaceFromTheFrameThatHoldsTheEarlierOnes) {
  const BaselineOptions options = source_options();
  const BgrImage frame = scene::picture(321, 201, 2);
  for (int count = 0; count <= 4; ++count) {
    std::vector<TrackedFace> faces;
    for (int i = 0; i < count; ++i) {
      // overlapping, so that the order shows
      faces.push_back(face(i, 100 + 30 * i, 90 + 5 * i, 20 * i));
    }
    const ClipPlan plan = plan_baseline(track_of(faces), 128, "arcface_128");
    BgrImage expected = frame;
    for (const FacePlan& f : plan.frames[0].faces) {
      expected = stage_output(options, expected, f);
    }
    EXPECT_EQ(run(options, frame, plan.frames[0]), expected) << count << " faces";
    if (count >= 2) {
      FramePlan reversed = plan.frames[0];
      std::reverse(reversed.faces.begin(), reversed.faces.end());
      EXPECT_NE(run(options, frame, reversed), expected) << count << " faces";
    }
  }
}

TEST(BaselineExecutor, WritesTheFrameItselfWhereNoFaceTouchesIt) {
  const BaselineOptions options = source_options();
  const BgrImage frame = scene::picture(321, 201, 2);
  EXPECT_EQ(run(options, frame, {}), frame);
  const ClipPlan away =
      plan_baseline(track_of({face(0, -500, 90, 0), face(1, 160, 900, 10)}), 128, "arcface_128");
  ASSERT_EQ(away.frames[0].faces.size(), 2U);
  EXPECT_EQ(run(options, frame, away.frames[0]), frame);
}

TEST(BaselineExecutor, KeepsNoStateAndNeedsNoDenseRows) {
  const BaselineOptions options = source_options();
  const BgrImage frame = scene::picture(321, 201, 2);
  const ClipPlan plan =
      plan_baseline(track_of({face(0, 150, 100, 8), face(1, 200, 80, -8)}), 128, "arcface_128");
  const BgrImage expected = run(options, frame, plan.frames[0]);

  const auto executor = make_baseline_executor(options);
  BgrImage wide_frame = scene::picture(340, 205, 11);
  BgrImage wide_output = scene::picture(340, 205, 12);
  const BgrImage untouched = wide_output;
  const BgrView inner = wide_frame.view().crop(7, 2, 321, 201);
  copy_pixels(frame.const_view(), inner);
  const BgrView out = wide_output.view().crop(7, 2, 321, 201);
  for (int i = 0; i < 2; ++i) {
    executor->execute(i, inner, plan.frames[0], out);
    for (int y = 0; y < 201; ++y) {
      ASSERT_EQ(std::memcmp(out.row(y), expected.view().row(y), out.row_bytes()), 0) << "row " << y;
    }
  }
  copy_pixels(untouched.const_view().crop(7, 2, 321, 201), out);
  EXPECT_EQ(wide_output, untouched) << "bytes beside the output were written";
}

TEST(BaselineExecutor, ChangesTheFaceAndLeavesTheRest) {
  const BgrImage frame = scene::picture(321, 201, 2);
  const ClipPlan plan = plan_baseline(track_of({face(0, 160, 100, 0)}), 128, "arcface_128");
  const BgrImage output = run(source_options(), frame, plan.frames[0]);
  EXPECT_NE(std::memcmp(output.view().pixel(140, 100), frame.view().pixel(140, 100), 120), 0);
  EXPECT_EQ(std::memcmp(output.view().row(0), frame.view().row(0), frame.view().row_bytes() * 40), 0);
}

TEST(BaselineExecutor, GivesTheSameBytesOnOneAndTwoOpenCvThreads) {
  BaselineOptions options = source_options();
  const BgrImage frame = scene::picture(321, 201, 2);
  const ClipPlan plan = plan_baseline(track_of({face(0, 160, 100, 30)}), 128, "arcface_128");
  const BgrImage one = run(options, frame, plan.frames[0]);
  options.opencv_threads = 2;
  EXPECT_EQ(run(options, frame, plan.frames[0]), one);
  set_opencv_threads(1);
}

TEST(BaselineExecutor, AccountsEveryStageItHas) {
  const auto executor = make_baseline_executor(source_options());
  const BgrImage frame = scene::picture(321, 201, 2);
  BgrImage output(321, 201);
  const ClipPlan plan = plan_baseline(track_of({face(0, 160, 100, 0)}), 128, "arcface_128");
  executor->execute(0, frame.const_view(), plan.frames[0], output.view());
  for (const Stage stage : {Stage::warp, Stage::swap, Stage::mask, Stage::composite}) {
    EXPECT_GT(executor->stage_times()[stage], 0) << name_of(stage);
  }
  EXPECT_EQ(executor->stage_times()[Stage::gains], 0);
  EXPECT_EQ(executor->stage_times()[Stage::hysteresis], 0);
  EXPECT_EQ(executor->description(), "base-3.5.0 (OpenCV " + opencv_version() + ")");
}

class Recorder : public StageObserver {
 public:
  struct Seen {
    int face;
    Stage stage;
    int width;
    std::vector<std::uint8_t> first_row;
  };
  std::vector<Seen> seen;

  void image(int /*frame*/, int face_id, Stage stage, const std::uint8_t* pixels, int width, int /*height*/,
             int channels, std::ptrdiff_t /*stride_bytes*/) override {
    seen.push_back({face_id, stage, width, {pixels, pixels + std::ptrdiff_t{width} * channels}});
  }
};

TEST(BaselineExecutor, ShowsCropsAndTheFinishedFrameToAnObserver) {
  const BaselineOptions options = source_options();
  const BgrImage frame = scene::picture(321, 201, 2);
  const ClipPlan plan =
      plan_baseline(track_of({face(3, 100, 90, 0), face(5, 220, 90, 0)}), 128, "arcface_128");
  Recorder recorder;
  const auto executor = make_baseline_executor(options);
  executor->observe(&recorder);
  BgrImage output(321, 201);
  executor->execute(0, frame.const_view(), plan.frames[0], output.view());
  ASSERT_EQ(recorder.seen.size(), 3U);
  EXPECT_EQ(recorder.seen[0].face, 3);
  EXPECT_EQ(recorder.seen[0].stage, Stage::warp);
  EXPECT_EQ(recorder.seen[0].width, 128);
  EXPECT_EQ(recorder.seen[1].face, 5);
  EXPECT_EQ(recorder.seen[2].face, -1);
  EXPECT_EQ(recorder.seen[2].stage, Stage::composite);
  EXPECT_EQ(std::memcmp(recorder.seen[2].first_row.data(), output.data(), output.view().row_bytes()), 0);
}

TEST(BaselinePlan, SkipsAFaceWhoseLandmarksFitNoSimilarity) {
  TrackedFace lost = face(1, 100, 100, 0);
  lost.landmarks5.fill({50, 50});
  const ClipPlan plan = plan_baseline(track_of({face(0, 160, 100, 0), lost}), 128, "arcface_128");
  ASSERT_EQ(plan.frames.size(), 1U);
  ASSERT_EQ(plan.frames[0].faces.size(), 1U);
  EXPECT_EQ(plan.frames[0].faces[0].face_id, 0);
  EXPECT_EQ(plan.crop_size, 128);
}

TEST(BaselinePlan, SaysTheFacesPose) {
  const ClipPlan plan = plan_baseline(track_of({face(0, 160, 100, 30)}), 128, "arcface_128");
  const Pose& pose = plan.frames[0].faces[0].pose;
  // The face is turned by 30 degrees clockwise on screen, so the transform turns back; landmarks
  // are off by a pixel.
  EXPECT_NEAR(pose.roll, -0.5236, 0.03);
  EXPECT_NEAR(pose.scale, 1 / 0.8, 0.03);
  EXPECT_NEAR(pose.centre.x, 160, 20);
}

std::string error_of(const BaselineOptions& options) {
  try {
    make_baseline_executor(options);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(BaselineOptions, ThatDoNotFitTogetherAreRefusedInOneLine) {
  BaselineOptions o = source_options();
  EXPECT_EQ(error_of(o), "no error");
  o.crop_size = 100;
  EXPECT_THAT(error_of(o), testing::HasSubstr("not a multiple of the model size 64"));
  o = source_options();
  o.warp_template = "arcface";
  EXPECT_THAT(error_of(o), testing::HasSubstr("arcface_112_v1"));
  o = source_options();
  o.source = {};
  EXPECT_THAT(error_of(o), testing::HasSubstr("source portrait"));
  o = source_options();
  o.source_landmarks.fill({1, 1});
  EXPECT_THAT(error_of(o), testing::HasSubstr("landmarks"));
  o = source_options();
  o.mask_blur = 1.5;
  EXPECT_THAT(error_of(o), testing::HasSubstr("mask blur"));
  o = source_options();
  o.mask_padding[2] = 101;
  EXPECT_THAT(error_of(o), testing::HasSubstr("padding"));
  o = source_options();
  o.standard_deviation[1] = 0;
  EXPECT_THAT(error_of(o), testing::HasSubstr("deviation"));
  o = source_options();
  o.opencv_threads = 0;
  EXPECT_THAT(error_of(o), testing::HasSubstr("at least 1"));
  o = source_options();
  o.swap = SwapKind::identity;
  o.source = {};
  EXPECT_EQ(error_of(o), "no error");
}

}  // namespace
}  // namespace ffbench
