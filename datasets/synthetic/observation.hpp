#pragma once

#include <string_view>

#include "core/face_track.hpp"
#include "datasets/synthetic/scenario.hpp"

namespace ffbench::synthetic {

/// The detector model. Lengths are pixels of the frame at every size; all random numbers come from
/// the fixture's name.
///
/// Each of the 68 points, and each of the 5, is observed as truth + shared similarity jitter +
/// white noise + first-order autoregressive noise (+ an outlier), then rounded to whole pixels,
/// ties away from zero. The 5 points have noise of their own rather than being averages of the 68,
/// so that their error is the stated one.
namespace detector_model {
inline constexpr double white = 0.35;       ///< standard deviation of each coordinate
inline constexpr double correlated = 0.25;  ///< standard deviation of each coordinate
inline constexpr double correlation = 0.8;  ///< from frame to frame
inline constexpr double similarity =
    0.001;  ///< standard deviation of scale, of rotation in radians, and of shift in
            ///< units of the face's size, common to all points of a face
inline constexpr double dropout = 0.01;  ///< probability that a face is missed in a frame
inline constexpr double outlier = 0.01;  ///< probability that a point is an outlier
/// Length of an outlier in standard deviations of the noise
inline constexpr double outlier_sigmas = 5;
inline constexpr double least_visible = 0.35;  ///< faces of which less can be seen are not found
}  // namespace detector_model

/// What a detector makes of the truth.
FaceTrack observe(const FaceTrack& truth, const Scenario& scenario, std::string_view fixture);

}  // namespace ffbench::synthetic
