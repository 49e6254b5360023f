#include "stability/similarity_fit.hpp"

#include <cmath>

namespace ffbench::stability {

Point centroid(const Landmarks5& points) {
  Point sum;
  for (const Point& p : points) {
    sum.x += p.x;
    sum.y += p.y;
  }
  return {sum.x / 5, sum.y / 5};
}

std::optional<Similarity> fit_similarity(const Landmarks5& from, const Landmarks5& to) {
  const Point from_centre = centroid(from);
  const Point to_centre = centroid(to);
  double along = 0;
  double across = 0;
  double spread = 0;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double px = from[i].x - from_centre.x;
    const double py = from[i].y - from_centre.y;
    const double qx = to[i].x - to_centre.x;
    const double qy = to[i].y - to_centre.y;
    along += px * qx + py * qy;
    across += px * qy - py * qx;
    spread += px * px + py * py;
  }
  // Written so that NaN fails too.
  if (!(spread > 1e-6) || !std::isfinite(spread)) {
    return std::nullopt;
  }
  const double a = along / spread;
  const double b = across / spread;
  const double scale = std::sqrt(a * a + b * b);
  if (!(scale >= 1e-3 && scale <= 1e3)) {
    return std::nullopt;
  }
  return Similarity{a, b, to_centre.x - (a * from_centre.x - b * from_centre.y),
                    to_centre.y - (b * from_centre.x + a * from_centre.y)};
}

}  // namespace ffbench::stability
