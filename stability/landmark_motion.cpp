#include "stability/landmark_motion.hpp"

#include <cmath>
#include <cstddef>

#include "core/numeric/math.hpp"

namespace ffbench::stability {

std::vector<Point> all_landmarks(const TrackedFace& face, bool with_68) {
  std::vector<Point> points;
  if (with_68) {
    points.assign(face.landmarks68->begin(), face.landmarks68->end());
  }
  points.insert(points.end(), face.landmarks5.begin(), face.landmarks5.end());
  return points;
}

void set_landmarks(TrackedFace& face, const std::vector<Point>& points) {
  const std::size_t before = points.size() - face.landmarks5.size();
  face.landmarks68.reset();
  if (before > 0) {
    Landmarks68& all = face.landmarks68.emplace();
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = points[i];
    }
  }
  for (std::size_t i = 0; i < face.landmarks5.size(); ++i) {
    face.landmarks5[i] = points[before + i];
  }
}

Point centroid(const std::vector<Point>& points, const std::vector<double>& weights) {
  Point sum;
  double total = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    sum.x += weights[i] * points[i].x;
    sum.y += weights[i] * points[i].y;
    total += weights[i];
  }
  return {sum.x / total, sum.y / total};
}

std::optional<Placement> place(const std::vector<Point>& points, const std::vector<Point>& reference,
                               const std::vector<double>& weights) {
  const Point from = centroid(points, weights);
  const Point to = centroid(reference, weights);
  double along = 0;
  double across = 0;
  double spread = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double px = points[i].x - from.x;
    const double py = points[i].y - from.y;
    const double qx = reference[i].x - to.x;
    const double qy = reference[i].y - to.y;
    along += weights[i] * (px * qx + py * qy);
    across += weights[i] * (px * qy - py * qx);
    spread += weights[i] * (px * px + py * py);
  }
  if (!(spread > 1e-6) || !std::isfinite(spread)) {
    return std::nullopt;
  }
  const double a = along / spread;
  const double b = across / spread;
  const double scale = std::sqrt(a * a + b * b);
  if (!(scale >= 1e-3 && scale <= 1e3)) {
    return std::nullopt;
  }
  Placement result;
  result.to_reference = {a, b, to.x - (a * from.x - b * from.y), to.y - (b * from.x + a * from.y)};
  result.deviation.reserve(2 * points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point p = result.to_reference.apply(points[i]);
    result.deviation.push_back(p.x - reference[i].x);
    result.deviation.push_back(p.y - reference[i].y);
  }
  return result;
}

MotionVector motion_of(const Similarity& to_reference, Point anchor, double previous_roll) {
  const Point centre = to_reference.inverse().apply(anchor);
  const double scale = std::sqrt(to_reference.a * to_reference.a + to_reference.b * to_reference.b);
  const double roll = math::atan2(to_reference.b, to_reference.a);
  return {centre.x, centre.y, math::log(scale), previous_roll + math::wrap_angle(roll - previous_roll)};
}

std::vector<Point> points_of(const MotionVector& motion, const std::vector<double>& deviation,
                             const std::vector<Point>& reference, Point anchor) {
  // The inverse similarity, about the anchor: turned back and scaled back.
  const math::SinCos turn = math::sincos(motion[3]);
  const double shrink = math::exp(-motion[2]);
  const double a = shrink * turn.cos;
  const double b = -shrink * turn.sin;
  std::vector<Point> points;
  points.reserve(reference.size());
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double dx = reference[i].x + deviation[2 * i] - anchor.x;
    const double dy = reference[i].y + deviation[2 * i + 1] - anchor.y;
    points.push_back({motion[0] + (a * dx - b * dy), motion[1] + (b * dx + a * dy)});
  }
  return points;
}

}  // namespace ffbench::stability
