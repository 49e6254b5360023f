#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "core/clip.hpp"
#include "core/image.hpp"

namespace ffbench {

/// The number of a clip's frames that fit into `bytes`: from `least` to `most`, but no more than
/// the clip has.
int frames_within(const Clip& clip, std::size_t bytes, int least = 1,
                  int most = std::numeric_limits<int>::max());

/// Decoded frames of a clip, so many at a time, in memory that is used again. A clip that fits is
/// decoded once.
class FrameRing {
 public:
  /// Where frames lie: in memory of the ring, or where the clip has them (`Clip::in_memory`) if it
  /// has.
  enum class Place { ring, clip };

  /// `length` is at least 1. The clip is borrowed.
  FrameRing(Clip& clip, int length, Place place = Place::ring);

  [[nodiscard]] int length() const { return length_; }
  /// Whether the clip fits.
  [[nodiscard]] bool fits() const { return clip_.frame_count() <= length(); }
  /// Decodes the frames from `first` on, as many as there are and fit, at most `most`; the whole
  /// clip, once it is there, is not decoded again. Returns their number.
  int load(int first, int most = std::numeric_limits<int>::max());
  /// Has the next frames decoded whatever is there.
  void forget() { holds_clip_ = false; }

  /// Frame `i` of those loaded, from 0.
  [[nodiscard]] ConstBgrView operator[](int i) const {
    return frames_.empty() ? clip_.in_memory(first_ + i) : frames_[static_cast<std::size_t>(i)].const_view();
  }

 private:
  Clip& clip_;
  int length_;
  int first_ = 0;                 ///< the frame that was loaded first
  std::vector<BgrImage> frames_;  ///< none where frames stay in the clip
  bool holds_clip_ = false;
};

}  // namespace ffbench
