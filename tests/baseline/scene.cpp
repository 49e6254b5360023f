#include "tests/baseline/scene.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "core/warp_template.hpp"

namespace ffbench::scene {

BgrImage picture(int width, int height, std::uint32_t seed) {
  BgrImage image(width, height);
  std::mt19937 random(seed);  // its sequence is part of the standard
  for (int y = 0; y < height; ++y) {
    std::uint8_t* p = image.view().row(y);
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int shade = (x * (3 + c) + y * (5 - c) + 40 * c) / 7 % 256;
        const int noise = static_cast<int>(random() % 97) - 48;
        const bool extreme = (x / 16 + y / 16) % 11 == 0;
        const int value = extreme ? ((x / 16) % 2 == 0 ? 0 : 255) : shade + noise;
        *p++ = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
      }
    }
  }
  return image;
}

Similarity transform(const Placement& placement) {
  const double angle = placement.degrees * std::numbers::pi / 180;
  // Crop to frame is scale * rotation about the crop's centre, which lands on (x, y).
  const double a = placement.scale * std::cos(angle);
  const double b = placement.scale * std::sin(angle);
  const double half = placement.crop_size / 2.0;
  const Similarity to_frame{a, b, placement.x - (a * half - b * half), placement.y - (b * half + a * half)};
  return to_frame.inverse();
}

Landmarks5 landmarks(const Placement& placement) {
  const Similarity to_frame = transform(placement).inverse();
  Landmarks5 points = warp_template(placement.warp_template).scaled(placement.crop_size);
  std::mt19937 random(12345);
  const auto jitter = [&] { return placement.jitter * (static_cast<double>(random()) / 2147483648.0 - 1); };
  for (Point& p : points) {
    p = to_frame.apply(p);
    p.x += jitter();
    p.y += jitter();
  }
  return points;
}

}  // namespace ffbench::scene
