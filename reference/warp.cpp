#include "reference/warp.hpp"

#include "reference/bilinear.hpp"

namespace ffbench::reference {

void warp(ConstBgrView frame, const AffineF& crop_to_frame, BgrView crop) {
  for (int y = 0; y < crop.height; ++y) {
    for (int x = 0; x < crop.width; ++x) {
      const SamplePoint at = sample_point(crop_to_frame, x, y);
      const ReplicateTaps taps = replicate_taps(at, frame.width, frame.height);
      std::uint8_t* out = crop.pixel(x, y);
      for (int c = 0; c < 3; ++c) {
        out[c] = round_to_byte(bilinear(frame, taps, c));
      }
    }
  }
}

}  // namespace ffbench::reference
