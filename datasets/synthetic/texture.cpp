#include "datasets/synthetic/texture.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/numeric/multiversion.hpp"
#include "core/system/parallel.hpp"
#include "datasets/synthetic/arithmetic.hpp"

namespace ffbench::synthetic {
namespace {

// Slopes from -2 to 2 are kept in eight bits.
constexpr double slope_steps = 63.5;

std::uint8_t pack(double x) {
  return static_cast<std::uint8_t>(clamp(x * 255 + 0.5, 0, 255));
}
std::uint8_t pack_slope(double x) {
  return static_cast<std::uint8_t>(clamp(x * slope_steps + 128.5, 0, 255));
}

using Bytes8 = std::uint8_t __attribute__((vector_size(8)));
using Float8 = float __attribute__((vector_size(32)));

/// Adds a texel's eight numbers times `weight` to `sum`.
__attribute__((always_inline)) inline void add_texel(const std::uint8_t* texel, float weight, Float8& sum) {
  Bytes8 packed;
  std::memcpy(&packed, texel, sizeof packed);
  sum += __builtin_convertvector(packed, Float8) * weight;
}

}  // namespace

Texture::Texture(int width, int height, int threads, double height_cm,
                 const std::function<double(double v)>& width_cm,
                 const std::function<Texel(double u, double v)>& texel) {
  const auto w = static_cast<std::size_t>(width);
  std::vector<float> relief(w * static_cast<std::size_t>(height));
  Level base{width, height, std::vector<Packed>(relief.size())};
  parallel_for(height, threads, [&](int row) {
    for (int column = 0; column < width; ++column) {
      const Texel t = texel((column + 0.5) / width, (row + 0.5) / height);
      const std::size_t i = static_cast<std::size_t>(row) * w + static_cast<std::size_t>(column);
      base.texels[i] = {pack(t.colour.b), pack(t.colour.g), pack(t.colour.r), pack(t.gloss), 0, 0, 0, 0};
      relief[i] = static_cast<float>(t.height);
    }
  });
  parallel_for(height, threads, [&](int row) {
    const double step_x = 2 * width_cm((row + 0.5) / height) / width;
    const double step_y = 2 * height_cm / height;
    const std::size_t here = static_cast<std::size_t>(row) * w;
    const std::size_t below = static_cast<std::size_t>((row + height - 1) % height) * w;
    const std::size_t above = static_cast<std::size_t>((row + 1) % height) * w;
    for (std::size_t column = 0; column < w; ++column) {
      const auto dx =
          static_cast<double>(relief[here + (column + 1) % w] - relief[here + (column + w - 1) % w]);
      const auto dy = static_cast<double>(relief[above + column] - relief[below + column]);
      base.texels[here + column][4] = pack_slope(dx / step_x);
      base.texels[here + column][5] = pack_slope(dy / step_y);
    }
  });
  texels_per_cm_ = static_cast<float>(height / height_cm);
  levels_.push_back(std::move(base));
  while (levels_.back().width > 1 && levels_.back().height > 1) {
    const Level& fine = levels_.back();
    Level coarse{fine.width / 2, fine.height / 2, {}};
    coarse.texels.resize(static_cast<std::size_t>(coarse.width) * static_cast<std::size_t>(coarse.height));
    for (int row = 0; row < coarse.height; ++row) {
      for (int column = 0; column < coarse.width; ++column) {
        const Packed* top =
            &fine.texels[static_cast<std::size_t>(2 * row) * static_cast<std::size_t>(fine.width) +
                         static_cast<std::size_t>(2 * column)];
        const Packed* low = top + fine.width;
        Packed& out = coarse.texels[static_cast<std::size_t>(row) * static_cast<std::size_t>(coarse.width) +
                                    static_cast<std::size_t>(column)];
        for (std::size_t k = 0; k < out.size(); ++k) {
          out[k] = static_cast<std::uint8_t>((top[0][k] + top[1][k] + low[0][k] + low[1][k] + 2) / 4);
        }
      }
    }
    levels_.push_back(std::move(coarse));
  }
}

template <typename Level, typename Sum>
__attribute__((always_inline)) inline void add_bilinear(const Level& level, float u, float v, float weight,
                                                        Sum& sum) {
  const float x = u * static_cast<float>(level.width) - 0.5F;
  const float y = v * static_cast<float>(level.height) - 0.5F;
  const float fx = std::floor(x);
  const float fy = std::floor(y);
  const float tx = x - fx;
  const float ty = y - fy;
  const std::int32_t x0 = static_cast<std::int32_t>(fx) & (level.width - 1);
  const std::int32_t x1 = (x0 + 1) & (level.width - 1);
  const std::int32_t y0 = static_cast<std::int32_t>(fy) & (level.height - 1);
  const std::int32_t y1 = (y0 + 1) & (level.height - 1);
  const auto* row0 = level.texels.data() + static_cast<std::ptrdiff_t>(y0) * level.width;
  const auto* row1 = level.texels.data() + static_cast<std::ptrdiff_t>(y1) * level.width;
  const float upper = weight * ty;
  const float lower = weight - upper;
  add_texel(row0[x0].data(), lower * (1 - tx), sum);
  add_texel(row0[x1].data(), lower * tx, sum);
  add_texel(row1[x0].data(), upper * (1 - tx), sum);
  add_texel(row1[x1].data(), upper * tx, sum);
}

FFBENCH_MULTIVERSION
SurfaceSample Texture::sample(float u, float v, float pixels_per_cm) const {
  // The level of detail is piecewise linear in the footprint: from texture texels per pixel 2^n to
  // 2^(n+1).
  float footprint = texels_per_cm_ / pixels_per_cm;
  std::size_t level = 0;
  while (footprint >= 2 && level + 2 < levels_.size()) {
    footprint *= 0.5F;
    ++level;
  }
  const float coarse = std::min(std::max(footprint - 1, 0.0F), 1.0F);
  Float8 sum{};
  add_bilinear(levels_[level], u, v, 1 - coarse, sum);
  if (coarse > 0) {
    add_bilinear(levels_[level + 1], u, v, coarse, sum);
  }
  SurfaceSample s;
  std::memcpy(&s.colour, &sum, sizeof s.colour);
  std::memcpy(&s.slope, reinterpret_cast<const char*>(&sum) + sizeof s.colour, sizeof s.slope);
  s.colour *= 1.0F / 255;
  s.slope = (s.slope - 128.0F) * static_cast<float>(1 / slope_steps);
  return s;
}

}  // namespace ffbench::synthetic
