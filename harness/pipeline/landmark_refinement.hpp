#pragma once

#include "core/clip.hpp"
#include "core/face_track.hpp"
#include "harness/pipeline/pipeline.hpp"

namespace ffbench {

/// A track after refinement.
struct RefinedTrack {
  FaceTrack track;
  double seconds = 0;  ///< of refinement alone, without reading frames or opening a device
  double face_us = 0;  ///< the same per face, microseconds
};

/// Feature `fhr`: refines the five landmarks of every face from the clip's frames, which are read
/// once more. Every backend gives the same numbers; `reference` runs on the reference, all others
/// cut on the cpu, where the frames are; `cuda` registers all patches of a pass at once on
/// `device`.
RefinedTrack refine_landmarks(Clip& clip, const FaceTrack& observed, const Preset& preset, Backend backend,
                              int device = 0);

}  // namespace ffbench
