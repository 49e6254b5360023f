#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ffbench {

/// Landmark refinement compares a landmark with what it was over so many frames either side.
inline constexpr int refinement_window = 5;

/// Percent of the crop's side that the box mask leaves out at each edge, FaceFusion's
/// `face_mask_padding`.
struct MaskPadding {
  int top = 0;
  int right = 0;
  int bottom = 0;
  int left = 0;
  friend bool operator==(const MaskPadding&, const MaskPadding&) = default;
};

/// What smooths a face's motion where the feature `pose` is on (docs/stability.md).
enum class Smoother {
  ema,       ///< exponential average with deadbands, the seed's
  one_euro,  ///< speed-adaptive low pass; causal
  /// Kalman filter with a smoother of a few frames of look-ahead; streams with that delay
  rts,
  /// Penalised least squares over the whole clip, the penalty chosen by cross-validation
  whittaker,
};

/// Its name in pipelines and documents: "ema", "one_euro", "rts", "whittaker".
std::string_view name_of(Smoother smoother);

/// The smoother of that name; throws `Error` that lists the legal names.
Smoother parse_smoother(std::string_view name);

/// Every switch and parameter of the `enhanced` algorithm. Angles are degrees, lengths pixels.
/// The meaning of each is stated in reference/NUMERICS.md.
struct Preset {
  std::string name = "default";

  // Which of the optional features run.
  bool fhr = false;  ///< sub-pixel landmark refinement
  bool pose = true;  ///< temporal pose filter
  bool eos = false;  ///< end-of-sequence guard
  /// Crop pixels are means of the frame pixels they cover, where these are many
  bool antialias = false;
  bool gains = true;       ///< linear-light colour gains
  bool hysteresis = true;  ///< mask-edge hysteresis
  bool seam = true;        ///< seam-band feathering

  // Landmark refinement.
  int fhr_anchor_frames = refinement_window;

  // Pose filter.
  Smoother smoother = Smoother::whittaker;
  /// Whether `ema` filters the face's centre too; the others always do
  bool pose_centre = true;
  double pose_beta = 0.85;
  double pose_deadband_yaw = 0.5;
  double pose_deadband_pitch = 0.5;
  double pose_deadband_roll = 0.5;
  double pose_deadband_scale = 0.002;  ///< of the scale itself

  // End-of-sequence guard.
  int eos_frames = 12;
  int eos_angle_steps = 2048;  ///< steps per radian, and per unit of log scale
  int eos_centre_steps = 16;   ///< steps per pixel

  // Colour gains.
  double gains_beta = 0.85;  ///< share of the last gain that is kept
  double gains_min = 0.5;
  double gains_max = 2.0;

  // Masks.
  double mask_blur = 0.3;  ///< FaceFusion's `face_mask_blur`
  MaskPadding mask_padding;
  double area_feather = 12;  ///< width of the area mask's edge
  double area_growth = 1.5;  ///< the polygon of the landmarks is scaled by this about their mean
  /// Before that, brows rise by this share of their height above the mean
  double area_forehead = 0.5;
  int hysteresis_band = 4;  ///< of 255

  // Seam-band feathering.
  double seam_low = 30;       ///< of 255
  double seam_high = 225;     ///< of 255
  double seam_lift = 19.125;  ///< largest lift, in the middle of the band, of 255

  friend bool operator==(const Preset&, const Preset&) = default;
};

/// All presets: `default` and `seed`.
std::span<const Preset> presets();

/// The preset of that name; throws `Error` that lists the legal names.
const Preset& preset(std::string_view name);

/// The switch `centre` of a pipeline's name: `Preset::pose_centre`.
inline constexpr std::string_view centre_switch = "centre";

/// One of the on/off features, for tables, ablation and documents.
struct Feature {
  std::string_view name;
  bool Preset::*enabled;
  std::string_view description;
};

/// All features in pipeline order.
std::span<const Feature> features();

}  // namespace ffbench
