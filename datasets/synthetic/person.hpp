#pragma once

#include <cstdint>

namespace ffbench::synthetic {

/// A colour as displayed, each channel 0 to 1. Light is its square: the renderer's transfer curve
/// is the square root, close to the usual video curves and exactly computable.
struct Colour {
  double r = 0;
  double g = 0;
  double b = 0;
};

/// What distinguishes one person from another. Lengths in centimetres, factors around 1.
struct Person {
  std::uint64_t seed = 1;
  Colour skin{0.86, 0.69, 0.59};
  Colour lips{0.72, 0.42, 0.39};
  Colour hair{0.22, 0.15, 0.10};
  Colour iris{0.32, 0.42, 0.46};
  Colour cloth{0.20, 0.27, 0.38};
  Colour collar{0.82, 0.82, 0.80};
  double face_width = 1;
  double jaw_width = 1;
  double nose_length = 1;
  double nose_width = 1;
  double lip_fullness = 1;
  double eye_height = 1;
  double brow_thickness = 1;
  double brow_height = 0;  ///< shift upwards
  double stubble = 0;      ///< 0 to 1
  double freckles = 0;     ///< 0 to 1
  double hair_length = 0;  ///< how far the hair falls below the ears; 0: short
  double hair_volume = 1;
};

/// What the face does at one moment.
struct Expression {
  double mouth_open = 0;  ///< 0 closed, 1 the widest of speech
  double mouth_wide = 0;  ///< -1 rounded, 1 spread
  double smile = 0;       ///< 0 to 1
  double blink = 0;       ///< 0 open, 1 closed
  double brow = 0;        ///< -1 frown, 1 raised
  double gaze_x = 0;      ///< radians to the viewer's right
  double gaze_y = 0;      ///< radians upwards
};

}  // namespace ffbench::synthetic
