#pragma once

#include <array>
#include <optional>
#include <vector>

#include "core/face_track.hpp"
#include "core/geometry.hpp"

namespace ffbench::stability {

/// A face's five points over the frames in which it was measured, known twice: among its 68 points,
/// and as they were given.
struct FiveTwice {
  std::vector<Landmarks5> among_68;
  std::vector<Landmarks5> given;

  [[nodiscard]] bool empty() const { return given.empty(); }
};

/// Both for a life of a face; empty where a frame has no 68 points, or where the two do not mean
/// the same points: on average over the frames one is further from the other than a small share of
/// the distance of the eyes.
FiveTwice five_twice(const std::vector<TrackedFace>& faces);

/// How the points of one frame are moved: turned and scaled a little about the centre of the five,
/// and shifted.
struct Nudge {
  Point centre;
  Point shift;
  double a = 1;
  double b = 0;

  [[nodiscard]] Point apply(Point p) const {
    const double x = p.x - centre.x;
    const double y = p.y - centre.y;
    return {centre.x + shift.x + a * x - b * y, centre.y + shift.y + b * x + a * y};
  }
};

/// How far the two are to be trusted in a frame, from 0 to 1.
struct FrameTrust {
  double among_68 = 1;  ///< usual variance of the 68 points over that in this frame
  double given = 1;
};

/// How well refinement can follow the points of a face, frame by frame, from 0 to 1. Refinement
/// knows a point by its appearance, and loses one whose appearance changes: a lid that closes takes
/// the centre of its eye along. `shape` are the five within the face, as its 68 points have them; a
/// frame counts less where one of them is further than usual from its mean in the frames around.
std::vector<double> followed(const std::vector<Landmarks5>& shape, const std::vector<double>& trust_68);

/// Trusts the five as given less where they stand further than usual from `expected`, the five as
/// the face's shape has them - unless the 68 points of that frame scatter, whose fault the distance
/// then is. Never more than they were followed.
std::vector<FrameTrust> trust_in_given(const std::vector<Landmarks5>& expected,
                                       const std::vector<Landmarks5>& given,
                                       const std::vector<double>& trust_68,
                                       const std::vector<double>& followed);

/// The points that a detector finds in one frame share an error. Where the five are free of it,
/// because they were refined, it is the similarity from the five as expected to the five as given,
/// and the nudges take it away. What of that similarity changes slowly stays: refinement knows how
/// a face moved, where it is the mean of many frames of 68 points knows better. Of the rest, of
/// centre, scale and roll each, goes a part of the share that leaves the motion with the least
/// second differences, and more where the 68 points scatter.
std::vector<Nudge> steadying(const std::vector<Landmarks5>& expected, const std::vector<Landmarks5>& given,
                             const std::vector<FrameTrust>& trust);

/// The five as means of both: of each point the share of `given` that leaves it with the least
/// second differences, and more where the 68 points scatter.
std::vector<Landmarks5> combined(const FiveTwice& five, const std::vector<FrameTrust>& trust);

}  // namespace ffbench::stability
