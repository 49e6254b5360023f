#include "stability/gaps.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace ffbench::stability {
namespace {

bool within(Point p, double limit) {
  return std::isfinite(p.x) && std::isfinite(p.y) && std::abs(p.x) <= limit && std::abs(p.y) <= limit;
}

double mix(double from, double to, double share) {
  return from + (to - from) * share;
}

Point mix(Point from, Point to, double share) {
  return {mix(from.x, to.x, share), mix(from.y, to.y, share)};
}

TrackedFace mix(const TrackedFace& from, const TrackedFace& to, double share) {
  TrackedFace face = from;
  face.score = (from.score + to.score) / 2;
  face.box = {mix(from.box.x0, to.box.x0, share), mix(from.box.y0, to.box.y0, share),
              mix(from.box.x1, to.box.x1, share), mix(from.box.y1, to.box.y1, share)};
  for (std::size_t i = 0; i < face.landmarks5.size(); ++i) {
    face.landmarks5[i] = mix(from.landmarks5[i], to.landmarks5[i], share);
  }
  if (from.landmarks68 && to.landmarks68) {
    for (std::size_t i = 0; i < face.landmarks68->size(); ++i) {
      (*face.landmarks68)[i] = mix((*from.landmarks68)[i], (*to.landmarks68)[i], share);
    }
  } else {
    face.landmarks68.reset();
  }
  return face;
}

void insert_by_id(TrackFrame& frame, const TrackedFace& face) {
  const auto at = std::find_if(frame.faces.begin(), frame.faces.end(),
                               [&face](const TrackedFace& other) { return other.id > face.id; });
  frame.faces.insert(at, face);
}

/// Puts the face into the frames [first, last) where they are few enough for a dropout and no scene
/// begins in or right after them.
void fill(FaceTrack& track, int first, int last, const TrackedFace& face) {
  if (last - first > longest_gap) {
    return;
  }
  const int end = std::min(last + 1, static_cast<int>(track.frames.size()));
  for (int t = std::max(first, 1); t < end; ++t) {
    if (track.frames[static_cast<std::size_t>(t)].cut) {
      return;
    }
  }
  for (int t = first; t < last; ++t) {
    insert_by_id(track.frames[static_cast<std::size_t>(t)], face);
  }
}

}  // namespace

bool usable(const TrackedFace& face, int frame_width, int frame_height) {
  const double limit = 10.0 * std::max(frame_width, frame_height);
  const auto good = [limit](Point p) { return within(p, limit); };
  if (!std::all_of(face.landmarks5.begin(), face.landmarks5.end(), good) ||
      (face.landmarks68 && !std::all_of(face.landmarks68->begin(), face.landmarks68->end(), good))) {
    return false;
  }
  double spread = 0;
  for (const Point& p : face.landmarks5) {
    spread = std::max({spread, std::abs(p.x - face.landmarks5[0].x), std::abs(p.y - face.landmarks5[0].y)});
  }
  return spread >= 1;
}

FaceTrack without_unusable_faces(const FaceTrack& track) {
  FaceTrack result = track;
  for (TrackFrame& frame : result.frames) {
    std::erase_if(frame.faces,
                  [&](const TrackedFace& face) { return !usable(face, track.width, track.height); });
  }
  return result;
}

FaceTrack bridge_gaps(const FaceTrack& track, int longest) {
  struct Seen {
    int frame;
    TrackedFace face;
  };
  FaceTrack result = track;
  std::map<int, Seen> last_seen;
  std::set<int> ever_seen;
  for (int t = 0; t < static_cast<int>(track.frames.size()); ++t) {
    const TrackFrame& frame = track.frames[static_cast<std::size_t>(t)];
    if (frame.cut) {
      last_seen.clear();
    }
    for (const TrackedFace& face : frame.faces) {
      if (const auto seen = last_seen.find(face.id); seen != last_seen.end()) {
        const auto& [since, before] = seen->second;
        const int steps = t - since;
        for (int i = 1; steps <= longest + 1 && i < steps; ++i) {
          insert_by_id(result.frames[static_cast<std::size_t>(since) + static_cast<std::size_t>(i)],
                       mix(before, face, static_cast<double>(i) / steps));
        }
      }
      if (ever_seen.insert(face.id).second) {
        fill(result, 0, t, face);
      }
      last_seen.insert_or_assign(face.id, Seen{t, face});
    }
  }
  for (const auto& [id, seen] : last_seen) {
    fill(result, seen.frame + 1, static_cast<int>(track.frames.size()), seen.face);
  }
  return result;
}

}  // namespace ffbench::stability
