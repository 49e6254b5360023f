#include "stability/pose.hpp"

#include <algorithm>
#include <cmath>

#include "core/numeric/math.hpp"

namespace ffbench::stability {
namespace {

/// How far the nose tip stands before the plane of eyes and mouth, in eye distances.
constexpr double nose_height = 0.5;
/// Where a frontal nose tip lies between the eyes (0) and the mouth (1).
constexpr double nose_share = 0.55;

double arcsine(double x) {
  const double limited = std::clamp(x, -1.0, 1.0);
  return math::atan2(limited, std::sqrt(1 - limited * limited));
}

}  // namespace

Turn estimate_turn(const Landmarks5& landmarks) {
  const auto& [left_eye, right_eye, nose, left_mouth, right_mouth] = landmarks;
  const Point eyes{(left_eye.x + right_eye.x) / 2, (left_eye.y + right_eye.y) / 2};
  const Point mouth{(left_mouth.x + right_mouth.x) / 2, (left_mouth.y + right_mouth.y) / 2};
  const double down_x = mouth.x - eyes.x;
  const double down_y = mouth.y - eyes.y;
  const double down_squared = down_x * down_x + down_y * down_y;
  const double eye_x = right_eye.x - left_eye.x;
  const double eye_y = right_eye.y - left_eye.y;
  const double eye_distance = std::sqrt(eye_x * eye_x + eye_y * eye_y);
  if (!(down_squared > 0) || !(eye_distance > 0)) {
    return {0, 0};
  }
  const double down = std::sqrt(down_squared);
  const double nose_x = nose.x - eyes.x;
  const double nose_y = nose.y - eyes.y;
  // The nose tip's place along the line from eyes to mouth, and its distance from that line, to the
  // right positive.
  const double along = (nose_x * down_x + nose_y * down_y) / down;
  const double aside = (nose_x * down_y - nose_y * down_x) / down;
  const double size = std::max(eye_distance, down);
  return {arcsine(aside / (nose_height * size)), arcsine((along - nose_share * down) / (nose_height * size))};
}

Pose pose_of(const Similarity& frame_to_crop, Point anchor, const Landmarks5& landmarks) {
  const Turn turn = estimate_turn(landmarks);
  Pose pose;
  pose.yaw = turn.yaw;
  pose.pitch = turn.pitch;
  pose.roll = math::atan2(frame_to_crop.b, frame_to_crop.a);
  pose.scale = std::sqrt(frame_to_crop.a * frame_to_crop.a + frame_to_crop.b * frame_to_crop.b);
  pose.centre = frame_to_crop.inverse().apply(anchor);
  return pose;
}

Similarity similarity_of(const Pose& pose, Point anchor) {
  const math::SinCos turn = math::sincos(pose.roll);
  Similarity s;
  s.a = pose.scale * turn.cos;
  s.b = pose.scale * turn.sin;
  s.tx = anchor.x - (s.a * pose.centre.x - s.b * pose.centre.y);
  s.ty = anchor.y - (s.b * pose.centre.x + s.a * pose.centre.y);
  return s;
}

}  // namespace ffbench::stability
