#pragma once

#include <vector>

#include "core/face_track.hpp"
#include "stability/landmark_motion.hpp"

namespace ffbench::stability {

/// Parameters of the One Euro filter for one kind of number, time in frames.
struct OneEuroTuning {
  double least_cutoff = 0.02;  ///< cycles a frame, where nothing moves
  double speed_gain = 0.02;    ///< cycles a frame more for each unit of speed a frame
  double speed_cutoff = 0.1;   ///< of the low pass of the speed, cycles a frame
};

/// The One Euro filter (Casiez, Roussel and Vogel 2012): a first-order low pass whose cutoff rises
/// with the low-passed speed.
///
///     a(f) = 2 pi f / (2 pi f + 1)        s = s + a(speed_cutoff) * ((x - x_before) - s)
///     y    = y + a(least_cutoff + speed_gain * |s|) * (x - y)
///
/// with x the sample, y the output and s the speed; the first sample is the first output. Plain
/// data: copy it to save it.
class OneEuro {
 public:
  explicit OneEuro(const OneEuroTuning& tuning = {}) : tuning_(tuning) {}

  double filter(double sample);

 private:
  OneEuroTuning tuning_;
  double sample_ = 0;
  double output_ = 0;
  double speed_ = 0;
  bool started_ = false;
};

/// The One Euro filter on the landmarks of one face, from the past alone: on centre, scale and
/// roll, in units of a face of 256 pixels, and on the place of each point in the face. Plain data:
/// copy it to save it.
class FaceOneEuro {
 public:
  TrackedFace filter(const TrackedFace& face);

 private:
  std::vector<Point> reference_;
  std::vector<double> uniform_;
  double unit_ = 1;  ///< pixels of the first frame in a pixel of a face of 256
  bool with_68_ = false;
  double roll_ = 0;
  std::vector<OneEuro> motion_;
  std::vector<OneEuro> shape_;
};

}  // namespace ffbench::stability
