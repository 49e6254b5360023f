#include "stability/face_segments.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "stability/gaps.hpp"

namespace ffbench::stability {
namespace {

bool contains(const TrackFrame& frame, int id) {
  return std::any_of(frame.faces.begin(), frame.faces.end(),
                     [id](const TrackedFace& face) { return face.id == id; });
}

}  // namespace

std::vector<FaceSegment> face_segments(const FaceTrack& track, const FaceTrack& bridged) {
  const auto frames = bridged.frames.size();
  // by face: the first frame that no earlier segment of it has taken
  std::map<int, std::size_t> free_from;
  std::map<int, FaceSegment> open;
  std::vector<FaceSegment> segments;
  const auto close = [&](auto at, std::size_t end) {
    FaceSegment& segment = at->second;
    for (int i = 0; i < longest_gap && end < frames && !bridged.frames[end].cut; ++i, ++end) {
      segment.faces.push_back(segment.faces.back());
      segment.measured.push_back(false);
    }
    free_from[at->first] = end;
    segments.push_back(std::move(segment));
    return open.erase(at);
  };
  const auto begin = [&](const TrackedFace& face, std::size_t at) {
    FaceSegment segment;
    std::size_t first = at;
    while (at - first < longest_gap && first > free_from[face.id] && !bridged.frames[first].cut) {
      --first;
    }
    segment.first_frame = first;
    segment.faces.assign(at - first, face);
    segment.measured.assign(at - first, false);
    return segment;
  };
  for (std::size_t t = 0; t < frames; ++t) {
    const TrackFrame& frame = bridged.frames[t];
    for (auto at = open.begin(); at != open.end();) {
      at = frame.cut || !contains(frame, at->first) ? close(at, t) : std::next(at);
    }
    for (const TrackedFace& face : frame.faces) {
      auto at = open.find(face.id);
      if (at == open.end()) {
        at = open.emplace(face.id, begin(face, t)).first;
      }
      at->second.faces.push_back(face);
      at->second.measured.push_back(contains(track.frames[t], face.id));
    }
  }
  while (!open.empty()) {
    close(open.begin(), frames);
  }
  return segments;
}

}  // namespace ffbench::stability
