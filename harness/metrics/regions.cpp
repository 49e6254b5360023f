#include "harness/metrics/regions.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace ffbench::metrics {
namespace {

Region from_edges(int x0, int y0, int x1, int y1) {
  return x1 > x0 && y1 > y0 ? Region{x0, y0, x1 - x0, y1 - y0} : Region{};
}

/// Bounding box of points that `map` takes into the frame.
template <typename Points>
Box mapped_box(const Points& points, const Similarity& map) {
  const Point first = map.apply(points[0]);
  Box box{first.x, first.y, first.x, first.y};
  for (const Point& point : points) {
    const Point p = map.apply(point);
    box.x0 = std::min(box.x0, p.x);
    box.y0 = std::min(box.y0, p.y);
    box.x1 = std::max(box.x1, p.x);
    box.y1 = std::max(box.y1, p.y);
  }
  return box;
}

int clamped(double value, int low, int high) {
  return static_cast<int>(std::clamp(value, static_cast<double>(low), static_cast<double>(high)));
}

Box square_box(const FacePlan& plan, int crop_size, double margin) {
  const double low = -margin;
  const double high = crop_size - 1 + margin;
  const std::array<Point, 4> corners{{{low, low}, {high, low}, {high, high}, {low, high}}};
  return mapped_box(corners, plan.frame_to_crop.inverse());
}

}  // namespace

Region intersect(const Region& a, const Region& b) {
  return from_edges(std::max(a.x, b.x), std::max(a.y, b.y), std::min(a.x + a.width, b.x + b.width),
                    std::min(a.y + a.height, b.y + b.height));
}

Region bounding(const Region& a, const Region& b) {
  if (a.empty()) {
    return b;
  }
  if (b.empty()) {
    return a;
  }
  return from_edges(std::min(a.x, b.x), std::min(a.y, b.y), std::max(a.x + a.width, b.x + b.width),
                    std::max(a.y + a.height, b.y + b.height));
}

Region grown(const Region& region, int margin, int width, int height) {
  if (region.empty()) {
    return {};
  }
  return intersect(
      {region.x - margin, region.y - margin, region.width + 2 * margin, region.height + 2 * margin},
      {0, 0, width, height});
}

Region pixels_of(const Box& box, int width, int height) {
  // Clamped before conversion: a box far outside must not overflow.
  return from_edges(clamped(std::floor(box.x0), 0, width), clamped(std::floor(box.y0), 0, height),
                    clamped(std::floor(box.x1) + 1, 0, width), clamped(std::floor(box.y1) + 1, 0, height));
}

void merge_overlapping(std::vector<Region>& regions) {
  std::erase_if(regions, [](const Region& r) { return r.empty(); });
  for (bool merged = true; merged;) {
    merged = false;
    for (std::size_t i = 0; i < regions.size() && !merged; ++i) {
      for (std::size_t j = i + 1; j < regions.size(); ++j) {
        if (!intersect(regions[i], regions[j]).empty()) {
          regions[i] = bounding(regions[i], regions[j]);
          regions.erase(regions.begin() + static_cast<std::ptrdiff_t>(j));
          merged = true;
          break;
        }
      }
    }
  }
}

Region crop_region(const FacePlan& plan, int crop_size, int width, int height) {
  Box box = square_box(plan, crop_size, 1);
  box = {box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1};
  return pixels_of(box, width, height);
}

Region face_region(const FacePlan& plan, int crop_size, int width, int height) {
  if (plan.mask_polygon.size() < 3) {
    return pixels_of(square_box(plan, crop_size, 0), width, height);
  }
  return pixels_of(mapped_box(plan.mask_polygon, plan.frame_to_crop.inverse()), width, height);
}

const FacePlan* find_face(const FramePlan& frame, int face_id) {
  const auto found = std::find_if(frame.faces.begin(), frame.faces.end(),
                                  [face_id](const FacePlan& face) { return face.face_id == face_id; });
  return found == frame.faces.end() ? nullptr : &*found;
}

}  // namespace ffbench::metrics
