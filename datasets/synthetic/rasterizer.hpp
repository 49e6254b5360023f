#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "datasets/synthetic/lanes.hpp"
#include "datasets/synthetic/person_model.hpp"

namespace ffbench::synthetic {

/// A triangle in the picture with its barycentric coordinates as functions of the place: w1 and w2
/// grow linearly from 0 at (x0, y0); w0 = 1 - w1 - w2.
struct ScreenTriangle {
  float x0 = 0, y0 = 0;
  float w1_x = 0, w1_y = 0;
  float w2_x = 0, w2_y = 0;
  float z0 = 0, z1 = 0, z2 = 0;  ///< depth at vertex 0 and what the others add
  float left = 0, right = 0, top = 0, bottom = 0;
  std::uint32_t triangle = 0;  ///< index into the model's triangles
  std::uint16_t layer = 0;
  bool cut = false;

  struct Weights {
    float w0, w1, w2;
  };
  [[nodiscard]] Weights weights(float x, float y) const {
    const float dx = x - x0;
    const float dy = y - y0;
    const float w1 = dx * w1_x + dy * w1_y;
    const float w2 = dx * w2_x + dy * w2_y;
    return {1 - w1 - w2, w1, w2};
  }
};

/// A posed model as one layer of the picture.
struct Layer {
  const Model* model = nullptr;
  const HeadShape* shape = nullptr;  ///< of the face's openings; null for hands
  const std::vector<PosedVertex>* vertices = nullptr;
};

/// The triangles of a layer that face the viewer and touch the rectangle [x0, x1] x [y0, y1],
/// appended to `out`.
void set_up_triangles(const Layer& layer, std::uint16_t layer_index, float x0, float y0, float x1, float y1,
                      std::vector<ScreenTriangle>& out);

/// Which triangle is seen at each sample of a rectangle of pixels. Samples come in cells of four:
/// the samples of one pixel, or four pixels side by side.
class VisibilityBuffer {
 public:
  enum class Pattern {
    pixel_samples,  ///< cell = pixel, four samples on a rotated grid
    pixel_centres,  ///< cell = four neighbours in a row
  };
  static constexpr std::int32_t nothing = -1;

  /// Empties the buffer and gives it the rectangle.
  void reset(Pattern pattern, int x, int y, int width, int height);

  /// Draws one triangle, known as `id`.
  void draw(const ScreenTriangle& triangle, std::int32_t id, const Layer& layer);

  [[nodiscard]] int x() const { return x_; }
  [[nodiscard]] int y() const { return y_; }
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  /// Cells in a row.
  [[nodiscard]] int cells() const { return cells_; }
  [[nodiscard]] const Int4* ids(int row) const { return ids_.data() + offset(row); }
  [[nodiscard]] const Float4* depths(int row) const { return depths_.data() + offset(row); }

  /// For Pattern::pixel_centres: what is seen at a pixel of the rectangle, given in picture
  /// coordinates.
  [[nodiscard]] std::int32_t id_at(int px, int py) const {
    const int dx = px - x_;
    return ids(py - y_)[dx >> 2][dx & 3];
  }
  [[nodiscard]] float depth_at(int px, int py) const {
    const int dx = px - x_;
    return depths(py - y_)[dx >> 2][dx & 3];
  }

 private:
  [[nodiscard]] std::ptrdiff_t offset(int row) const { return static_cast<std::ptrdiff_t>(row) * cells_; }

  Pattern pattern_ = Pattern::pixel_samples;
  int x_ = 0;
  int y_ = 0;
  int width_ = 0;
  int height_ = 0;
  int cells_ = 0;
  std::vector<Float4> depths_;
  std::vector<Int4> ids_;
};

}  // namespace ffbench::synthetic
