#pragma once

#include "core/face_track.hpp"
#include "stability/whittaker.hpp"

namespace ffbench::stability {

/// How `smooth_clip` smooths.
struct ClipSmoothing {
  bool over_time =
      /// False: only what can be decided frame by frame; dropouts are filled in as `bridge_gaps` does
      true;
  int shape_rank = 6;  ///< directions in which a face's shape may change over a clip
  /// Of centre, scale and roll, whose noise is the detector's for the whole face.
  WhittakerChoice motion{2, 4, 1.3, 0, true};
  /// Of the coordinates of the shape. Their noise is small once outlying points are gone; what
  /// sticks out is a blink.
  WhittakerChoice shape{3, 3, 1.3, 3, false};
};

/// The landmarks of a whole clip, freed of the detector's noise (docs/stability.md). Each face's
/// segment - from where it is first seen, or seen again after more than `longest_gap` frames, or
/// from a cut, to where it is lost - is smoothed on its own:
///
/// 1. every frame's points are split into a similarity and a shape (`place`);
/// 2. the shape is confined to the few directions in which it varies over the segment;
/// 3. each number of the motion and the shape is smoothed by `whittaker_by_cross_validation`,
/// frames whose points scatter
///    more than usual weighing less;
/// 4. before that, points far from the shape of their frame are replaced by it, those that the face
/// moves by itself lose weight in the
///    similarity, and steps 1 and 2 are made again.
///
/// Dropouts are filled in by the smoother, where `bridge_gaps` would; for up to `longest_gap`
/// frames before it is found and after it is lost a face is taken to be there, moving evenly.
/// Segments of one or two measured frames stay as they are.
FaceTrack smooth_clip(const FaceTrack& track, const ClipSmoothing& options = {});

}  // namespace ffbench::stability
