#include "core/face_track.hpp"

#include <algorithm>

namespace ffbench {
namespace {

Point mean_of(const Landmarks68& points, int first, int last) {
  Point sum;
  for (int i = first; i <= last; ++i) {
    sum.x += points[static_cast<std::size_t>(i)].x;
    sum.y += points[static_cast<std::size_t>(i)].y;
  }
  const double n = last - first + 1;
  return {sum.x / n, sum.y / n};
}

}  // namespace

Landmarks5 landmarks5_from_68(const Landmarks68& points) {
  return {mean_of(points, 36, 41), mean_of(points, 42, 47), points[30], points[48], points[54]};
}

Box bounding_box(const Landmarks68& points) {
  Box box{points[0].x, points[0].y, points[0].x, points[0].y};
  for (const Point& p : points) {
    box.x0 = std::min(box.x0, p.x);
    box.y0 = std::min(box.y0, p.y);
    box.x1 = std::max(box.x1, p.x);
    box.y1 = std::max(box.y1, p.y);
  }
  return box;
}

}  // namespace ffbench
