#pragma once

#include <cmath>

#include "core/face_plan.hpp"
#include "stability/plan_geometry.hpp"

namespace ffbench::test {

/// Plan of frame `index` of a clip of `frames`: faces that move and turn, the second and third
/// partly outside the frame, with resets and a tail. The third face is missing in every third
/// frame. Mask polygons move and grow from frame to frame, so that a mask held from the frame
/// before is never the mask of this frame; the second face has none in every fourth frame.
inline FramePlan moving_plan(int index, int frames, int faces, int width, int height, int crop_size) {
  FramePlan plan;
  for (int face = 0; face < faces; ++face) {
    if (face == 2 && index % 3 == 1) {
      continue;
    }
    FacePlan result;
    result.face_id = 10 * face + 1;
    result.reset = index == 0 || (face == 0 && index == 4) || (face == 1 && index == 3);
    result.tail = index >= frames - 2;
    const double scale = 0.9 - 0.15 * face;
    const double turn = 0.1 * index + face;
    const double a = scale * std::cos(turn);
    const double b = scale * std::sin(turn);
    const double x = width * (face == 0 ? 0.5 : face == 1 ? 0.9 : 0.1) + 2.3 * index;
    const double y = height * (face == 0 ? 0.5 : 0.8) - 1.7 * index;
    const double middle = 0.5 * crop_size;
    result.frame_to_crop = {a, b, middle - (a * x - b * y), middle - (b * x + a * y)};
    if (face != 1 || index % 4 != 2) {
      // A fraction of a pixel a frame: where the mask's edge changes by less than the hysteresis
      // band, where by more.
      const double right = 0.3 * (index % 5) - 0.6;
      const double down = 0.23 * (index % 7) - 0.7;
      const double growth = 1 + 0.01 * (index % 3);
      std::vector<Point> points;
      for (int k = 0; k < 17; ++k) {
        const double angle = 0.37 * k;
        points.push_back({middle + right + growth * 0.38 * crop_size * std::cos(angle),
                          middle + down + growth * 0.44 * crop_size * std::sin(angle)});
      }
      result.mask_polygon = stability::convex_hull(points);
    }
    if (stability::complete_geometry(result, width, height, crop_size)) {
      plan.faces.push_back(result);
    }
  }
  return plan;
}

}  // namespace ffbench::test
