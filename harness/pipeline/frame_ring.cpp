#include "harness/pipeline/frame_ring.hpp"

#include <algorithm>

namespace ffbench {

int frames_within(const Clip& clip, std::size_t bytes, int least, int most) {
  const std::size_t frame_bytes =
      static_cast<std::size_t>(clip.width()) * static_cast<std::size_t>(clip.height()) * 3;
  const auto room = static_cast<int>(
      std::min<std::size_t>(bytes / frame_bytes, static_cast<std::size_t>(std::numeric_limits<int>::max())));
  return std::min(std::clamp(room, least, most), std::max(clip.frame_count(), 1));
}

FrameRing::FrameRing(Clip& clip, int length, Place place) : clip_(clip), length_(length) {
  const bool stay = place == Place::clip && clip.frame_count() > 0 && !clip.in_memory(0).empty();
  for (int i = 0; i < length && !stay; ++i) {
    frames_.emplace_back(clip.width(), clip.height());
  }
}

int FrameRing::load(int first, int most) {
  const int count = std::min({clip_.frame_count() - first, length(), most});
  first_ = first;
  if (!frames_.empty() && !holds_clip_) {
    for (int i = 0; i < count; ++i) {
      clip_.read(first + i, frames_[static_cast<std::size_t>(i)].view());
    }
    holds_clip_ = count == clip_.frame_count();
  }
  return count;
}

}  // namespace ffbench
