#pragma once

#include <cstdint>
#include <vector>

#include "core/geometry.hpp"
#include "core/image.hpp"
#include "reports/quality.hpp"

namespace ffbench::metrics {

/// Pairs whose later frame is among this many last frames of the clip are its tail.
inline constexpr int tail_frames = 30;

/// True where a pair's later frame lies in the tail of a clip of `frame_count` frames.
constexpr bool in_tail(int later_frame, int frame_count) {
  return later_frame >= frame_count - tail_frames;
}

/// The centre crop of 640 x 640 that tPSNR looks at; in a dimension below 640 the whole frame. An
/// odd remainder goes to the right and the bottom.
Region tpsnr_region(int width, int height);

/// Mean, population standard deviation, minimum and tail of a series of dB values; `series[i]`
/// belongs to the frames i * step and i * step + stride. An empty series gives zeros: check
/// `series.empty()` before reading the other figures.
TpsnrFigures summarise_tpsnr(std::vector<double> series, int stride, int frame_count, int step = 1);

/// The figures of the pairs of frames 0, 2, 4 ... in a series at stride 2 of a clip of
/// `frame_count` frames: what the seed's snippet computes with its stride of 2. Frames that it
/// skips count for nothing; 151 frames make 75 pairs.
TpsnrFigures seed_tpsnr(const std::vector<double>& stride2_series, int frame_count);

/// tPSNR at one or more strides (frames between the two that are compared), fed frame by frame.
/// Keeps the centre crops of as many frames as the longest stride, once for all of them.
class TemporalPsnr {
 public:
  /// `strides` are at least 1; the frame's size in pixels.
  TemporalPsnr(const std::vector<int>& strides, int width, int height);

  /// The next frame of the clip, of the size given at construction.
  void add(ConstBgrView frame);

  [[nodiscard]] int frame_count() const { return frames_; }

  /// The figures of the frames so far at a stride given at construction. Clips of at most `stride`
  /// frames have an empty series and zeros.
  [[nodiscard]] TpsnrFigures figures(int stride) const;

 private:
  struct Series {
    int stride = 0;
    std::vector<double> values;
  };

  /// Where frame `index` is kept.
  BgrImage& kept(int index) { return history_[static_cast<std::size_t>(index) % history_.size()]; }

  int width_;
  int height_;
  Region region_;
  int frames_ = 0;
  std::vector<BgrImage> history_;  ///< as many as the longest stride
  std::vector<Series> series_;
};

}  // namespace ffbench::metrics
