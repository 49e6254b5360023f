#include "datasets/synthetic/background.hpp"

#include <cmath>

#include "core/system/parallel.hpp"
#include "datasets/synthetic/arithmetic.hpp"
#include "datasets/synthetic/person.hpp"
#include "datasets/synthetic/value_noise.hpp"

namespace ffbench::synthetic {
namespace {

Colour blend(Colour a, Colour b, double t) {
  return {mix(a.r, b.r, t), mix(a.g, b.g, t), mix(a.b, b.b, t)};
}
Colour scaled(Colour c, double k) {
  return {c.r * k, c.g * k, c.b * k};
}

/// 1 inside [a, b], 0 outside, edges `soft` wide.
double between(double x, double a, double b, double soft) {
  return smooth_step(a - soft, a + soft, x) * (1 - smooth_step(b - soft, b + soft, x));
}

/// A wall with a shelf of books on the left and a framed picture on the right. Frame heights from
/// the middle.
Colour study(double x, double y) {
  constexpr double soft = 0.006;
  Colour c = blend({0.60, 0.60, 0.57}, {0.44, 0.46, 0.46}, smooth_step(-0.7, 0.9, 0.4 * x + y));
  c = scaled(c, 1 + 0.16 * (fractal_noise(11, x * 4, y * 4, 4) - 0.5));

  // The picture.
  const double frame = between(x, 0.42, 0.80, soft) * between(y, -0.36, -0.02, soft);
  c = blend(c, {0.20, 0.14, 0.10}, frame);
  const double canvas = between(x, 0.445, 0.775, soft) * between(y, -0.335, -0.045, soft);
  const double hill = -0.14 + 0.05 * sine(x * 13) + 0.02 * sine(x * 31);
  c = blend(c, blend({0.62, 0.68, 0.70}, {0.34, 0.42, 0.27}, smooth_step(hill - 0.01, hill + 0.01, y)),
            canvas);

  // The shelf.
  const double shelf = between(x, -1.2, -0.40, soft);
  if (shelf > 0) {
    constexpr double pitch = 0.27;
    const double level = std::floor((y + 0.5) / pitch);
    const double in_level = (y + 0.5) / pitch - level;
    const double slot = std::floor(x * 26 + level * 7.3);
    const double in_slot = x * 26 + level * 7.3 - slot;
    const auto place = static_cast<std::uint64_t>(static_cast<std::int64_t>(slot * 64 + level));
    const RandomStream book(place);
    const double tall = mix(0.18, 0.45, book.uniform(1));
    Colour cover = blend({0.38, 0.17, 0.14}, {0.16, 0.26, 0.36}, book.uniform(2));
    cover = blend(cover, {0.62, 0.55, 0.40}, 0.8 * book.uniform(3) * book.uniform(4));
    const double spine = smooth_step(0, 0.12, in_slot) * (1 - smooth_step(0.88, 1, in_slot));
    Colour back{0.14, 0.10, 0.08};
    back = blend(back, scaled(cover, 0.75 + 0.35 * spine),
                 smooth_step(tall - 0.02, tall + 0.02, in_level) * (0.35 + 0.65 * spine));
    back = blend(back, {0.36, 0.25, 0.16},
                 1 - smooth_step(0.06, 0.08, in_level) * (1 - smooth_step(0.985, 1.0, in_level)));
    c = blend(c, back, shelf);
  }
  return c;
}

/// Trees and a sunny sky, far out of focus.
Colour garden(double x, double y) {
  Colour c = blend({0.72, 0.80, 0.86}, {0.42, 0.52, 0.34},
                   smooth_step(-0.30, 0.12, y + 0.25 * (fractal_noise(21, x * 3, y * 3, 3) - 0.5)));
  c = blend(c, {0.22, 0.31, 0.17},
            smooth_step(0.48, 0.66, fractal_noise(22, x * 5, y * 5, 4)) * smooth_step(-0.45, -0.05, y));
  // Discs of light between the leaves.
  for (int k = 0; k < 3; ++k) {
    const double size = 0.10 + 0.05 * k;
    const double gx = std::floor(x / size);
    const double gy = std::floor(y / size);
    const RandomStream disc(static_cast<std::uint64_t>(static_cast<std::int64_t>(gx * 512 + gy)) +
                            static_cast<std::uint64_t>(k) * 7919);
    const double dx = x / size - gx - mix(0.35, 0.65, disc.uniform(0));
    const double dy = y / size - gy - mix(0.35, 0.65, disc.uniform(1));
    const double r = std::sqrt(dx * dx + dy * dy);
    c = blend(c, {0.84, 0.82, 0.60},
              0.32 * (1 - smooth_step(0.20, 0.31, r)) * smooth_step(0.72, 1.0, disc.uniform(2)));
  }
  const double rail = between(y, 0.30, 0.34, 0.008);
  return blend(c, {0.34, 0.28, 0.22}, rail);
}

}  // namespace

std::vector<std::uint16_t> make_background(int shot, int width, int height, int threads) {
  std::vector<std::uint16_t> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  parallel_for(height, threads, [&](int row) {
    std::uint16_t* out = pixels.data() + static_cast<std::size_t>(row) * static_cast<std::size_t>(width) * 3;
    for (int column = 0; column < width; ++column) {
      const double x = (column - (width - 1) / 2.0) / height;
      const double y = (row - (height - 1) / 2.0) / height;
      Colour c = shot == 0 ? study(x, y) : garden(x, y);
      // Grain of the wall, about two pixels wide at any size.
      const double grain = value_noise(31, column * 0.45, row * 0.45) - 0.5;
      const double corner = 1 - 0.10 * (x * x + y * y);
      c = scaled(c, corner * (1 + 0.05 * grain));
      const auto pack = [](double v) {
        return static_cast<std::uint16_t>(mix(0.5, 65535.5, clamp(v, 0, 1)));
      };
      out[3 * column] = pack(c.b);
      out[3 * column + 1] = pack(c.g);
      out[3 * column + 2] = pack(c.r);
    }
  });
  return pixels;
}

}  // namespace ffbench::synthetic
