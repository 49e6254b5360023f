#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "harness/operators/generator.hpp"
#include "harness/operators/plane.hpp"
#include "harness/operators/typed_problem.hpp"

// What `warp` and `warp-antialiased` share.
namespace ffbench::operators {

/// A frame, the crop that is cut out of it, and the map from crop to frame.
struct WarpInputs {
  Plane frame;
  Plane crop;
  AffineF map;

  std::vector<Plane*> planes() { return {&frame, &crop}; }
  std::vector<Plane*> outputs() { return {&crop}; }
  [[nodiscard]] std::uint64_t bytes_moved() const;
  [[nodiscard]] std::string describe() const;
};

/// `width` and `height` are those of the crop. Rows of both images are padded where `padding` is
/// not 0.
WarpInputs make_warp_inputs(int frame_width, int frame_height, int width, int height, const AffineF& map,
                            Content content, int padding, std::uint64_t seed);

/// Adds a case named `what`/WIDTHxHEIGHT to a list; its place there is its seed.
struct AddWarpCase {
  std::vector<NamedInputs<WarpInputs>>& cases;

  void operator()(const std::string& what, int frame_width, int frame_height, int width, int height,
                  const AffineF& map, Content content = Content::random, int padding = 0,
                  bool benchmark = false) const;
};

/// Sizes, map and content from the seed alone.
WarpInputs random_warp_inputs(std::uint64_t seed);

/// The nearest call of OpenCV: bilinear, replicated border.
void opencv_warp(WarpInputs& in);

/// Writes the low three bytes of `pixel`: blue, green, red.
void store_pixel(BgrView crop, int x, int y, std::uint32_t pixel);

}  // namespace ffbench::operators
