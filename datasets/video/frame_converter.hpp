#pragma once

#include <cstdint>
#include <vector>

#include "core/image.hpp"
#include "datasets/video/av_support.hpp"
#include "datasets/video/frame_facts.hpp"
#include "datasets/video/video_timing.hpp"

namespace ffbench::av {

/// Turns decoded frames of any format into upright 8-bit BGR of one size.
class FrameConverter {
 public:
  /// Coded frames are scaled to `coded_width` x `coded_height` where they are of another size, then
  /// oriented.
  FrameConverter(int coded_width, int coded_height, Orientation orientation);

  /// `out` has the upright size. Throws `Error` for a colour matrix that is not supported.
  void convert(const AVFrame& frame, BgrView out);

 private:
  struct Key {
    int width = 0;
    int height = 0;
    int format = -1;
    int chroma_location = 0;
    ColorTags color;
    friend bool operator==(const Key&, const Key&) = default;
  };
  void prepare(const AVFrame& frame, const Key& key);

  int width_;
  int height_;
  Orientation orientation_;
  Key key_;
  Scaler scaler_;
  std::ptrdiff_t stride_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace ffbench::av
