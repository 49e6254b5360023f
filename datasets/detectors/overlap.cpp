#include "datasets/detectors/overlap.hpp"

#include <algorithm>

#include "core/limits.hpp"

namespace ffbench {

double overlap_of(const Box& a, const Box& b) {
  const double width = std::min(a.x1, b.x1) - std::max(a.x0, b.x0);
  const double height = std::min(a.y1, b.y1) - std::max(a.y0, b.y0);
  if (!(width > 0) || !(height > 0)) {
    return 0;
  }
  const double common = width * height;
  return common / (a.width() * a.height() + b.width() * b.height() - common);
}

std::vector<TrackedFace> without_overlaps(std::vector<TrackedFace> faces, double threshold) {
  std::stable_sort(faces.begin(), faces.end(),
                   [](const TrackedFace& a, const TrackedFace& b) { return a.score > b.score; });
  std::vector<TrackedFace> kept;
  for (const TrackedFace& face : faces) {
    const bool covered = std::any_of(kept.begin(), kept.end(), [&](const TrackedFace& better) {
      return overlap_of(better.box, face.box) > threshold;
    });
    if (!covered) {
      kept.push_back(face);
    }
    if (kept.size() == most_faces_in_frame) {
      break;
    }
  }
  return kept;
}

}  // namespace ffbench
