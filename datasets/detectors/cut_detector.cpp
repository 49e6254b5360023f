#include "datasets/detectors/cut_detector.hpp"

#include <algorithm>

namespace ffbench {
namespace {

constexpr int narrow_radius = 2;  // thumbnail pixels
constexpr int wide_radius = Thumbnail::border;
/// A new scene stays: it differs from the old one in this many further frames on either side.
constexpr int lasting_frames = 3;
/// Frames without texture (black, white) between two scenes are looked across.
constexpr int most_blank_frames = 2;

// Below these a frame is the one before it, moved: nothing else is computed.
constexpr double same_narrow = 0.08;
constexpr double same_wide = 0.1;

double wide_difference(const Thumbnail& a, const Thumbnail& b) {
  const double difference = block_difference(a, b, wide_radius);
  return difference < same_wide ? difference : std::min(difference, block_difference_after_pan(a, b));
}

double narrow_difference(const Thumbnail& a, const Thumbnail& b) {
  return block_difference(a, b, narrow_radius);
}

/// What `of` is in the frames about `frame`: the largest but one, so that one other cut close by
/// does not hide this one.
template <class Changes, class Of>
double usual_change(const Changes& changes, int frame, Of of) {
  double largest = 0;
  double second = 0;
  const int count = static_cast<int>(changes.size());
  for (int t = std::max(1, frame - CutDetector::look_ahead);
       t < std::min(count, frame + CutDetector::look_ahead + 1); ++t) {
    if (t == frame) {
      continue;
    }
    const double value = of(changes[static_cast<std::size_t>(t)]);
    second = std::max(second, std::min(value, largest));
    largest = std::max(largest, value);
  }
  return second;
}

}  // namespace

void CutDetector::add(ConstBgrView frame) {
  const int index = static_cast<int>(changes_.size());
  kept_.push_back({index, Thumbnail(frame)});
  constexpr std::size_t most_kept = look_ahead + 1 + lasting_frames + most_blank_frames + 1;
  if (kept_.size() > most_kept) {
    kept_.pop_front();
  }
  Change change;
  const Thumbnail& now = kept_.back().picture;
  if (const Kept* before = now.textured() ? textured_before(index) : nullptr) {
    change.narrow = narrow_difference(before->picture, now);
    change.wide = change.narrow < same_narrow ? change.narrow : wide_difference(before->picture, now);
  }
  changes_.push_back(change);
  if (index >= look_ahead) {
    decide(index - look_ahead);
  }
}

std::vector<int> CutDetector::finish() {
  while (decided_ < static_cast<int>(changes_.size())) {
    decide(decided_);
  }
  return cuts_;
}

void CutDetector::decide(int frame) {
  if (begins_scene(frame)) {
    cuts_.push_back(frame);
  }
  decided_ = frame + 1;
}

const CutDetector::Kept* CutDetector::kept(int frame) const {
  const int first = kept_.front().frame;
  return frame < first || frame > kept_.back().frame ? nullptr
                                                     : &kept_[static_cast<std::size_t>(frame - first)];
}

const CutDetector::Kept* CutDetector::textured_before(int frame) const {
  for (int t = frame - 1; t >= frame - 1 - most_blank_frames; --t) {
    const Kept* found = kept(t);
    if (found == nullptr || found->picture.textured()) {
      return found;
    }
  }
  return nullptr;
}

bool CutDetector::begins_scene(int frame) const {
  const Change& change = changes_[static_cast<std::size_t>(frame)];
  if (change.wide < same_wide && change.narrow < same_narrow) {
    return false;
  }
  const Kept* now = kept(frame);
  const Kept* before = textured_before(frame);
  if (now == nullptr || before == nullptr) {
    return false;
  }
  // The smallest difference between the scenes on both sides.
  Change lasting = change;
  const auto compare = [&lasting](const Kept* a, const Kept* b) {
    if (a != nullptr && b != nullptr && a->picture.textured() && b->picture.textured()) {
      lasting.narrow = std::min(lasting.narrow, narrow_difference(a->picture, b->picture));
      if (lasting.wide >= same_wide) {
        lasting.wide = std::min(lasting.wide, wide_difference(a->picture, b->picture));
      }
    }
  };
  for (int i = 1; i <= lasting_frames; ++i) {
    compare(before, kept(frame + i));
    compare(kept(before->frame - i), now);
  }
  const double usual_wide = usual_change(changes_, frame, [](const Change& c) { return c.wide; });
  const double usual_narrow = usual_change(changes_, frame, [](const Change& c) { return c.narrow; });
  // Another place; the same place from elsewhere; another moment in the same frame.
  const bool another_place = lasting.wide > 0.4 && lasting.wide > 1.5 * usual_wide;
  const bool another_view = lasting.wide > 0.25 && lasting.wide > 2.4 * (usual_wide + 0.01);
  const bool another_framing =
      lasting.narrow > 0.5 &&
      (lasting.narrow > 4 * usual_narrow || (lasting.narrow > 2.2 * usual_narrow && lasting.wide > 0.15));
  const bool another_moment = lasting.narrow > 0.08 && lasting.narrow > 8 * std::max(usual_narrow, 0.01);
  return another_place || another_view || another_framing || another_moment;
}

}  // namespace ffbench
