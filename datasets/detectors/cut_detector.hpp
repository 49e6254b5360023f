#pragma once

#include <deque>
#include <vector>

#include "core/image.hpp"
#include "datasets/detectors/scene_match.hpp"

namespace ffbench {

/// Finds hard cuts. A frame begins a scene where the picture before it is not found again in it,
/// part by part: not after motion, a pan or a change of light, not in the frames about it either
/// (so that a flash is none), and by much more than the motion of the frames about it explains.
/// Dissolves and fades have no such frame. A scene of up to three frames between two pictures of
/// the same scene counts as a flash. Works with five frames of look-ahead and keeps a few
/// thumbnails.
class CutDetector {
 public:
  static constexpr int look_ahead = 5;  ///< frames

  /// The next frame; all have one size.
  void add(ConstBgrView frame);

  /// The frames that begin a new scene, ascending, once all frames were added. The first frame of
  /// a clip is none of them.
  std::vector<int> finish();

 private:
  /// How a frame differs from the last textured one before it; `wide` allows more motion, and pans.
  struct Change {
    double wide = 0;
    double narrow = 0;
  };
  struct Kept {
    int frame = 0;
    Thumbnail picture;
  };

  [[nodiscard]] bool begins_scene(int frame) const;
  [[nodiscard]] const Kept* kept(int frame) const;
  [[nodiscard]] const Kept* textured_before(int frame) const;
  void decide(int frame);

  std::deque<Kept> kept_;
  std::vector<Change> changes_;  ///< by frame
  std::vector<int> cuts_;
  int decided_ = 0;
};

}  // namespace ffbench
