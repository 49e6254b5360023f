#include "stability/refinement.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/warp_template.hpp"
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

TEST(LandmarkRefinement, OffsetsAreInTheFrameAndMirroredLandmarksMirror) {
  // Twice the size of a patch's crop: a patch pixel is two frame pixels. Each look finds a quarter to the right, a half down.
  const auto offsets = refinement_offsets(upright_face(192, 30, 40), [](int, const AffineF&) {
    return PatchOffset{offset_steps / 4, offset_steps / 2};
  });
  for (std::size_t k = 0; k < offsets.size(); ++k) {
    EXPECT_NEAR(offsets[k].x, landmark_roles[k].mirrored ? -1 : 1, 1e-9) << k;
    EXPECT_NEAR(offsets[k].y, 2, 1e-9) << k;  // the second half pixel is the last that is allowed
  }
}

TEST(LandmarkRefinement, TheSecondLookIsAboutThePlaceThatTheFirstFound) {
  int looks = 0;
  refinement_offsets(upright_face(96, 30, 40), [&](int landmark, const AffineF& map) {
    const Point eye = upright_face(96, 30, 40)[0];
    if (landmark == 0) {
      EXPECT_NEAR(double{map.xx} * 5 + double{map.xy} * 5 + double{map.xt}, eye.x + 0.5 * looks, 1e-4);
      ++looks;
    }
    return PatchOffset{offset_steps / 2, 0};
  });
  EXPECT_EQ(looks, 2);
}

TEST(LandmarkRefinement, AFaceInOnePointDoesNotMove) {
  const auto offsets = refinement_offsets(Landmarks5{}, [](int, const AffineF&) {
    return PatchOffset{offset_steps, 0};
  });
  EXPECT_EQ(offsets, (std::array<Point, 5>{}));
}

TEST(LandmarkRefinement, AConstantOffsetIsTheDetectorsOwnAndStays) {
  const FaceTrack track = track_of(20);
  TrackRefinement refinement(track, 6);
  for (int t = 0; t < 20; ++t) {
    refinement.next([](int, const AffineF&) { return PatchOffset{1000, -700}; });
  }
  const FaceTrack refined = refinement.refined();
  for (std::size_t t = 0; t < 20; ++t) {
    for (std::size_t k = 0; k < 5; ++k) {
      EXPECT_NEAR(refined.frames[t].faces[0].landmarks5[k].x, track.frames[t].faces[0].landmarks5[k].x, 1e-9);
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
  TrackRefinement refinement(track, 6);
  for (int t = 0; t < 40; ++t) {
    int look = 0;
    refinement.next([&](int landmark, const AffineF&) {
      const int towards =
          (t % 2 == 0 ? -1 : 1) * (landmark_roles[static_cast<std::size_t>(landmark)].mirrored ? -1 : 1);
      return PatchOffset{look++ % 2 == 0 ? towards * offset_steps / 4 : 0, 0};
    });
  }
  const FaceTrack refined = refinement.refined();
  const Landmarks5 steady = upright_face(96, 100, 100);
  for (std::size_t t = 8; t < 32; ++t) {
    for (std::size_t k = 0; k < 5; ++k) {
      // The mean of thirteen alternating offsets is a thirteenth of one.
      EXPECT_NEAR(refined.frames[t].faces[0].landmarks5[k].x, steady[k].x, 0.25 / 13 + 1e-9);
    }
  }
}

TEST(LandmarkRefinement, ACutStartsAnew) {
  FaceTrack track = track_of(10);
  track.frames[5].cut = true;
  TrackRefinement refinement(track, 6);
  for (int t = 0; t < 10; ++t) {
    refinement.next([t](int, const AffineF&) { return PatchOffset{t < 5 ? 0 : offset_steps / 4, 0}; });
  }
  const FaceTrack refined = refinement.refined();
  for (std::size_t t = 0; t < 10; ++t) {
    EXPECT_NEAR(refined.frames[t].faces[0].landmarks5[2].x, track.frames[t].faces[0].landmarks5[2].x, 1e-9);
  }
}

TEST(LandmarkRefinement, NetworksThatOnlyAddNoiseHaveNoSay) {
  const FaceTrack track = track_of(30);
  TrackRefinement refinement(track, 6);
  for (int t = 0; t < 30; ++t) {
    refinement.next([t](int, const AffineF&) { return PatchOffset{t * 37 % 11 * 100, t * 53 % 7 * 100}; });
  }
  EXPECT_EQ(refinement.refined(), track);
}

TEST(RefinementNetworks, TheShippedOnesAreWhole) {
  const auto networks = shipped_refinement_networks();
  ASSERT_NE(networks, nullptr);
  for (const RefinementNetwork& network : *networks) {
    EXPECT_NE(network, RefinementNetwork{});
  }
}

TEST(RefinementNetworks, AFileThatIsNoneIsRefusedByName) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "networks.bin";
  std::ofstream(file) << "FFBFHR01 and little else";
  EXPECT_THAT([&] { read_refinement_networks(file); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("networks.bin")));
  EXPECT_THROW(read_refinement_networks(folder.path() / "missing.bin"), Error);
}

}  // namespace
}  // namespace ffbench::stability
