#pragma once

#include <cstdint>
#include <span>

#include "datasets/video/video_timing.hpp"

struct AVFrame;
struct AVStream;

namespace ffbench::av {

/// One of the eight ways to lay a picture on a grid: pixel (x, y) of the upright picture is pixel
/// (x, y) of the coded one, swapped first where `transpose`, then counted from the far edge of the
/// coded picture where `flip_x`, `flip_y`.
struct Orientation {
  bool transpose = false;
  bool flip_x = false;
  bool flip_y = false;

  /// Degrees clockwise, and whether the picture is mirrored left to right before that.
  [[nodiscard]] int rotation() const;
  [[nodiscard]] bool mirrored() const { return transpose != (flip_x != flip_y); }
  /// The one of that rotation (0, 90, 180, 270) and mirroring.
  static Orientation of(int rotation, bool mirrored);
  [[nodiscard]] bool is_identity() const { return !transpose && !flip_x && !flip_y; }
  friend bool operator==(const Orientation&, const Orientation&) = default;
};

/// The orientation nearest to a display matrix (nine 16.16 and 2.30 numbers, as in ISO/IEC 14496-12
/// and FFmpeg).
Orientation orientation_of(std::span<const std::int32_t, 9> matrix);

/// The orientation that the stream's display matrix asks for, or else the frame's own.
Orientation orientation_of(const AVStream& stream, const AVFrame& frame);

/// What a frame says of its colours, with what it leaves open filled in: matrix by size, limited
/// range except for JPEG-style and RGB formats. `matrix_given`: whether it named its matrix.
ColorTags color_of(const AVFrame& frame, bool& matrix_given);

/// The low half of XXH3-128 over the samples of all planes, padding excluded.
std::uint64_t fingerprint_of(const AVFrame& frame);

bool is_key(const AVFrame& frame);

/// Ticks for which the frame is shown, 0 where it does not say.
std::int64_t duration_of(const AVFrame& frame);

/// Whether samples of that pixel format are R, G and B (or palette entries).
bool is_rgb(int format);

}  // namespace ffbench::av
