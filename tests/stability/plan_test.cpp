#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/numeric/math.hpp"
#include "core/warp_template.hpp"
#include "stability/gaps.hpp"
#include "stability/planner.hpp"
#include "stability/pose.hpp"
#include "stability/similarity_fit.hpp"
#include "tests/support/tracks.hpp"

namespace ffbench::stability {
namespace {

using test::face_at;
using test::track_of;

PlanOptions options_with(const Preset& preset) {
  return {preset, 256, "arcface_128"};
}

PlanOptions without_filters() {
  Preset preset;
  preset.pose = preset.eos = preset.fhr = false;
  return options_with(preset);
}

TEST(SimilarityFit, RecoversASimilarity) {
  const Similarity truth{0.8, -0.3, 17, -5};
  const Landmarks5 from = warp_template("ffhq_512").scaled(512);
  Landmarks5 to;
  for (std::size_t i = 0; i < 5; ++i) {
    to[i] = truth.apply(from[i]);
  }
  const auto fit = fit_similarity(from, to);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->a, truth.a, 1e-14);
  EXPECT_NEAR(fit->b, truth.b, 1e-14);
  EXPECT_NEAR(fit->tx, truth.tx, 1e-11);
  EXPECT_NEAR(fit->ty, truth.ty, 1e-11);
}

TEST(SimilarityFit, RefusesWhatDeterminesNone) {
  const Landmarks5 target = warp_template("ffhq_512").scaled(512);
  Landmarks5 same{};
  EXPECT_FALSE(fit_similarity(same, target));
  Landmarks5 broken = target;
  broken[2].x = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(fit_similarity(broken, target));
  broken[2].x = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(fit_similarity(broken, target));
}

RC_GTEST_PROP(Pose, RoundTripsThroughASimilarity, ()) {
  const auto number = [](int low, int high) { return *rc::gen::inRange(low, high) / 16.0; };
  Pose pose;
  pose.centre = {number(-2000, 60000), number(-2000, 30000)};
  pose.roll = number(-50, 50) / 16;
  pose.scale = 0.05 + number(0, 60);
  const Point anchor{128, 140};
  const Similarity similarity = similarity_of(pose, anchor);
  const Pose back = pose_of(similarity, anchor, warp_template("ffhq_512").scaled(256));
  RC_ASSERT(std::abs(back.centre.x - pose.centre.x) < 1e-8);
  RC_ASSERT(std::abs(back.centre.y - pose.centre.y) < 1e-8);
  RC_ASSERT(std::abs(math::wrap_angle(back.roll - pose.roll)) < 1e-12);
  RC_ASSERT(std::abs(back.scale - pose.scale) < 1e-12 * pose.scale);
  // A similarity: the columns are orthogonal and of one length, whatever the pose.
  RC_ASSERT(std::abs(std::hypot(similarity.a, similarity.b) - pose.scale) < 1e-12 * pose.scale);
}

TEST(Pose, ScalingKeepsTheFacesCentreInPlace) {
  Pose pose;
  pose.centre = {1500, 800};
  pose.scale = 0.7;
  const Point anchor{256, 256};
  const Similarity before = similarity_of(pose, anchor);
  pose.scale *= 1 + 1.0 / 2048;
  pose.roll += 1.0 / 2048;
  const Similarity after = similarity_of(pose, anchor);
  const Point moved = after.apply(before.inverse().apply(anchor));
  EXPECT_NEAR(moved.x, anchor.x, 1e-9);
  EXPECT_NEAR(moved.y, anchor.y, 1e-9);
}

TEST(Pose, YawIsPositiveWhenTheNoseMovesRight) {
  Landmarks5 points = warp_template("ffhq_512").scaled(512);
  const double frontal = estimate_turn(points).yaw;
  points[2].x += 30;
  EXPECT_GT(estimate_turn(points).yaw, frontal + 0.1);
}

TEST(PoseFilter, AConstantPoseStaysWhatItIs) {
  PoseFilter filter{preset("seed")};
  Pose pose;
  pose.roll = 10 * math::pi / 180;
  pose.yaw = -20 * math::pi / 180;
  pose.scale = 0.7;
  pose.centre = {900, 500};
  for (int t = 0; t < 200; ++t) {
    const Pose filtered = filter.filter(pose);
    ASSERT_NEAR(filtered.roll * 180 / math::pi, 10, 1e-12) << t;
    ASSERT_NEAR(filtered.yaw * 180 / math::pi, -20, 1e-12) << t;
    ASSERT_NEAR(filtered.scale, 0.7, 1e-14) << t;
    ASSERT_NEAR(filtered.centre.x, 900, 1e-9) << t;
  }
}

TEST(PoseFilter, TheSeedLeavesTheCentreAsMeasured) {
  PoseFilter seed{preset("seed")};
  Preset with_centre = preset("seed");
  with_centre.pose_centre = true;
  PoseFilter filtered{with_centre};
  Pose pose;
  pose.scale = 1;
  for (int t = 0; t < 20; ++t) {
    pose.centre = {100.0 + 5 * t, 50.0 - 3 * t};
    const Pose output = seed.filter(pose);
    EXPECT_EQ(output.centre.x, pose.centre.x) << t;
    EXPECT_EQ(output.centre.y, pose.centre.y) << t;
    EXPECT_EQ(filtered.filter(pose).centre.x != pose.centre.x, t > 0) << t;
  }
}

TEST(PoseFilter, FollowsTheTurnAcross180Degrees) {
  PoseFilter filter{preset("seed")};
  Pose pose;
  double last = 0;
  for (int t = 0; t < 60; ++t) {
    pose.roll = math::wrap_angle((170 + t) * math::pi / 180);
    const double roll = filter.filter(pose).roll;
    if (t > 0) {
      ASSERT_LT(std::abs(math::wrap_angle(roll - last)), 3 * math::pi / 180) << t;
    }
    last = roll;
  }
}

TEST(PoseFilter, TheDeadbandHoldsEachAxisOnItsOwn) {
  PoseFilter filter{preset("seed")};
  Pose pose;
  pose.scale = 1;
  filter.filter(pose);
  Pose moved = pose;
  moved.roll = 0.4 * math::pi / 180;  // within the deadband of half a degree
  moved.yaw = 30 * math::pi / 180;    // far outside
  Pose output;
  for (int t = 0; t < 100; ++t) {
    output = filter.filter(moved);
  }
  EXPECT_EQ(output.roll, 0);
  EXPECT_NEAR(output.yaw, moved.yaw, 0.6 * math::pi / 180);
}

TEST(PoseFilter, TheDeadbandDoesNotLetASlowDriftAway) {
  // Against the running mean every step of a drift looks small; against the last output the error
  // is bounded.
  PoseFilter filter{preset("seed")};
  Pose pose;
  for (int t = 0; t < 400; ++t) {
    pose.roll = 0.05 * t * math::pi / 180;
    const double error = std::abs(filter.filter(pose).roll - pose.roll) * 180 / math::pi;
    ASSERT_LT(error, 0.5 + 0.05 * 0.85 / 0.15 + 0.05 + 1e-9) << t;
  }
}

TEST(EosGuard, NoiseAtACellsEdgeDoesNotToggle) {
  Preset preset;
  EosGuard guard(preset);
  Pose pose;
  pose.scale = 1;
  pose.centre = {100 + 1.0 / 32, 50};  // on the edge between two cells of 1/16 pixel
  guard.before_tail(pose);
  const double held = guard.in_tail(pose).centre.x;
  for (int t = 0; t < 12; ++t) {
    pose.centre.x = 100 + 1.0 / 32 + (t % 2 == 0 ? 0.01 : -0.01);
    EXPECT_EQ(guard.in_tail(pose).centre.x, held);
  }
}

TEST(EosGuard, FreezesYawAtTheLastValueBeforeTheTail) {
  EosGuard guard{Preset{}};
  Pose pose;
  pose.yaw = 0.25;
  guard.before_tail(pose);
  pose.yaw = 0.9;
  EXPECT_EQ(guard.in_tail(pose).yaw, 0.25);
}

TEST(EosGuard, QuantisesAboutTheFaceNotTheFramesOrigin) {
  EosGuard guard{Preset{}};
  Pose pose;
  pose.centre = {1500, 800};
  pose.scale = 0.7301;
  pose.roll = 0.1003;
  const Point anchor{256, 256};
  guard.before_tail(pose);
  const Similarity guarded = similarity_of(guard.in_tail(pose), anchor);
  const Point there = guarded.inverse().apply(anchor);
  EXPECT_LE(std::hypot(there.x - 1500, there.y - 800), std::hypot(1, 1) / 32);
}

TEST(Planner, FollowsATranslationWithoutFilters) {
  const FaceTrack track = track_of(40, [](int t) { return face_at(0, 300 + 2.0 * t, 200); });
  const ClipPlan plan = plan_offline(track, without_filters());
  ASSERT_EQ(plan.frames.size(), 40U);
  for (int t = 0; t < 40; ++t) {
    const FacePlan& face = plan.frames[static_cast<std::size_t>(t)].faces.at(0);
    EXPECT_NEAR(face.pose.centre.x - plan.frames[0].faces[0].pose.centre.x, 2.0 * t, 1e-9);
    EXPECT_EQ(face.reset, t == 0);
    EXPECT_FALSE(face.tail);
    EXPECT_FALSE(face.geometry.region.empty());
  }
}

TEST(Planner, MarksTheTailOfAClipOfKnownLengthAlone) {
  const FaceTrack track = track_of(40, [](int) { return face_at(0, 300, 200); });
  const ClipPlan offline = plan_offline(track, options_with(preset("seed")));
  EXPECT_FALSE(offline.frames[27].faces[0].tail);
  EXPECT_TRUE(offline.frames[28].faces[0].tail);
  const ClipPlan causal = plan_causal(track, options_with(preset("seed")));
  EXPECT_FALSE(causal.frames[39].faces[0].tail);
  EXPECT_TRUE(std::ranges::any_of(causal.notes, [](const std::string& note) {
    return note.find("end-of-sequence guard is off") != std::string::npos;
  }));
}

TEST(Planner, BridgesAShortDropoutAndStartsAgainAfterALongOne) {
  FaceTrack track = track_of(60, [](int t) { return face_at(0, 300 + t, 200); });
  for (int t : {10, 11, 12}) {
    track.frames[static_cast<std::size_t>(t)].faces.clear();
  }
  for (int t = 30; t < 40; ++t) {
    track.frames[static_cast<std::size_t>(t)].faces.clear();
  }
  const ClipPlan plan = plan_offline(track, without_filters());
  EXPECT_NEAR(plan.frames[11].faces.at(0).pose.centre.x - plan.frames[9].faces[0].pose.centre.x, 2, 1e-9);
  EXPECT_FALSE(plan.frames[13].faces.at(0).reset);
  EXPECT_TRUE(plan.frames[35].faces.size() <= 1);
  EXPECT_TRUE(plan.frames[38].faces.empty());
  EXPECT_TRUE(plan.frames[40].faces.at(0).reset);
}

TEST(Planner, ADropoutInTheFirstOrLastFramesIsBridgedFromOneSide) {
  FaceTrack track = track_of(30, [](int t) { return face_at(0, 300 + t, 200); });
  for (int t : {0, 1, 28, 29}) {
    track.frames[static_cast<std::size_t>(t)].faces.clear();
  }
  const ClipPlan plan = plan_offline(track, without_filters());
  EXPECT_EQ(plan.frames[0].faces.at(0).pose.centre, plan.frames[2].faces.at(0).pose.centre);
  EXPECT_EQ(plan.frames[29].faces.at(0).pose.centre, plan.frames[27].faces.at(0).pose.centre);
  track.frames[1].cut = true;
  EXPECT_TRUE(plan_offline(track, without_filters()).frames[0].faces.empty());
}

TEST(Planner, ACutResetsAndIsNotBridged) {
  FaceTrack track = track_of(20, [](int t) { return face_at(0, t < 10 ? 300 : 700, 200); });
  track.frames[9].faces.clear();
  track.frames[10].cut = true;
  const ClipPlan plan = plan_offline(track, without_filters());
  EXPECT_TRUE(plan.frames[10].faces.at(0).reset);
  if (!plan.frames[9].faces.empty()) {
    EXPECT_EQ(plan.frames[9].faces[0].pose.centre, plan.frames[8].faces[0].pose.centre);
  }
}

TEST(Planner, AFaceWithAbsurdLandmarksIsLostForThatFrame) {
  FaceTrack track = track_of(5, [](int) { return face_at(0, 300, 200); });
  track.frames[4].faces[0].landmarks5[1].y = std::numeric_limits<double>::quiet_NaN();
  track.frames[3].faces[0].landmarks5[1].x = 1e9;
  EXPECT_TRUE(usable(track.frames[0].faces[0], track.width, track.height));
  EXPECT_FALSE(usable(track.frames[3].faces[0], track.width, track.height));
  EXPECT_FALSE(usable(track.frames[4].faces[0], track.width, track.height));
  for (const FramePlan& frame : plan_offline(track, without_filters()).frames) {
    for (const FacePlan& face : frame.faces) {
      EXPECT_TRUE(std::isfinite(face.frame_to_crop.tx));
    }
  }
}

TEST(Planner, ACopyOfTheCausalPlannerGoesOnWithTheSameBits) {
  const FaceTrack track =
      track_of(50, [](int t) { return face_at(0, 300 + 7.0 * std::sin(0.3 * t), 200 + 0.1 * t); });
  CausalPlanner planner(options_with(preset("seed")), track.width, track.height, std::nullopt);
  for (int t = 0; t < 25; ++t) {
    planner.next(track.frames[static_cast<std::size_t>(t)]);
  }
  CausalPlanner saved = planner;
  for (int t = 25; t < 50; ++t) {
    ASSERT_EQ(planner.next(track.frames[static_cast<std::size_t>(t)]),
              saved.next(track.frames[static_cast<std::size_t>(t)]));
  }
}

TEST(Planner, AStreamComesLateWithTheSamePlanAsTheClipWithThatSmoother) {
  FaceTrack track =
      track_of(40, [](int t) { return face_at(0, 300 + 3.0 * t, 200 + 5 * std::sin(0.4 * t)); });
  track.frames[17].faces.clear();
  PlanOptions options = options_with(preset("default"));
  options.preset.smoother = Smoother::rts;
  StreamPlanner stream(options, track.width, track.height);
  EXPECT_EQ(stream.delay(), 5);
  std::vector<FramePlan> plans;
  for (const TrackFrame& frame : track.frames) {
    if (auto plan = stream.next(frame)) {
      plans.push_back(std::move(*plan));
    }
  }
  EXPECT_EQ(plans.size(), 35U);
  for (FramePlan& plan : stream.finish()) {
    plans.push_back(std::move(plan));
  }
  EXPECT_EQ(plans, plan_offline(track, options).frames);
  EXPECT_EQ(plans, plan_causal(track, options).frames);
}

TEST(Planner, ACopyOfTheStreamPlannerGoesOnWithTheSameBits) {
  const FaceTrack track =
      track_of(50, [](int t) { return face_at(0, 300 + 7.0 * std::sin(0.3 * t), 200 + 0.1 * t); });
  StreamPlanner planner(options_with(preset("default")), track.width, track.height);
  for (std::size_t t = 0; t < 25; ++t) {
    planner.next(track.frames[t]);
  }
  StreamPlanner saved = planner;
  for (std::size_t t = 25; t < 50; ++t) {
    ASSERT_EQ(planner.next(track.frames[t]), saved.next(track.frames[t]));
  }
}

TEST(Planner, OneEuroIsCausalAndKeepsAStillFace) {
  PlanOptions options = options_with(preset("default"));
  options.preset.smoother = Smoother::one_euro;
  FaceTrack track = track_of(30, [](int t) { return face_at(0, t < 20 ? 300 : 310, 200); });
  const ClipPlan plan = plan_causal(track, options);
  EXPECT_NEAR(plan.frames[19].faces.at(0).pose.centre.x, plan.frames[0].faces.at(0).pose.centre.x, 1e-9);
  const double moved = plan.frames[29].faces.at(0).pose.centre.x - plan.frames[0].faces.at(0).pose.centre.x;
  EXPECT_GT(moved, 8);
  EXPECT_LE(moved, 10);
}

TEST(Planner, AFaceOfFiveLandmarksHasTheOutlineOfAMeanFace) {
  const FaceTrack track = track_of(3, [](int t) { return face_at(0, 300 + 5 * t, 200); });
  const ClipPlan plan = plan_offline(track, without_filters());
  const FacePlan& face = plan.frames[0].faces[0];
  // aligned, every face has the same
  EXPECT_EQ(face.mask_polygon, plan.frames[2].faces[0].mask_polygon);
  ASSERT_FALSE(face.geometry.mask_edges.empty());
  for (const Point& p : warp_template("arcface_128").scaled(256)) {
    for (const HalfPlane& edge : face.geometry.mask_edges) {
      EXPECT_GT(double{edge.nx} * p.x + double{edge.ny} * p.y + double{edge.c}, 12)
          << "a landmark on the mask's edge";
    }
  }
  ASSERT_EQ(plan.notes.size(), 1U);
  EXPECT_NE(plan.notes[0].find("mean face"), std::string::npos);
}

TEST(Planner, AFaceFarOutsideTheFrameHasAnEmptyRegion) {
  const FaceTrack track = track_of(2, [](int) { return face_at(0, 3000, 200); });
  EXPECT_TRUE(plan_offline(track, without_filters()).frames[0].faces.at(0).geometry.region.empty());
}

}  // namespace
}  // namespace ffbench::stability
