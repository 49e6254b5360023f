// What every smoother owes its input: a picture that is turned, scaled, moved or mirrored has the
// smoothed landmarks turned, scaled, moved or mirrored. Nothing that a renewal of digests could
// hide.

#include <algorithm>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "stability/clip_smoother.hpp"
#include "stability/one_euro.hpp"
#include "tests/stability/known_track.hpp"

namespace ffbench::stability {
namespace {

using test_tracks::known_track;

FaceTrack whole_clip(const FaceTrack& track) {
  return smooth_clip(track);
}

FaceTrack one_euro(const FaceTrack& track) {
  FaceTrack result = track;
  FaceOneEuro filter;
  for (TrackFrame& frame : result.frames) {
    for (TrackedFace& face : frame.faces) {
      if (face.id <= 1) {
        face = filter.filter(face);
      }
    }
  }
  return result;
}

struct Row {
  const char* name;
  FaceTrack (*smooth)(const FaceTrack&);
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

template <typename Change>
FaceTrack changed(FaceTrack track, const Change& change) {
  for (TrackFrame& frame : track.frames) {
    for (TrackedFace& face : frame.faces) {
      for (Point& p : face.landmarks5) {
        p = change(p);
      }
      if (face.landmarks68) {
        for (Point& p : *face.landmarks68) {
          p = change(p);
        }
      }
    }
  }
  return track;
}

/// The largest distance between points of the same frame and face.
double largest_distance(const FaceTrack& a, const FaceTrack& b) {
  double largest = 0;
  EXPECT_EQ(a.frames.size(), b.frames.size());
  for (std::size_t t = 0; t < a.frames.size(); ++t) {
    const auto& ours = a.frames[t].faces;
    const auto& theirs = b.frames[t].faces;
    EXPECT_EQ(ours.size(), theirs.size()) << "frame " << t;
    for (std::size_t f = 0; f < std::min(ours.size(), theirs.size()); ++f) {
      EXPECT_EQ(ours[f].id, theirs[f].id);
      EXPECT_EQ(ours[f].landmarks68.has_value(), theirs[f].landmarks68.has_value());
      for (std::size_t i = 0; i < 5; ++i) {
        largest = std::max(largest, std::hypot(ours[f].landmarks5[i].x - theirs[f].landmarks5[i].x,
                                               ours[f].landmarks5[i].y - theirs[f].landmarks5[i].y));
      }
      for (std::size_t i = 0; ours[f].landmarks68 && theirs[f].landmarks68 && i < 68; ++i) {
        largest = std::max(largest, std::hypot((*ours[f].landmarks68)[i].x - (*theirs[f].landmarks68)[i].x,
                                               (*ours[f].landmarks68)[i].y - (*theirs[f].landmarks68)[i].y));
      }
    }
  }
  return largest;
}

class Symmetry : public testing::TestWithParam<Row> {
 protected:
  template <typename Change>
  void expect_kept(const Change& change, const char* what) {
    const FaceTrack track = known_track();
    const FaceTrack before = changed(GetParam().smooth(track), change);
    const FaceTrack after = GetParam().smooth(changed(track, change));
    EXPECT_LT(largest_distance(before, after), 1e-4) << what;
  }
};

TEST_P(Symmetry, SmoothsSomething) {
  EXPECT_GT(largest_distance(GetParam().smooth(known_track()),
                             GetParam().smooth(changed(known_track(),
                                                       [](Point p) {
                                                         return Point{p.x + 1, p.y};
                                                       }))),
            0.5);
}

TEST_P(Symmetry, OfMoving) {
  expect_kept([](Point p) { return Point{p.x + 128, p.y - 64}; }, "moved");
}

// By right angles, since the centre's coordinates are smoothed one by one. In the track itself the
// roll passes 180 degrees; turned, it does not, or elsewhere.
TEST_P(Symmetry, OfTurning) {
  expect_kept([](Point p) { return Point{-p.y, p.x}; }, "by 90 degrees");
  expect_kept([](Point p) { return Point{-p.x, -p.y}; }, "by 180 degrees");
  expect_kept([](Point p) { return Point{p.y, -p.x}; }, "by 270 degrees");
}

TEST_P(Symmetry, OfMirroring) {
  expect_kept([](Point p) { return Point{1279 - p.x, p.y}; }, "mirrored");
}

INSTANTIATE_TEST_SUITE_P(Smoothers, Symmetry,
                         testing::Values(Row{"whittaker", whole_clip}, Row{"one_euro", one_euro}),
                         [](const auto& row) { return std::string(row.param.name); });

/// A face that turns in the picture's plane, twice round in 90 frames. Its roll, against any one of
/// its frames, passes 180 degrees several times.
FaceTrack spinning(bool with_68, double noise) {
  FaceTrack track;
  track.width = 1280;
  track.height = 720;
  for (int t = 0; t < test_tracks::frames; ++t) {
    TrackedFace face = test_tracks::standing_face(with_68);
    const double roll = 0.14 * t;
    const std::vector<double> own = test::noise(2 * 73, 300 + static_cast<unsigned>(t));
    std::size_t n = 0;
    test_tracks::change_points(face, [&](Point p) {
      const Point moved{500 + std::cos(roll) * p.x - std::sin(roll) * p.y + noise * own[2 * n],
                        360 + std::sin(roll) * p.x + std::cos(roll) * p.y + noise * own[2 * n + 1]};
      ++n;
      return moved;
    });
    track.frames.push_back({{face}, false});
  }
  return track;
}

TEST(Spinning, AFaceThatTurnsRoundIsFollowedAllTheWay) {
  for (const bool with_68 : {false, true}) {
    const FaceTrack truth = spinning(with_68, 0);
    EXPECT_LT(largest_distance(smooth_clip(spinning(with_68, 0.3)), truth), 1.5) << with_68;
    EXPECT_LT(largest_distance(one_euro(spinning(with_68, 0)), truth), 12) << with_68;
  }
}

/// The five as a detector gives them differ from those among the 68 in a way that turns with the
/// face; what steadies the 68 is told from the whole spin.
TEST(Spinning, TheFiveSteadyAFaceThatTurnsRound) {
  FaceTrack track = spinning(true, 0.3);
  const std::vector<double> shared = test::noise(2 * test_tracks::frames, 11);
  for (std::size_t t = 0; t < track.frames.size(); ++t) {
    for (Point& p : *track.frames[t].faces[0].landmarks68) {
      p.x += shared[2 * t];
      p.y += shared[2 * t + 1];
    }
  }
  EXPECT_LT(largest_distance(smooth_clip(track), spinning(true, 0)), 2.5);
}

TEST(SymmetryOfScale, OfTheSmootherOfWholeClips) {
  const auto twice = [](Point p) { return Point{2 * p.x, 2 * p.y}; };
  const FaceTrack track = known_track();
  EXPECT_LT(largest_distance(changed(smooth_clip(track), twice), smooth_clip(changed(track, twice))), 1e-4);
}

}  // namespace
}  // namespace ffbench::stability
