#include "datasets/synthetic/materials.hpp"

#include <algorithm>
#include <cmath>

#include "datasets/synthetic/body_parts.hpp"
#include "datasets/synthetic/value_noise.hpp"

namespace ffbench::synthetic {
namespace {

Colour scaled(Colour c, double k) {
  return {c.r * k, c.g * k, c.b * k};
}
Colour blend(Colour a, Colour b, double t) {
  return {mix(a.r, b.r, t), mix(a.g, b.g, t), mix(a.b, b.b, t)};
}

/// A face's colours and fine relief, by place on its front.
class FacePaint {
 public:
  explicit FacePaint(const HeadShape& shape) : shape_(shape), person_(shape.person()), seed_(person_.seed) {}

  [[nodiscard]] Texture::Texel at(double x, double y, double theta) const {
    Texture::Texel t = skin(x, y);
    if (std::fabs(theta) < radians(100)) {
      features(x, y, t);
    }
    scalp(theta, y, t);
    return t;
  }

 private:
  /// Mottled skin with pores.
  [[nodiscard]] Texture::Texel skin(double x, double y) const {
    const double ax = std::fabs(x);
    const double broad = fractal_noise(seed_ + 1, x * 0.8, y * 0.8, 4) - 0.5;
    const double fine = fractal_noise(seed_ + 2, x * 7, y * 7, 3, 0.7) - 0.5;
    Texture::Texel t;
    t.colour = scaled(person_.skin, 1 + 0.10 * broad + 0.10 * fine);
    // Blood shows on cheeks, nose and chin.
    double red = 0.7 * bump2(ax, y, 4.3, -3.0, 3.0, 2.6) + 0.8 * bump2(x, y, 0, -3.6, 1.5, 1.6) +
                 0.3 * bump2(x, y, 0, -10.3, 2.2, 1.6);
    red *= 0.75 + 0.9 * broad;
    t.colour.g *= 1 - 0.085 * red;
    t.colour.b *= 1 - 0.095 * red;
    const double spots = value_noise(seed_ + 3, x * 4.3, y * 4.3) * value_noise(seed_ + 4, x * 9.1, y * 9.1);
    const double freckle = person_.freckles * smooth_step(0.50, 0.66, spots) * bump2(x, y, 0, -2, 6.5, 4.5);
    t.colour = blend(t.colour, {0.55, 0.36, 0.26}, 0.7 * freckle);
    t.gloss = 0.30 + 0.25 * bump2(x, y, 0, -2.6, 1.3, 3.0) + 0.22 * bump2(x, y, 0, 4.2, 4.0, 2.4) +
              0.15 * bump2(ax, y, 4.2, -2.0, 1.8, 1.4);
    t.gloss *= 0.8 + 0.8 * fine;
    t.height = 0.030 * fine + 0.012 * (value_noise(seed_ + 5, x * 19, y * 19) - 0.5);
    return t;
  }

  void features(double x, double y, Texture::Texel& t) const {
    const double ax = std::fabs(x);

    // Light that does not reach: sockets, sides of the nose, below nose, lip and cheeks.
    double shade = 0.20 * bump2(ax, y, 2.0, 0.55, 1.5, 1.3) + 0.10 * bump2(ax, y, 3.2, -0.9, 1.9, 0.9);
    shade += 0.28 * bump2(x, y, 0, -5.05 * person_.nose_length, 1.7, 0.75);
    shade += 0.18 * bump2(ax, y, 2.05 * person_.nose_width, -4.3 * person_.nose_length, 0.5, 0.9);
    shade += 0.16 * bump2(ax, y, 2.6 + 0.22 * (-4.8 - y), -5.5, 0.34, 1.8);
    shade += 0.20 * bump2(x, y, 0, -8.75, 2.0, 0.55);
    shade += 0.16 * bump2(ax, y, HeadShape::mouth_half_width + 0.12, HeadShape::mouth_y, 0.55, 0.5);
    shade += 0.35 * smooth_step(-11.2, -12, y);
    t.colour = blend(t.colour, {t.colour.r * 0.42, t.colour.g * 0.30, t.colour.b * 0.27}, clamp(shade, 0, 1));

    // Nostrils.
    const double nostril =
        bump2(ax, y, 0.62 * person_.nose_width, -4.66 * person_.nose_length, 0.46 * person_.nose_width, 0.26);
    t.colour = blend(t.colour, {0.16, 0.07, 0.06}, clamp(1.5 * nostril, 0, 0.92));

    stubble(x, y, t);
    lips(x, y, t);
    eyes(x, y, t);
    brows(x, y, t);
  }

  void stubble(double x, double y, Texture::Texel& t) const {
    if (person_.stubble <= 0) {
      return;
    }
    const double jaw = smooth_step(-4.8, -6.6, y - 0.28 * (std::fabs(x) - 3)) *
                       (1 - 0.5 * bump2(std::fabs(x), y, 3.2, -5.6, 1.6, 1.6));
    const double hairs = value_noise(seed_ + 21, x * 17, y * 15);
    const double amount = person_.stubble * jaw * (0.45 + 0.75 * hairs);
    t.colour = blend(t.colour,
                     {person_.hair.r * 0.8 + 0.08, person_.hair.g * 0.8 + 0.09, person_.hair.b * 0.8 + 0.10},
                     clamp(0.55 * amount, 0, 1));
    t.height += 0.02 * amount * hairs;
    t.gloss *= 1 - 0.6 * jaw * person_.stubble;
  }

  void lips(double x, double y, Texture::Texel& t) const {
    const double gap = HeadShape::mouth_gap(x);
    const double dy = y - HeadShape::mouth_y;
    const double up = shape_.upper_lip(x);
    const double low = shape_.lower_lip(x);
    double red = 0;
    if (dy >= 0 && up > 0.02) {
      red = 1 - smooth_step(gap + up - 0.10, gap + up + 0.06, dy);
    } else if (dy < 0 && low > 0.02) {
      red = 1 - smooth_step(gap + low - 0.12, gap + low + 0.07, -dy);
    }
    if (red > 0) {
      const double creases = value_noise(seed_ + 31, x * 8, y * 0.9) - 0.5;
      Colour c = scaled(person_.lips, 1 + 0.16 * creases);
      // The upper lip faces down and is darker; towards the opening both are.
      const double inner = smooth_step(0.22, 0.0, std::fabs(dy) - gap);
      c = scaled(c, (dy > 0 ? 0.88 : 1.03) * (1 - 0.42 * inner));
      t.colour = blend(t.colour, c, red);
      t.gloss = mix(t.gloss, dy > 0 ? 0.35 : 0.75, red);
      t.height = mix(t.height, 0.035 * creases, red);
    }
  }

  void eyes(double x, double y, Texture::Texel& t) const {
    const double ax = std::fabs(x);
    const double along = (ax - HeadShape::eye_x) / HeadShape::eye_half_width;
    if (std::fabs(along) > 1.25) {
      return;
    }
    const double ey = y - HeadShape::eye_axis(x);
    const double up = shape_.eye_upper(x);
    const double down = shape_.eye_lower(x);
    const double within = smooth_step(1.22, 0.95, std::fabs(along));
    // Lashes thicken towards the outer corner.
    const double thick = 0.09 + 0.06 * clamp(along, -0.5, 1);
    const double upper = smooth_step(thick + 0.13, thick, ey - up) * smooth_step(-0.45, -0.1, ey - up);
    const double lower = smooth_step(0.12, 0.03, -ey - down) * smooth_step(-0.3, 0, -ey - down);
    t.colour = blend(t.colour, {0.09, 0.055, 0.045}, within * clamp(0.92 * upper + 0.34 * lower, 0, 0.95));
    // The wet rim and the crease of the lid.
    const double crease = bump((ey - up * 1.25 - 0.42) / 0.15) * smooth_step(1.15, 0.7, std::fabs(along));
    t.colour = blend(t.colour, {t.colour.r * 0.55, t.colour.g * 0.42, t.colour.b * 0.40}, 0.60 * crease);
    t.height -= 0.06 * crease;
    const double bag = bump((ey + down * 1.1 + 0.62) / 0.22) * smooth_step(1.1, 0.5, std::fabs(along));
    t.colour = blend(t.colour, {t.colour.r * 0.75, t.colour.g * 0.62, t.colour.b * 0.62}, 0.35 * bag);
  }

  void brows(double x, double y, Texture::Texel& t) const {
    const double ax = std::fabs(x);
    if (ax < 0.9 || ax > 6.2) {
      return;
    }
    const double along = (ax - 1.35) / (5.55 - 1.35);
    const double middle = 1.72 + 1.02 * along - 1.12 * along * along + person_.brow_height;
    const double thickness = person_.brow_thickness * mix(0.50, 0.20, clamp(along, 0, 1));
    const double slant = y * 2.2 + (along < 0.6 ? -1.3 : -3.2) * ax;
    const double hairs = 0.6 * value_noise(seed_ + 41, slant * 2.6, ax * 1.1 + y * 0.4) +
                         0.4 * value_noise(seed_ + 42, slant * 6.5, ax * 2.0);
    const double body = bump((y - middle) / (thickness * 1.35)) * smooth_step(-0.10, 0.10, along) *
                        smooth_step(1.06, 0.86, along);
    const double amount = clamp(body * (0.55 + 1.1 * hairs), 0, 1);
    const Colour dark{person_.hair.r * 0.75, person_.hair.g * 0.72, person_.hair.b * 0.70};
    t.colour = blend(t.colour, dark, 0.93 * amount);
    t.gloss *= 1 - 0.7 * amount;
    t.height += 0.05 * amount * hairs;
  }

  void scalp(double theta, double q, Texture::Texel& t) const {
    const double hair = smooth_step(-1.0, 0.9, above_hairline(person_, theta, q));
    t.colour = blend(t.colour, scaled(person_.hair, 0.8), 0.9 * hair);
    t.gloss *= 1 - hair;
  }

  const HeadShape& shape_;
  const Person& person_;
  std::uint64_t seed_;
};

Texture face_texture(const HeadShape& shape, int size, int threads) {
  const FacePaint paint(shape);
  const double low = HeadShape::q_low;
  const double high = HeadShape::q_high;
  const auto width_cm = [&](double v) {
    return std::max(2.0, 0.45 * pi * 2 * shape.point(0.62, mix(low, high, v), 1e-6).x);
  };
  return {size, size, threads, high - low, width_cm, [&](double u, double v) {
            const double s = 2 * u - 1;
            const double q = mix(low, high, v);
            return paint.at(shape.point(s, q, 1e-6).x, q, HeadShape::theta_of(s));
          }};
}

Texture skin_texture(const Person& person, int threads) {
  constexpr int n = 256;
  constexpr double cm = 10;
  return {n,
          n,
          threads,
          cm,
          [](double) { return cm; },
          [&](double u, double v) {
            // Noise that repeats after the width: blended with itself at the edges.
            const auto noise = [&](double x, double y) {
              return fractal_noise(person.seed + 51, x * 25, y * 25, 4, 0.7);
            };
            const double a = mix(noise(u, v), noise(u - 1, v), smooth_step(0.75, 1, u));
            const double b = mix(noise(u, v - 1), noise(u - 1, v - 1), smooth_step(0.75, 1, u));
            const double fine = mix(a, b, smooth_step(0.75, 1, v)) - 0.5;
            Texture::Texel t;
            t.colour = scaled(person.skin, 0.96 + 0.14 * fine);
            t.gloss = 0.22;
            t.height = 0.03 * fine;
            return t;
          }};
}

Texture hair_texture(const Person& person, int size, int threads) {
  return {size,
          size / 2,
          threads,
          50,
          [](double) { return 62.0; },
          [&](double u, double v) {
            const double around = u * 2 - 1;
            const double wave = 0.012 * (value_noise(person.seed + 61, around * 7, v * 12) - 0.5);
            const double strands = 0.5 * value_noise(person.seed + 62, (around + wave) * 70, v * 6) +
                                   0.3 * value_noise(person.seed + 63, (around + wave) * 170, v * 11) +
                                   0.2 * value_noise(person.seed + 64, (around + wave) * 390, v * 17);
            Texture::Texel t;
            t.colour = scaled(person.hair, 0.45 + 1.1 * strands);
            t.gloss = clamp(1.5 * strands - 0.25, 0, 1);
            t.height = 0.22 * strands;
            return t;
          }};
}

Texture cloth_texture(const Person& person, int threads) {
  constexpr int n = 256;
  constexpr double cm = 12;
  return {n,
          n,
          threads,
          cm,
          [](double) { return cm; },
          [&](double u, double v) {
            // Knit: columns of slanted stitches; 24 columns and 32 rows repeat without a seam.
            const double column = u * 24;
            const double in_column = column - std::floor(column) - 0.5;
            const double row = v * 32 + 1.1 * std::fabs(in_column);
            const double in_row = row - std::floor(row) - 0.5;
            const double stitch = bump(in_row / 0.62) * (1 - 0.5 * bump(in_column / 0.12)) *
                                  (1 - 0.6 * bump((std::fabs(in_column) - 0.5) / 0.12));
            const double tint = value_noise(person.seed + 71, std::floor(column), std::floor(row));
            Texture::Texel t;
            t.colour = scaled(person.cloth, 0.66 + 0.38 * stitch + 0.06 * tint);
            t.gloss = 0.04;
            t.height = 0.10 * stitch;
            return t;
          }};
}

}  // namespace

PersonTextures::PersonTextures(const HeadShape& shape, int size, int threads)
    : face(face_texture(shape, size, threads)),
      skin(skin_texture(shape.person(), threads)),
      hair(hair_texture(shape.person(), size, threads)),
      cloth(cloth_texture(shape.person(), threads)) {}

}  // namespace ffbench::synthetic
