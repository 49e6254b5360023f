#pragma once

#include <array>
#include <memory>
#include <mutex>

#include "core/truth.hpp"
#include "datasets/synthetic/scene_geometry.hpp"

namespace ffbench::synthetic {

/// The truth of a rendered clip, from its geometry alone.
///
/// Faces have the index of their person in the cast as id. `score` is the share of the face's
/// surface towards the viewer that is inside the frame and not hidden by another person or the
/// hand; a person's own hair is not counted as face in the first place. Flow follows the surface:
/// the place of a pixel within its triangle, in the same triangle of the next frame. It is valid on
/// skin (not on eyeballs and teeth, whose looks do not move with their surface) where the next
/// frame shows the same surface there.
class SyntheticTruth : public Truth {
 public:
  explicit SyntheticTruth(std::shared_ptr<const SceneGeometry> geometry);
  ~SyntheticTruth() override;

  [[nodiscard]] const FaceTrack& track() const override { return track_; }
  void maps(int index, TruthMaps& out) const override;

 private:
  struct Seen;
  [[nodiscard]] std::shared_ptr<const Seen> seen(int index) const;

  std::shared_ptr<const SceneGeometry> geometry_;
  FaceTrack track_;
  mutable std::mutex mutex_;
  mutable std::array<std::shared_ptr<const Seen>, 2>
      recent_;  ///< so that reading in order draws each frame once
};

}  // namespace ffbench::synthetic
