#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/face_track.hpp"
#include "core/refinement.hpp"

namespace ffbench::stability {

/// The networks of a file made by tools/fhr/train.py. Throws `Error` where it is not one or its digest is wrong.
RefinementNetworks read_refinement_networks(const std::filesystem::path& file);

/// The networks that ffbench ships, read once; null where they are not installed.
std::shared_ptr<const RefinementNetworks> shipped_refinement_networks();

/// One backend's operator on the frame at hand: the offset of landmark 0 to 4 in a patch.
using RefinePatch = std::function<PatchOffset(int landmark, const AffineF& patch_to_frame)>;

/// Where a face's five landmarks are seen, less where they were observed, in frame pixels. Two looks: the second patch lies
/// about the place the first found. Together they move a landmark by at most one patch pixel along either axis of the patch. A
/// face whose landmarks determine no similarity does not move.
std::array<Point, 5> refinement_offsets(const Landmarks5& observed, const RefinePatch& refine);

/// Refines a track frame by frame; at the end the landmarks are anchored to the detector: each offset less the mean of the face's
/// offsets over `anchor_frames` frames either side, within the scene and the face's unbroken presence, times the share that leaves
/// the landmark's second differences least. What the networks know is how a landmark moved; where exactly a detector puts it is
/// the detector's to say, and where a network sees less than the detector it has no say.
class TrackRefinement {
 public:
  TrackRefinement(const FaceTrack& observed, int anchor_frames);

  /// Frames in order. `refine` works on that frame.
  void next(const RefinePatch& refine);

  /// Frames are all done: the track with its five landmarks refined. Others stay as observed.
  [[nodiscard]] FaceTrack refined() const;

 private:
  FaceTrack track_;
  int anchor_frames_;
  std::vector<std::vector<std::array<Point, 5>>> offsets_;  ///< [frame][face]
};

}  // namespace ffbench::stability
