#pragma once

#include <opencv2/core.hpp>

#include "harness/operators/plane.hpp"

namespace ffbench::operators {

/// The plane's pixels as OpenCV sees them, not copied.
inline cv::Mat opencv_view(Plane& plane) {
  return {plane.height(), plane.width(), CV_8UC(plane.channels()), plane.pixels(),
          static_cast<std::size_t>(plane.stride())};
}

}  // namespace ffbench::operators
