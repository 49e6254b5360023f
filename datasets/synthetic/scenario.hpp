#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "datasets/synthetic/person.hpp"

namespace ffbench::synthetic {

/// A moment of a clip. Slow motion is a function of `seconds`; events that must happen within any
/// clip, however short, are placed by `progress`.
struct Moment {
  double seconds = 0;
  double progress = 0;       ///< 0 in the first frame, 1 in the last
  double aspect = 16.0 / 9;  ///< width over height
};

/// A face in the scene. Lengths are in frame heights from the middle of the frame, x to the right,
/// y down; angles in radians.
struct FaceState {
  bool present = true;
  double x = 0;
  double y = -0.07;
  /// Side of the aligned crop (arcface_128 template): 0.474 is 512 pixels at 1080p
  double size = 0.474;
  double yaw = 0;
  double pitch = 0;
  double roll = 0;
  double nearness = 0;  ///< centimetres towards the viewer: who is in front
  Expression expression;
};

/// A hand that passes before everything.
struct HandState {
  bool present = false;
  double x = 0;
  double y = 0;
  double size = 0.474;  ///< as for a face
  double roll = 0;
};

/// Everything about one moment.
struct SceneState {
  std::vector<FaceState> faces;  ///< one for each of the scenario's cast
  HandState hand;
  Colour light{1, 1, 1};  ///< gain of the linear light by channel
  int shot = 0;           ///< which background and lights; a new shot is a cut
};

/// How well the detector sees, on top of the usual noise.
struct DetectionQuality {
  double noise = 1;       ///< factor of all noise
  double dropout = 0.01;  ///< probability
};

/// A scenario: independent of the frames' size and number.
struct Scenario {
  std::string_view name;
  std::string_view description;
  double frames_per_second = 25;
  std::vector<int> cast;    ///< indices into people()
  int source = 5;           ///< index into people() of the portrait to swap in
  bool moving_face = true;  ///< gates on motion apply
  double noise = 1.5;       ///< standard deviation of the camera's noise in 8-bit steps
  SceneState (*state)(const Moment& moment) = nullptr;
  DetectionQuality (*detection)(int frame, int frames) = nullptr;  ///< null: the usual quality
};

/// All scenarios.
std::span<const Scenario> scenarios();
/// The scenario of that name; throws `Error` that lists the legal names.
const Scenario& scenario(std::string_view name);

/// The people who act.
std::span<const Person> people();

}  // namespace ffbench::synthetic
