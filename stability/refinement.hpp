#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "core/face_track.hpp"
#include "core/numeric/refinement.hpp"

namespace ffbench::stability {

/// The networks of a file made by tools/fhr/train.py. Throws `Error` where it is not one or its
/// digest is wrong.
RefinementNetworks read_refinement_networks(const std::filesystem::path& file);

/// The networks that ffbench ships. They are part of the program and last as long as it.
const RefinementNetworks& shipped_refinement_networks();

/// One backend's operator `cut-landmark` on the frame at hand.
using CutLandmark = std::function<LandmarkView(const AffineF& view_to_frame)>;

/// A patch to be looked at, and what it is compared with.
struct RefinementJob {
  const LandmarkView* view = nullptr;
  LandmarkKind kind = LandmarkKind::eye;
  LandmarkReference reference{};
};

/// One backend's operator `refine-landmark` on many patches, which do not depend on each other: the
/// offsets in the jobs' order.
using RefineLandmarks = std::function<std::vector<PatchOffset>(std::span<const RefinementJob>)>;

/// Adds to `sum` the view as it is where the landmark is `offset` from its middle (NUMERICS.md,
/// "Landmark refinement").
using ReferenceSum = std::array<std::int32_t, reference_pixels>;
void add_moved(ReferenceSum& sum, const LandmarkView& view, PatchOffset offset);

/// Refines a track. Frame by frame it keeps what is seen about every landmark; at the end each view
/// is registered against the mean of those around it - `window` frames either side, the nearer the
/// heavier, within the scene and the face's unbroken presence - in two passes, the second against
/// neighbours as moved by the first. Landmarks are then anchored to the detector: each offset less
/// the same mean of the offsets, times the share that leaves the landmark's second differences
/// least. What registration knows is how a landmark moved; where exactly a detector puts it is the
/// detector's to say, and where registration sees less than the detector it has no say.
class TrackRefinement {
 public:
  TrackRefinement(const FaceTrack& observed, int window);

  /// Frames in order. `cut` works on that frame.
  void next(const CutLandmark& cut);

  /// Frames are all done: the track with its five landmarks refined. Others stay as observed, as do
  /// faces whose landmarks determine no similarity.
  [[nodiscard]] FaceTrack refined(const RefineLandmarks& refine) const;

 private:
  /// A face of a frame: the views of its landmarks.
  struct Seen {
    bool fitted = false;
    Similarity crop_to_frame;
    std::array<LandmarkView, 5> views{};
  };
  /// A face's unbroken presence in a scene.
  struct Run {
    std::size_t last_frame = 0;
    std::vector<std::pair<std::size_t, std::size_t>> places;  ///< frame, index of the face
  };
  [[nodiscard]] std::vector<Run> runs() const;
  void refine_run(const Run& run, const RefineLandmarks& refine, FaceTrack& result) const;

  FaceTrack track_;
  int window_;
  std::vector<std::vector<Seen>> seen_;  ///< [frame][face]
};

}  // namespace ffbench::stability
