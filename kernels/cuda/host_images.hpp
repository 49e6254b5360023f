#pragma once

#include <memory>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "core/preset.hpp"

namespace ffbench::cuda {

/// Single operators on images in host memory: the part of the frame that matters is uploaded, the
/// kernel runs, the result is downloaded; each call waits. For programs that ask for one operator at
/// a time; an executor is faster. One object is used from one thread at a time.
class HostImages {
 public:
  /// Throws `Error` where the device cannot be used.
  explicit HostImages(int device = 0);
  ~HostImages();
  HostImages(const HostImages&) = delete;
  HostImages& operator=(const HostImages&) = delete;

  /// NUMERICS.md, "Warp". Limits as for cpu::warp.
  void warp(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop);

  /// NUMERICS.md, "Composite", from `frame` into `output`, which has its size and is the same memory
  /// or does not overlap it. `crop` and `mask` have the same size, `region` lies inside the frame.
  void paste(ConstBgrView frame, ConstBgrView crop, ConstMaskView mask, const AffineF& frame_to_crop,
             const Region& region, const Preset& preset, BgrView output);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ffbench::cuda
