#include "stability/plan_geometry.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace ffbench::stability {
namespace {

/// Twice the signed area of the triangle; positive where a, b, c turn clockwise on screen.
double turn(Point a, Point b, Point c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

bool finite(const AffineF& m) {
  return std::isfinite(m.xx) && std::isfinite(m.xy) && std::isfinite(m.xt) && std::isfinite(m.yx) &&
         std::isfinite(m.yy) && std::isfinite(m.yt);
}

/// Whole pixels between `low` and `high` with one pixel to spare, within [0, size).
std::array<int, 2> pixel_range(double low, double high, int size) {
  const double first = std::clamp(std::floor(low) - 1, 0.0, static_cast<double>(size));
  const double last = std::clamp(std::ceil(high) + 2, first, static_cast<double>(size));
  return {static_cast<int>(first), static_cast<int>(last)};
}

Region paste_region(const Similarity& crop_to_frame, int frame_width, int frame_height, int crop_size) {
  // Beyond one pixel outside the crop the mask, whose border is 0, has no weight.
  const double near = -1;
  const double far = crop_size;
  const std::array<Point, 4> corners{crop_to_frame.apply({near, near}), crop_to_frame.apply({far, near}),
                                     crop_to_frame.apply({far, far}), crop_to_frame.apply({near, far})};
  const auto [left, right] = std::minmax({corners[0].x, corners[1].x, corners[2].x, corners[3].x});
  const auto [top, bottom] = std::minmax({corners[0].y, corners[1].y, corners[2].y, corners[3].y});
  const auto [x0, x1] = pixel_range(left, right, frame_width);
  const auto [y0, y1] = pixel_range(top, bottom, frame_height);
  return x1 > x0 && y1 > y0 ? Region{x0, y0, x1 - x0, y1 - y0} : Region{};
}

}  // namespace

std::vector<Point> convex_hull(std::vector<Point> points) {
  // Andrew's monotone chain.
  std::sort(points.begin(), points.end(),
            [](const Point& a, const Point& b) { return a.x < b.x || (a.x == b.x && a.y < b.y); });
  points.erase(std::unique(points.begin(), points.end()), points.end());
  if (points.size() < 3) {
    return points;
  }
  std::vector<Point> hull;
  const auto add_chain = [&hull](auto first, auto last) {
    const std::size_t base = hull.size();
    for (auto p = first; p != last; ++p) {
      while (hull.size() >= base + 2 && turn(hull[hull.size() - 2], hull.back(), *p) <= 0) {
        hull.pop_back();
      }
      hull.push_back(*p);
    }
    hull.pop_back();  // the chain's last point begins the other chain
  };
  add_chain(points.begin(), points.end());
  add_chain(points.rbegin(), points.rend());
  return hull;
}

bool complete_geometry(FacePlan& plan, int frame_width, int frame_height, int crop_size) {
  const Similarity& s = plan.frame_to_crop;
  const double squared_scale = s.a * s.a + s.b * s.b;
  if (!(squared_scale > 1e-12) || !std::isfinite(squared_scale)) {
    return false;
  }
  const Similarity inverse = s.inverse();
  FaceGeometry geometry;
  geometry.frame_to_crop = AffineF(Affine(s));
  geometry.crop_to_frame = AffineF(Affine(inverse));
  if (!finite(geometry.frame_to_crop) || !finite(geometry.crop_to_frame)) {
    return false;
  }
  geometry.region = paste_region(inverse, frame_width, frame_height, crop_size);
  const std::vector<Point>& polygon = plan.mask_polygon;
  for (std::size_t i = 0; polygon.size() >= 3 && i < polygon.size(); ++i) {
    const Point from = polygon[i];
    const Point to = polygon[(i + 1) % polygon.size()];
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    const double length = std::sqrt(dx * dx + dy * dy);
    if (!(length > 0) || !std::isfinite(length)) {
      return false;
    }
    const double nx = -dy / length;
    const double ny = dx / length;
    geometry.mask_edges.push_back(
        {static_cast<float>(nx), static_cast<float>(ny), static_cast<float>(-(nx * from.x + ny * from.y))});
  }
  plan.geometry = std::move(geometry);
  return true;
}

}  // namespace ffbench::stability
