#pragma once

#include <optional>

#include "core/face_track.hpp"
#include "core/geometry.hpp"

namespace ffbench::stability {

/// The similarity that takes `from` to `to` with the least sum of squared distances (closed form;
/// NUMERICS.md, "Similarity fit"). Empty where the points do not determine one: a number that is
/// not finite, all points in one place, or a scale outside [1e-3, 1e3].
std::optional<Similarity> fit_similarity(const Landmarks5& from, const Landmarks5& to);

/// The mean of the five points.
Point centroid(const Landmarks5& points);

}  // namespace ffbench::stability
