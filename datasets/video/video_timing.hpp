#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

namespace ffbench {

/// A ratio of whole numbers, e.g. seconds per tick or frames per second. 0/1 stands for "not
/// known".
struct Rational {
  int numerator = 0;
  int denominator = 1;
  friend bool operator==(const Rational&, const Rational&) = default;
  [[nodiscard]] double value() const {
    return denominator == 0 ? 0.0 : static_cast<double>(numerator) / static_cast<double>(denominator);
  }
};

/// A number as a ratio, to a thousandth.
inline Rational in_thousandths(double value) {
  return {static_cast<int>(std::lround(value * 1000)), 1000};
}

/// When each frame of a video is shown, in ticks of `time_base` seconds. Strictly ascending.
struct VideoTiming {
  Rational time_base{0, 1};
  std::vector<std::int64_t> ticks;  ///< one per frame
  std::int64_t last_duration = 0;   ///< how long the last frame is shown
  /// Tick at which the presentation of the whole file (sound included) begins; a writer shifts it
  /// to 0, so that picture and sound keep their distance.
  std::int64_t origin = 0;

  [[nodiscard]] double seconds(std::size_t frame) const {
    return static_cast<double>(ticks[frame] - origin) * time_base.value();
  }
  friend bool operator==(const VideoTiming&, const VideoTiming&) = default;
};

/// How a video's samples are to be understood, in the code points of ITU-T H.273; 2 stands for
/// "unspecified".
struct ColorTags {
  int primaries = 2;
  int transfer = 2;
  int matrix = 2;
  bool full_range = false;
  friend bool operator==(const ColorTags&, const ColorTags&) = default;
};

/// The matrix of a video that does not say: BT.709 (1) from 720 lines or 1280 columns on, else
/// BT.601 (6). Reader and writer share the rule, so that programs that ignore tags and guess by
/// size are right as well.
constexpr int default_matrix(int width, int height) {
  return height >= 720 || width >= 1280 ? 1 : 6;
}

}  // namespace ffbench
