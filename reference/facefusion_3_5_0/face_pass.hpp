#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "core/stage.hpp"
#include "reference/facefusion_3_5_0/baseline.hpp"
#include "reference/facefusion_3_5_0/opencv_passes.hpp"
#include "reference/facefusion_3_5_0/pixel_passes.hpp"

namespace ffbench::baseline {

/// What stands for the swap model: one answer for each tile of a crop.
class SwapModel {
 public:
  /// `options` are already checked. For SwapKind::source the answers are made here, from the
  /// aligned portrait.
  explicit SwapModel(const BaselineOptions& options);

  /// The model's output for `input`, both three planes R, G, B of a tile. Points into the model or
  /// at `input`; valid until the next call.
  [[nodiscard]] const float* run(std::size_t tile, const float* input);

 private:
  std::size_t tile_values_ = 0;
  std::vector<float> answers_;  ///< empty: the model returns its input
  /// Of SwapKind::model; answers one tile at a time
  std::function<void(const float*, float*)> network_;
};

/// Sizes that follow from the options.
struct TileGrid {
  int factor = 1;  ///< tiles along a side of the crop
  int size = 0;    ///< side of a tile in pixels

  explicit TileGrid(const BaselineOptions& options);
  [[nodiscard]] std::size_t tiles() const {
    return static_cast<std::size_t>(factor) * static_cast<std::size_t>(factor);
  }
  [[nodiscard]] std::size_t values() const {
    return static_cast<std::size_t>(size) * static_cast<std::size_t>(size) * 3;
  }
};

/// One face in one frame, stage after stage; holds the buffers between them. `Real` is the type of
/// the swapped crop: double when the model's output is mapped back by mean and deviation, float
/// otherwise.
template <typename Real>
class FacePass {
 public:
  FacePass(const BaselineOptions& options, SwapModel& model);

  void warp(ConstBgrView frame, const Affine& frame_to_crop);
  void make_box_mask();
  void swap();
  void join_masks();
  /// Writes the whole of `out`: a copy of the frame, with the crop pasted in.
  void paste(ConstBgrView frame, const Affine& frame_to_crop, BgrView out);

  // What the stages left behind.
  BgrImage crop;
  Image<float, 1> mask;
  std::vector<float> prepared;  ///< every tile's planes
  Image<Real, 3> swapped;
  PasteArea area;
  Image<float, 1> warped_mask;
  Image<Real, 3> warped_crop;

 private:
  const BaselineOptions& options_;
  SwapModel& model_;
  TileGrid grid_;
  Normalisation normalisation_;
  BgrImage tile_;
  Image<Real, 3> swapped_tile_;
};

extern template class FacePass<double>;
extern template class FacePass<float>;

/// Throws `Error` for options that no pipeline can be made from.
void check_options(const BaselineOptions& options);

}  // namespace ffbench::baseline
