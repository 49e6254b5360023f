#include "stability/lives.hpp"

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

std::vector<Life> lives_of(const FaceTrack& track, const FaceTrack& bridged) {
  const auto frames = bridged.frames.size();
  std::map<int, std::size_t> free_from;  // by face: the first frame that no earlier life of it has taken
  std::map<int, Life> open;
  std::vector<Life> lives;
  const auto close = [&](auto at, std::size_t end) {
    Life& life = at->second;
    for (int i = 0; i < longest_gap && end < frames && !bridged.frames[end].cut; ++i, ++end) {
      life.faces.push_back(life.faces.back());
      life.measured.push_back(false);
    }
    free_from[at->first] = end;
    lives.push_back(std::move(life));
    return open.erase(at);
  };
  const auto begin = [&](const TrackedFace& face, std::size_t at) {
    Life life;
    std::size_t first = at;
    while (at - first < longest_gap && first > free_from[face.id] && !bridged.frames[first].cut) {
      --first;
    }
    life.first_frame = first;
    life.faces.assign(at - first, face);
    life.measured.assign(at - first, false);
    return life;
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
  return lives;
}

}  // namespace ffbench::stability
