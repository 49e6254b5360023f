#include "stability/refinement.hpp"

#include <fstream>
#include <functional>
#include <span>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/warp_template.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench::stability {
namespace {

Landmarks5 upright_face(double size, double x, double y) {
  Landmarks5 points = warp_template("arcface_128").scaled(static_cast<int>(size));
  for (Point& p : points) {
    p.x += x;
    p.y += y;
  }
  return points;
}

FaceTrack track_of(int frames) {
  FaceTrack track;
  track.width = 640;
  track.height = 480;
  for (int t = 0; t < frames; ++t) {
    TrackedFace face;
    face.landmarks5 = upright_face(96, 100, 100);
    track.frames.push_back({{face}, false});
  }
  return track;
}

/// What registration answers in a frame for a landmark.
using Answer = std::function<PatchOffset(int frame, std::size_t landmark)>;

FaceTrack refined(const FaceTrack& track, int window, const Answer& answer) {
  TrackRefinement refinement(track, window);
  const auto frames = static_cast<int>(track.frames.size());
  for (int t = 0; t < frames; ++t) {
    refinement.next([t](const AffineF&) {
      LandmarkView view{};
      view[0] = static_cast<std::uint8_t>(t);  // says which frame it is of; the rest is black
      return view;
    });
  }
  return refinement.refined([&](std::span<const RefinementJob> jobs) {
    std::vector<PatchOffset> offsets;
    const std::size_t length = jobs.size() / 5;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      offsets.push_back(answer((*jobs[i].view)[0], i / length));
    }
    return offsets;
  });
}

TEST(LandmarkRefinement, OffsetsAreInTheFrameAndMirroredLandmarksMirror) {
  const Similarity twice{2, 0, 10, 20};  // a patch pixel is two frame pixels
  const PatchMap plain(twice, {30, 40}, false);
  const PatchMap mirrored(twice, {30, 40}, true);
  EXPECT_EQ(plain.to_frame(PatchOffset{offset_steps / 4, offset_steps / 2}), (Point{0.5, 1}));
  EXPECT_EQ(mirrored.to_frame(PatchOffset{offset_steps / 4, offset_steps / 2}), (Point{-0.5, 1}));
  const Point middle = plain.map.apply({view_cut_side / 2, view_cut_side / 2});
  EXPECT_NEAR(middle.x, 30, 1e-9);
  EXPECT_NEAR(middle.y, 40, 1e-9);
}

TEST(LandmarkRefinement, AMovedViewShowsTheLandmarkInTheMiddle) {
  LandmarkView view{};
  for (int i = 0; i < view_pixels; ++i) {
    view[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(5 * (i % view_side) + 3 * (i / view_side));
  }
  ReferenceSum still{};
  add_moved(still, view, {});
  ReferenceSum moved{};
  add_moved(moved, view, {offset_steps / 2, -offset_steps / 4});
  EXPECT_EQ(still[0], reference_steps * (5 * 2 + 3 * 2));
  for (std::size_t i = 0; i < still.size(); ++i) {
    EXPECT_NEAR(moved[i], still[i] + reference_steps * (5 * 0.5 - 3 * 0.25), 1) << i;
  }
}

TEST(LandmarkRefinement, AReferenceIsTheMeanOfTheFramesAroundAndNotOfItsOwn) {
  TrackRefinement refinement(track_of(3), 6);
  for (int t = 0; t < 3; ++t) {
    refinement.next([t](const AffineF&) {
      LandmarkView view;
      view.fill(static_cast<std::uint8_t>(40 * t));
      return view;
    });
  }
  int passes = 0;
  const FaceTrack result = refinement.refined([&](std::span<const RefinementJob> jobs) {
    EXPECT_EQ(jobs.size(), 15u);
    EXPECT_EQ(jobs[0].kind, LandmarkKind::eye);
    EXPECT_EQ(jobs[14].kind, LandmarkKind::mouth);
    EXPECT_EQ(jobs[0].reference[0], (16 * (6 * 40 + 5 * 80) + 5) / 11);
    EXPECT_EQ(jobs[1].reference[0], 16 * 40);
    ++passes;
    return std::vector<PatchOffset>(jobs.size());
  });
  EXPECT_EQ(passes, 2);
  EXPECT_EQ(result, track_of(3));
}

TEST(LandmarkRefinement, AFaceInOnePointDoesNotMove) {
  FaceTrack track = track_of(5);
  for (TrackFrame& frame : track.frames) {
    frame.faces[0].landmarks5 = Landmarks5{};
  }
  EXPECT_EQ(refined(track, 6, [](int, std::size_t) { return PatchOffset{offset_steps, 0}; }), track);
}

TEST(LandmarkRefinement, AConstantOffsetIsTheDetectorsOwnAndStays) {
  const FaceTrack track = track_of(20);
  const FaceTrack result = refined(track, 6, [](int, std::size_t) { return PatchOffset{1000, -700}; });
  for (std::size_t t = 0; t < 20; ++t) {
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_NEAR(result.frames[t].faces[0].landmarks5[k].x, track.frames[t].faces[0].landmarks5[k].x, 1e-9);
    }
  }
}

TEST(LandmarkRefinement, TakesOutWhatChangesFromFrameToFrame) {
  FaceTrack track = track_of(40);
  for (std::size_t t = 0; t < 40; ++t) {
    for (Point& p : track.frames[t].faces[0].landmarks5) {
      p.x += t % 2 == 0 ? 0.25 : -0.25;
    }
  }
  const FaceTrack result = refined(track, 6, [](int t, std::size_t k) {
    return PatchOffset{(t % 2 == 0 ? -1 : 1) * (landmark_roles[k].mirrored ? -1 : 1) * offset_steps / 4, 0};
  });
  const Landmarks5 steady = upright_face(96, 100, 100);
  for (std::size_t t = 8; t < 32; ++t) {
    for (std::size_t k = 0; k < 5; ++k) {
      // The mean of the offsets around, weighted 1 to 7 and back to 1, is 1/49 of one: they
      // alternate.
      EXPECT_NEAR(result.frames[t].faces[0].landmarks5[k].x, steady[k].x, 0.25 / 49 + 1e-9);
    }
  }
}

TEST(LandmarkRefinement, ACutStartsAgain) {
  FaceTrack track = track_of(10);
  track.frames[5].cut = true;
  const FaceTrack result = refined(track, 6, [](int t, std::size_t) {
    return PatchOffset{t < 5 ? 0 : offset_steps / 4, 0};
  });
  for (std::size_t t = 0; t < 10; ++t) {
    EXPECT_NEAR(result.frames[t].faces[0].landmarks5[2].x, track.frames[t].faces[0].landmarks5[2].x, 1e-9);
  }
}

TEST(LandmarkRefinement, OffsetsThatOnlyAddNoiseHaveNoSay) {
  const FaceTrack track = track_of(30);
  EXPECT_EQ(refined(track, 6,
                    [](int t, std::size_t) {
                      return PatchOffset{t * 37 % 11 * 100, t * 53 % 7 * 100};
                    }),
            track);
}

TEST(RefinementNetworks, TheShippedOnesAreWhole) {
  const RefinementNetworks& networks = shipped_refinement_networks();
  EXPECT_EQ(networks, read_refinement_networks(test::source_path("stability/refinement/networks.bin")));
  for (const RefinementNetwork& network : networks) {
    EXPECT_NE(network, RefinementNetwork{});
  }
}

TEST(RefinementNetworks, AFileThatIsNoneIsRefusedByName) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "networks.bin";
  std::ofstream(file) << "FFBFHR02 and little else";
  EXPECT_THAT([&] { read_refinement_networks(file); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("networks.bin")));
  EXPECT_THROW(read_refinement_networks(folder.path() / "missing.bin"), Error);
}

}  // namespace
}  // namespace ffbench::stability
