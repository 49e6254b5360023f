#pragma once

#include <vector>

#include "core/face_track.hpp"
#include "core/image.hpp"

namespace ffbench {

/// What the renderer knows of one frame beyond its pixels, per pixel.
struct TruthMaps {
  /// 255 where a face's own surface (skin, eyes, lips, not hair or background) is what the pixel
  /// shows.
  MaskImage face;
  /// 255 where something (a hand, another head) lies before a face.
  MaskImage occluded;
  /// Where the surface point seen at a pixel lies in the next frame, as a displacement in pixels;
  /// meaningful where `flow_valid` is 255: on a face, still visible in the next frame.
  FlowImage flow;
  MaskImage flow_valid;
};

/// The truth of a synthetic fixture.
class Truth {
 public:
  virtual ~Truth() = default;

  /// Exact landmarks and boxes of every face in every frame, unrounded; `score` is the visible
  /// share of the face, 0 to
  /// 1. Faces wholly outside the frame are absent.
  [[nodiscard]] virtual const FaceTrack& track() const = 0;

  /// Fills the maps of frame `index`; they are resized as needed. The last frame has no valid flow.
  virtual void maps(int index, TruthMaps& out) const = 0;

 protected:
  Truth() = default;
  Truth(const Truth&) = default;
  Truth& operator=(const Truth&) = default;
};

}  // namespace ffbench
