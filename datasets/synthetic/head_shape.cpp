#include "datasets/synthetic/head_shape.hpp"

#include <cmath>

namespace ffbench::synthetic {
namespace {

/// Horizontal section of the skull at a height: half width, front, back and where it is widest.
struct Section {
  double y;
  double half_width;
  double front;
  double back;
  double middle;
};

constexpr std::array<Section, 11> sections{{
    {-12.0, 0.00, 6.2, 5.8, 6.0},
    {-11.8, 1.50, 7.9, 3.4, 5.4},
    {-11.2, 2.75, 8.75, 1.2, 4.4},
    {-10.2, 4.00, 9.05, -1.0, 3.0},
    {-8.8, 5.10, 8.95, -3.6, 1.6},
    {-7.0, 5.95, 9.15, -5.8, 0.6},
    {-4.5, 6.65, 9.15, -7.6, 0.1},
    {-2.0, 7.10, 9.10, -9.0, 0.0},
    {0.0, 7.25, 8.95, -9.6, 0.0},
    {1.6, 7.35, 9.30, -9.8, 0.0},
    {3.0, 7.45, 9.30, -9.9, 0.0},
}};

/// Cubic Hermite interpolation of the table, tangents by central differences.
Section section_at(double y) {
  std::size_t i = 0;
  while (i + 2 < sections.size() && y > sections[i + 1].y) {
    ++i;
  }
  const Section& a = sections[i];
  const Section& b = sections[i + 1];
  const Section& before = sections[i > 0 ? i - 1 : 0];
  const Section& after = sections[i + 2 < sections.size() ? i + 2 : i + 1];
  const double h = b.y - a.y;
  const double t = clamp((y - a.y) / h, 0, 1);
  const double t2 = t * t;
  const double t3 = t2 * t;
  const auto interpolate = [&](double Section::*field) {
    const double ta = (b.*field - before.*field) / (b.y - before.y);
    const double tb = (after.*field - a.*field) / (after.y - a.y);
    return a.*field * (2 * t3 - 3 * t2 + 1) + b.*field * (3 * t2 - 2 * t3) +
           h * (ta * (t3 - 2 * t2 + t) + tb * (t3 - t2));
  };
  return {y, interpolate(&Section::half_width), interpolate(&Section::front), interpolate(&Section::back),
          interpolate(&Section::middle)};
}

}  // namespace

double HeadShape::eye_axis(double x) {
  return 0.07 * (std::fabs(x) - eye_x);
}

double HeadShape::eye_upper(double x) const {
  const double t = (std::fabs(x) - eye_x) / eye_half_width;
  const double k = 1 - t * t;
  return k > 0 ? person_.eye_height * k * (0.62 - 0.08 * t) : 0;
}

double HeadShape::eye_lower(double x) const {
  const double t = (std::fabs(x) - eye_x) / eye_half_width;
  const double k = 1 - t * t;
  return k > 0 ? person_.eye_height * k * (0.42 + 0.06 * t) : 0;
}

double HeadShape::mouth_gap(double x) {
  const double t = x / (mouth_half_width - 0.1);
  const double k = 1 - t * t;
  return k > 0 ? 0.34 * k : 0;
}

double HeadShape::upper_lip(double x) const {
  const double t = std::fabs(x) / mouth_half_width;
  const double bow = 1 - 0.22 * bump(x / 0.55) + 0.10 * bump((std::fabs(x) - 0.6) / 0.6);
  return t < 1 ? person_.lip_fullness * 0.78 * bow * (1 - t * t) * (1 - 0.25 * t) : 0;
}

double HeadShape::lower_lip(double x) const {
  const double t = std::fabs(x) / (mouth_half_width - 0.15);
  return t < 1 ? person_.lip_fullness * 0.98 * std::sqrt(1 - t * t) * (1 - 0.35 * t) : 0;
}

bool HeadShape::in_eye(double x, double y) const {
  const double dy = y - eye_axis(x);
  return dy < eye_upper(x) && dy > -eye_lower(x);
}

bool HeadShape::in_mouth(double x, double y) const {
  const double gap = mouth_gap(x);
  return std::fabs(y - mouth_y) < gap;
}

/// How far the features stand out of the plain skull, along z, at the front.
double HeadShape::relief(double x, double y) const {
  const Person& p = person_;
  const double ax = std::fabs(x);
  double z = 0;

  // Brow ridge, forehead, cheekbones, cheeks, chin.
  z += 0.50 * bump2(ax, y, 2.9, 1.75, 3.6, 1.7);
  z += 0.35 * bump2(ax, y, 1.6, 5.4, 4.2, 3.6);
  z += 0.60 * bump2(ax, y, 4.4, -2.6, 2.8, 2.4);
  z -= 0.35 * bump2(ax, y, 5.0, -6.4, 2.2, 2.8);
  z += 0.85 * bump2(x, y, 0, -10.3, 2.4, 1.9);
  z -= 0.50 * bump2(x, y, 0, -8.9, 2.6, 0.9);  // fold between lip and chin

  // Muzzle, philtrum and the folds from nose to mouth.
  z += 0.55 * bump2(x, y, 0, -6.6, 3.6, 2.9);
  z -= 0.13 * bump2(x, y, 0, -5.4, 0.45, 0.9);
  z -= 0.16 * bump2(ax, y, 2.55 + 0.22 * (-4.8 - y), -5.6, 0.6, 1.9);

  // Lips: rolls that end at the edge of the red.
  const double gap = mouth_gap(x);
  const double up = upper_lip(x);
  const double low = lower_lip(x);
  const double dy = y - mouth_y;
  if (up > 0) {
    z += 0.62 * (1 - (x / mouth_half_width) * (x / mouth_half_width)) *
         bump((dy - gap - 0.30 * up) / (0.95 * up + 0.12));
  }
  if (low > 0) {
    z += 0.70 * (1 - (x / mouth_half_width) * (x / mouth_half_width)) *
         bump((dy + gap + 0.42 * low) / (0.95 * low + 0.15));
  }
  z -= 0.25 * bump2(ax, y, mouth_half_width + 0.15, mouth_y, 0.8, 0.7);

  // Nose: bridge that rises to the tip, wings, septum.
  const double tip = -3.55 * p.nose_length;
  const double base = -4.75 * p.nose_length;
  const double along = clamp((1.3 - y) / (1.3 - tip), 0, 1);
  const double rise = 0.25 + 0.35 * along + 1.75 * along * along;
  const double below = y < tip ? clamp(1 - (tip - y) / (tip - base), 0, 1) : 1;
  const double fall = below * below * (3 - 2 * below);
  const double start = smooth_step(1.9, 0.2, y);
  const double width = p.nose_width * (0.95 + 0.45 * along);
  const double across = x / width;
  z += start * rise * fall * (0.55 * bump(across) + 0.45 * bump(across * 0.62));
  z += 0.38 * bump2(x, y, 0, tip - 0.05, 0.95 * p.nose_width, 0.9);
  z += 1.05 * bump2(ax, y, 1.28 * p.nose_width, -4.05 * p.nose_length, 0.85, 0.95);
  z -= 0.35 * bump2(ax, y, 2.25 * p.nose_width, -4.1 * p.nose_length, 0.7, 1.1);

  // Eye sockets: deeper towards the nose.
  z -= 0.95 * bump2(ax, y, 2.7, 0.15, 2.5, 1.75);
  z -= 0.55 * bump2(ax, y, 1.45, 0.35, 1.1, 1.3);
  return z;
}

Vector3 HeadShape::point(double s, double q, double lift) const {
  const double theta = theta_of(s);
  const double sin_t = sine(theta);
  const double cos_t = cosine(theta);
  const double y = q < 3 ? q : 3;
  Section c = section_at(y);
  const double jaw = smooth_step(-3, -9, y);
  const double widen = person_.face_width * mix(1, person_.jaw_width, jaw);
  double height = q;
  double shrink = 1;
  if (q > 3) {
    const double phi = clamp((q - 3) / 8.8, 0, pi / 2);
    height = 3 + 8.8 * sine(phi);
    shrink = cosine(phi);
  }
  const double flat = cos_t > 0 ? cos_t * (1 + 0.20 * sin_t * sin_t) : cos_t;
  Vector3 p;
  p.x = (c.half_width * widen * shrink + lift) * sin_t;
  const double depth = cos_t > 0 ? c.front - c.middle : c.middle - c.back;
  p.z = c.middle * shrink + (depth * shrink + lift) * flat;
  p.y = height + (q > 3 ? lift * (1 - shrink) : 0);
  if (lift == 0 && cos_t > 0) {
    const double front = smooth_step(0.05, 0.45, cos_t);
    p.z += front * relief(p.x, q);
    // Lids lie on the eyeball.
    for (const int side : {-1, 1}) {
      const Vector3 e = eye_centre(side);
      const double dx = p.x - e.x;
      const double dy = q - eye_axis(p.x);
      const double inside = ball_radius * ball_radius - dx * dx - dy * dy;
      const double r = std::sqrt(dx * dx / (2.45 * 2.45) + dy * dy / (1.6 * 1.6));
      if (inside > 0 && r < 1) {
        const double w = 1 - smooth_step(0.55, 1.0, r);
        p.z = mix(p.z, e.z + std::sqrt(inside) + 0.13, w);
      }
    }
  }
  return p;
}

double HeadShape::s_at(double x, double y) const {
  double low = -0.62;
  double high = 0.62;
  for (int i = 0; i < 48; ++i) {
    const double middle = (low + high) / 2;
    (point(middle, y).x < x ? low : high) = middle;
  }
  return (low + high) / 2;
}

std::array<HeadShape::Anchor, 68> HeadShape::landmark_anchors() const {
  std::array<Anchor, 68> anchors{};
  const auto put = [&](std::size_t i, double x, double y) { anchors[i] = {s_at(x, y), y}; };

  // Jaw line from ear to ear; angles in degrees of longitude.
  constexpr std::array<double, 9> jaw_angle{82, 82, 81, 79, 75, 66, 50, 27, 0};
  constexpr std::array<double, 9> jaw_y{0.2, -1.8, -3.7, -5.5, -7.2, -8.7, -10.0, -11.0, -11.45};
  for (std::size_t i = 0; i < 9; ++i) {
    double low = 0;
    double high = 1;
    for (int k = 0; k < 48; ++k) {
      const double middle = (low + high) / 2;
      (theta_of(middle) < radians(jaw_angle[i]) ? low : high) = middle;
    }
    anchors[i] = {-low, jaw_y[i]};
    anchors[16 - i] = {low, jaw_y[i]};
  }

  constexpr std::array<double, 5> brow_x{-5.5, -4.7, -3.7, -2.7, -1.7};
  constexpr std::array<double, 5> brow_y{1.62, 1.95, 2.0, 1.97, 1.82};
  for (std::size_t i = 0; i < 5; ++i) {
    put(17 + i, brow_x[i], brow_y[i] + person_.brow_height);
    put(26 - i, -brow_x[i], brow_y[i] + person_.brow_height);
  }

  const double nose = person_.nose_length;
  put(27, 0, 0.35);
  put(28, 0, -0.95 * nose);
  put(29, 0, -2.25 * nose);
  put(30, 0, -3.55 * nose);
  constexpr std::array<double, 5> base_x{-1.35, -0.7, 0, 0.7, 1.35};
  constexpr std::array<double, 5> base_y{-4.55, -4.72, -4.85, -4.72, -4.55};
  for (std::size_t i = 0; i < 5; ++i) {
    put(31 + i, base_x[i] * person_.nose_width, base_y[i] * nose);
  }

  const double inner = eye_x - eye_half_width;
  const double outer = eye_x + eye_half_width;
  constexpr double third = 0.52;
  put(36, -outer, eye_axis(outer));
  put(37, -eye_x - third, eye_axis(eye_x + third) + eye_upper(eye_x + third));
  put(38, -eye_x + third, eye_axis(eye_x - third) + eye_upper(eye_x - third));
  put(39, -inner, eye_axis(inner));
  put(40, -eye_x + third, eye_axis(eye_x - third) - eye_lower(eye_x - third));
  put(41, -eye_x - third, eye_axis(eye_x + third) - eye_lower(eye_x + third));
  constexpr std::array<std::size_t, 6> mirrored{45, 44, 43, 42, 47, 46};
  for (std::size_t i = 0; i < 6; ++i) {
    anchors[mirrored[i]] = {-anchors[36 + i].s, anchors[36 + i].q};
  }

  constexpr std::array<double, 7> outer_x{-2.55, -1.55, -0.6, 0, 0.6, 1.55, 2.55};
  constexpr std::array<double, 5> lower_x{1.7, 0.85, 0, -0.85, -1.7};
  for (std::size_t i = 0; i < 7; ++i) {
    put(48 + i, outer_x[i], mouth_y + mouth_gap(outer_x[i]) + upper_lip(outer_x[i]));
  }
  for (std::size_t i = 0; i < 5; ++i) {
    put(55 + i, lower_x[i], mouth_y - mouth_gap(lower_x[i]) - lower_lip(lower_x[i]));
  }
  constexpr std::array<double, 5> inner_x{-2.25, -1, 0, 1, 2.25};
  for (std::size_t i = 0; i < 5; ++i) {
    put(60 + i, inner_x[i], mouth_y + mouth_gap(inner_x[i]));
  }
  for (std::size_t i = 0; i < 3; ++i) {
    put(65 + i, inner_x[3 - i], mouth_y - mouth_gap(inner_x[3 - i]));
  }
  return anchors;
}

}  // namespace ffbench::synthetic
