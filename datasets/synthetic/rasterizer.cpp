#include "datasets/synthetic/rasterizer.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/numeric/multiversion.hpp"

namespace ffbench::synthetic {
namespace {

constexpr float farthest = -1e30F;
// A sample on the edge between two triangles belongs to both rather than, by rounding, to neither.
constexpr float edge_tolerance = 2e-5F;

bool any(Int4 mask) {
  std::array<std::uint64_t, 2> halves;
  std::memcpy(halves.data(), &mask, sizeof mask);
  return (halves[0] | halves[1]) != 0;
}

/// Narrows [low, high] to where at + slope (x - x0) >= 0, given that samples lie up to half a pixel
/// off in both directions.
inline void narrow(float at, float slope, float slope_y, float x0, float& low, float& high) {
  const float slack = 0.5F * (std::fabs(slope) + std::fabs(slope_y)) + edge_tolerance;
  if (slope > 1e-9F) {
    low = std::max(low, x0 - (at + slack) / slope - 1);
  } else if (slope < -1e-9F) {
    high = std::min(high, x0 - (at + slack) / slope + 1);
  }
}

}  // namespace

void set_up_triangles(const Layer& layer, std::uint16_t layer_index, float x0, float y0, float x1, float y1,
                      std::vector<ScreenTriangle>& out) {
  const std::vector<PosedVertex>& vertices = *layer.vertices;
  const auto& triangles = layer.model->triangles();
  for (std::uint32_t i = 0; i < triangles.size(); ++i) {
    const Float4 a = vertices[triangles[i].vertex[0]].position;
    const Float4 b = vertices[triangles[i].vertex[1]].position;
    const Float4 c = vertices[triangles[i].vertex[2]].position;
    const float bx = b[0] - a[0];
    const float by = b[1] - a[1];
    const float cx = c[0] - a[0];
    const float cy = c[1] - a[1];
    // Twice the area; negative where the outside faces the viewer, since y points down here.
    const float area = bx * cy - by * cx;
    if (!(area < -1e-6F)) {
      continue;
    }
    ScreenTriangle t;
    t.left = std::min({a[0], b[0], c[0]});
    t.right = std::max({a[0], b[0], c[0]});
    t.top = std::min({a[1], b[1], c[1]});
    t.bottom = std::max({a[1], b[1], c[1]});
    if (t.right < x0 || t.left > x1 || t.bottom < y0 || t.top > y1) {
      continue;
    }
    const float scale = 1 / area;
    t.x0 = a[0];
    t.y0 = a[1];
    t.w1_x = cy * scale;
    t.w1_y = -cx * scale;
    t.w2_x = -by * scale;
    t.w2_y = bx * scale;
    t.z0 = a[2];
    t.z1 = b[2] - a[2];
    t.z2 = c[2] - a[2];
    t.triangle = i;
    t.layer = layer_index;
    t.cut = triangles[i].cut;
    out.push_back(t);
  }
}

void VisibilityBuffer::reset(Pattern pattern, int x, int y, int width, int height) {
  pattern_ = pattern;
  x_ = x;
  y_ = y;
  width_ = width;
  height_ = height;
  cells_ = pattern == Pattern::pixel_samples ? width : (width + 3) / 4;
  const std::size_t count = static_cast<std::size_t>(cells_) * static_cast<std::size_t>(std::max(height, 0));
  depths_.assign(count, Float4{farthest, farthest, farthest, farthest});
  ids_.assign(count, Int4{nothing, nothing, nothing, nothing});
}

FFBENCH_MULTIVERSION
void VisibilityBuffer::draw(const ScreenTriangle& t, std::int32_t id, const Layer& layer) {
  const bool samples = pattern_ == Pattern::pixel_samples;
  const int step = samples ? 1 : 4;
  const Float4 lane_x = samples ? Float4{-0.125F, 0.375F, -0.375F, 0.125F} : Float4{0, 1, 2, 3};
  const Float4 lane_y = samples ? Float4{-0.375F, -0.125F, 0.125F, 0.375F} : Float4{0, 0, 0, 0};

  const auto first_column = static_cast<float>(x_);
  const auto last_column = static_cast<float>(x_ + width_ - 1);
  const float left = std::max(t.left - 0.5F, first_column);
  const float right = std::min(t.right + 0.5F, last_column);
  const float top = std::max(t.top - 0.5F, static_cast<float>(y_));
  const float bottom = std::min(t.bottom + 0.5F, static_cast<float>(y_ + height_ - 1));
  if (!(left <= right) || !(top <= bottom)) {
    return;
  }
  const int cell_first = (static_cast<int>(std::ceil(left)) - x_) / step;
  const int cell_last = (static_cast<int>(std::floor(right)) - x_) / step;
  const int row_first = static_cast<int>(std::ceil(top));
  const int row_last = static_cast<int>(std::floor(bottom));

  const bool wide = cell_last - cell_first >= 6;

  const Float4 lowest{-edge_tolerance, -edge_tolerance, -edge_tolerance, -edge_tolerance};
  const Int4 new_id{id, id, id, id};
  for (int row = row_first; row <= row_last; ++row) {
    const Float4 dy = static_cast<float>(row) + lane_y - t.y0;
    const Float4 row_w1 = dy * t.w1_y;
    const Float4 row_w2 = dy * t.w2_y;
    Float4* depths = depths_.data() + offset(row - y_);
    Int4* ids = ids_.data() + offset(row - y_);
    int from = cell_first;
    int to = cell_last;
    if (wide) {
      // The stretch of the row on which no coordinate is negative, and a little more.
      float low = left;
      float high = right;
      const float above = static_cast<float>(row) - t.y0;
      narrow(1 - above * (t.w1_y + t.w2_y), -(t.w1_x + t.w2_x), t.w1_y + t.w2_y, t.x0, low, high);
      narrow(above * t.w1_y, t.w1_x, t.w1_y, t.x0, low, high);
      narrow(above * t.w2_y, t.w2_x, t.w2_y, t.x0, low, high);
      if (!(low <= high)) {
        continue;
      }
      from = std::max(from, (static_cast<int>(low) - x_) / step);
      to = std::min(to, (static_cast<int>(high) + 1 - x_) / step);
    }
    for (int cell = from; cell <= to; ++cell) {
      const Float4 dx = static_cast<float>(x_ + cell * step) + lane_x - t.x0;
      const Float4 w1 = row_w1 + dx * t.w1_x;
      const Float4 w2 = row_w2 + dx * t.w2_x;
      const Float4 w0 = 1.0F - w1 - w2;
      Int4 mask = (w0 >= lowest) & (w1 >= lowest) & (w2 >= lowest);
      if (!any(mask)) {
        continue;
      }
      const Float4 depth = t.z0 + w1 * t.z1 + w2 * t.z2;
      mask &= depth > depths[cell];
      if (t.cut) {
        const auto& triangle = layer.model->triangles()[t.triangle];
        const auto& design = layer.model->design();
        const auto& a = design[triangle.vertex[0]];
        const auto& b = design[triangle.vertex[1]];
        const auto& c = design[triangle.vertex[2]];
        for (int lane = 0; lane < 4; ++lane) {
          const float x = w0[lane] * a[0] + w1[lane] * b[0] + w2[lane] * c[0];
          const float y = w0[lane] * a[1] + w1[lane] * b[1] + w2[lane] * c[1];
          if (mask[lane] != 0 && (layer.shape->in_eye(static_cast<double>(x), static_cast<double>(y)) ||
                                  layer.shape->in_mouth(static_cast<double>(x), static_cast<double>(y)))) {
            mask[lane] = 0;
          }
        }
      }
      depths[cell] = mask ? depth : depths[cell];
      ids[cell] = mask ? new_id : ids[cell];
    }
  }
}

}  // namespace ffbench::synthetic
