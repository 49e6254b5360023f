#pragma once

#include <array>

namespace ffbench {

/// A point in pixels. Pixel centres lie at whole numbers, x to the right, y down.
struct Point {
  double x = 0;
  double y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

/// An axis-aligned box in pixels, from (x0, y0) to (x1, y1).
struct Box {
  double x0 = 0;
  double y0 = 0;
  double x1 = 0;
  double y1 = 0;
  [[nodiscard]] double width() const { return x1 - x0; }
  [[nodiscard]] double height() const { return y1 - y0; }
  friend bool operator==(const Box&, const Box&) = default;
};

/// A rectangle of whole pixels [x, x + width) x [y, y + height).
struct Region {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  [[nodiscard]] bool empty() const { return width <= 0 || height <= 0; }
  friend bool operator==(const Region&, const Region&) = default;
};

/// The similarity (x, y) -> (a x - b y + tx, b x + a y + ty), binary64.
struct Similarity {
  double a = 1;
  double b = 0;
  double tx = 0;
  double ty = 0;

  [[nodiscard]] Point apply(Point p) const { return {a * p.x - b * p.y + tx, b * p.x + a * p.y + ty}; }

  /// The inverse map. A similarity with a = b = 0 has none; plans never hold one.
  [[nodiscard]] Similarity inverse() const {
    const double d = a * a + b * b;
    const double ia = a / d;
    const double ib = -b / d;
    return {ia, ib, -(ia * tx - ib * ty), -(ib * tx + ia * ty)};
  }
  friend bool operator==(const Similarity&, const Similarity&) = default;
};

/// Six coefficients of (x, y) -> (xx x + xy y + xt, yx x + yy y + yt), binary64. Row-major like
/// OpenCV's 2x3 matrix.
struct Affine {
  double xx = 1;
  double xy = 0;
  double xt = 0;
  double yx = 0;
  double yy = 1;
  double yt = 0;

  Affine() = default;
  Affine(double xx_, double xy_, double xt_, double yx_, double yy_, double yt_)
      : xx(xx_), xy(xy_), xt(xt_), yx(yx_), yy(yy_), yt(yt_) {}
  // NOLINT(google-explicit-constructor): every similarity is an affine map
  Affine(const Similarity& s) : xx(s.a), xy(-s.b), xt(s.tx), yx(s.b), yy(s.a), yt(s.ty) {}

  [[nodiscard]] Point apply(Point p) const { return {xx * p.x + xy * p.y + xt, yx * p.x + yy * p.y + yt}; }
  friend bool operator==(const Affine&, const Affine&) = default;
};

/// The same map with coefficients rounded to binary32, as the pixel operators take it.
struct AffineF {
  float xx = 1;
  float xy = 0;
  float xt = 0;
  float yx = 0;
  float yy = 1;
  float yt = 0;

  AffineF() = default;
  explicit AffineF(const Affine& m)
      : xx(static_cast<float>(m.xx)),
        xy(static_cast<float>(m.xy)),
        xt(static_cast<float>(m.xt)),
        yx(static_cast<float>(m.yx)),
        yy(static_cast<float>(m.yy)),
        yt(static_cast<float>(m.yt)) {}
  friend bool operator==(const AffineF&, const AffineF&) = default;
};

/// The set nx x + ny y + c >= 0; with a unit normal the left side is the distance from the edge, in
/// pixels.
struct HalfPlane {
  float nx = 0;
  float ny = 0;
  float c = 0;
  friend bool operator==(const HalfPlane&, const HalfPlane&) = default;
};

}  // namespace ffbench
