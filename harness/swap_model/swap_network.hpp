#pragma once

#include <filesystem>
#include <memory>

#include "core/executor.hpp"
#include "core/face_track.hpp"
#include "core/image.hpp"
#include "harness/swap_model/swap_description.hpp"

namespace ffbench {

/// A swap network in ONNX form, run by OpenCV's DNN module, and the time it took. Its bits are
/// those of OpenCV on this processor; only what is done before and after is the project's. Used
/// from one thread at a time.
class SwapNetwork {
 public:
  /// Loads MODEL.onnx and MODEL.swap.json and tries the network once. `source` and its landmarks
  /// feed a second input of kind `image`. Throws `Error` that names the file where it does not
  /// load, has no such input or output, or an output of another shape.
  SwapNetwork(const std::filesystem::path& model, ConstBgrView source, const Landmarks5& source_landmarks);
  ~SwapNetwork();
  SwapNetwork(const SwapNetwork&) = delete;
  SwapNetwork& operator=(const SwapNetwork&) = delete;

  [[nodiscard]] const SwapDescription& description() const { return description_; }

  /// Runs the network on three planes of `size` x `size` numbers, as `description().target` wants
  /// them; `output` gets three such planes.
  void run(const float* input, float* output);

  /// Seconds spent in `run` so far.
  [[nodiscard]] double seconds() const { return seconds_; }

 private:
  struct Net;
  std::filesystem::path model_;
  SwapDescription description_;
  std::unique_ptr<Net> net_;
  double seconds_ = 0;
};

/// The network as a swap stage of the `enhanced` algorithm, for crops of `crop_size`: the network's
/// size or a multiple of it, split by stride (pixel boost). The result is rounded to nearest even.
/// Throws `Error` for other sizes.
std::shared_ptr<SwapModel> make_swap_model(std::shared_ptr<SwapNetwork> network, int crop_size);

/// Writes the planes a network is fed with: pixel (x, y) of the tile is (x * stride + offset_x, y *
/// stride + offset_y) of `image`.
void to_planes(ConstBgrView image, const NetworkPicture& picture, int stride, int offset_x, int offset_y,
               float* planes);

}  // namespace ffbench
