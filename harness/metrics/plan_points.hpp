#pragma once

#include "core/face_plan.hpp"
#include "core/face_track.hpp"

namespace ffbench::metrics {

/// The template points (crop pixels) mapped back into the frame by a plan.
inline Landmarks5 mapped_back(const FacePlan& plan, const Landmarks5& template_points) {
  const Similarity crop_to_frame = plan.frame_to_crop.inverse();
  Landmarks5 out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = crop_to_frame.apply(template_points[i]);
  }
  return out;
}

inline Point operator-(Point a, Point b) {
  return {a.x - b.x, a.y - b.y};
}

inline Landmarks5 operator-(const Landmarks5& a, const Landmarks5& b) {
  Landmarks5 out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = a[i] - b[i];
  }
  return out;
}

/// Sum over the points of a.b, divided by their number.
inline double mean_product(const Landmarks5& a, const Landmarks5& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += a[i].x * b[i].x + a[i].y * b[i].y;
  }
  return sum / static_cast<double>(a.size());
}

inline double mean_square(const Landmarks5& a) {
  return mean_product(a, a);
}

}  // namespace ffbench::metrics
