#include "datasets/detectors/tracker.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/clip.hpp"
#include "core/error.hpp"
#include "datasets/detectors/cut_detector.hpp"
#include "datasets/detectors/detector.hpp"
#include "datasets/detectors/overlap.hpp"

namespace ffbench {
namespace {

/// A face being followed.
struct Track {
  int id = 0;
  Box last;
  int last_frame = 0;
};

struct Pair {
  double likeness;
  std::size_t track;
  std::size_t face;
};

/// How well a face continues a track, from -1 to 1, or -2 where it cannot.
double likeness_of(const Box& before, const Box& now) {
  const double size_before = std::sqrt(before.width() * before.height());
  const double size_now = std::sqrt(now.width() * now.height());
  const double dx = (before.x0 + before.x1 - now.x0 - now.x1) / 2;
  const double dy = (before.y0 + before.y1 - now.y0 - now.y1) / 2;
  const double distance = std::sqrt(dx * dx + dy * dy) / std::max(size_before, size_now);
  constexpr double most_growth = 2;
  constexpr double furthest = 0.75;
  const double growth = std::max(size_before, size_now) / std::min(size_before, size_now);
  if (!(growth <= most_growth) || !(distance <= furthest)) {
    return -2;
  }
  return overlap_of(before, now) - distance;
}

/// Gives the faces of one frame the ids of the tracks they continue, or new ones.
void continue_tracks(std::vector<Track>& tracks, std::vector<TrackedFace>& faces, int frame, int& next_id) {
  std::vector<Pair> pairs;
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    for (std::size_t f = 0; f < faces.size(); ++f) {
      if (const double likeness = likeness_of(tracks[t].last, faces[f].box); likeness > -2) {
        pairs.push_back({likeness, t, f});
      }
    }
  }
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const Pair& a, const Pair& b) { return a.likeness > b.likeness; });
  std::vector<bool> track_taken(tracks.size());
  std::vector<bool> face_taken(faces.size());
  for (const Pair& p : pairs) {
    if (track_taken[p.track] || face_taken[p.face]) {
      continue;
    }
    track_taken[p.track] = true;
    face_taken[p.face] = true;
    Track& track = tracks[p.track];
    faces[p.face].id = track.id;
    track.last = faces[p.face].box;
    track.last_frame = frame;
  }
  for (std::size_t f = 0; f < faces.size(); ++f) {
    if (!face_taken[f]) {
      faces[f].id = next_id;
      tracks.push_back({next_id, faces[f].box, frame});
      ++next_id;
    }
  }
}

/// Drops tracks that are too short for their scene or never sure, and numbers the others by
/// appearance.
void drop_doubtful_tracks(std::vector<TrackFrame>& frames, const TrackerOptions& options) {
  std::map<int, double> best_scores;
  std::map<int, int> lengths;
  std::map<int, int> scene_lengths;  // of the scene of a track, by its id
  for (std::size_t begin = 0; begin < frames.size();) {
    std::size_t end = begin + 1;
    while (end < frames.size() && !frames[end].cut) {
      ++end;
    }
    for (std::size_t i = begin; i < end; ++i) {
      for (const TrackedFace& face : frames[i].faces) {
        ++lengths[face.id];
        best_scores[face.id] = std::max(best_scores[face.id], face.score);
        scene_lengths[face.id] = static_cast<int>(end - begin);
      }
    }
    begin = end;
  }
  std::map<int, int> new_ids;
  for (TrackFrame& frame : frames) {
    std::erase_if(frame.faces, [&](const TrackedFace& face) {
      return lengths[face.id] < std::min(options.minimum_length, (scene_lengths[face.id] + 1) / 2) ||
             best_scores[face.id] < options.minimum_best_score;
    });
    std::sort(frame.faces.begin(), frame.faces.end(),
              [](const TrackedFace& a, const TrackedFace& b) { return a.id < b.id; });
    for (TrackedFace& face : frame.faces) {
      face.id = new_ids.try_emplace(face.id, static_cast<int>(new_ids.size())).first->second;
    }
  }
}

}  // namespace

std::vector<TrackFrame> associate(std::vector<TrackFrame> frames, const TrackerOptions& options) {
  std::vector<Track> tracks;
  int next_id = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const int frame = static_cast<int>(i);
    if (frames[i].cut) {
      tracks.clear();
    }
    std::erase_if(tracks, [&](const Track& t) { return frame - t.last_frame - 1 > options.maximum_gap; });
    continue_tracks(tracks, frames[i].faces, frame, next_id);
  }
  drop_doubtful_tracks(frames, options);
  return frames;
}

FaceTrack build_track(Clip& clip, Detector& detector, const TrackProgress& progress) {
  FaceTrack track;
  track.width = clip.width();
  track.height = clip.height();
  track.detector = detector.name();
  CutDetector cuts;
  BgrImage image(track.width, track.height);
  const int count = clip.frame_count();
  track.frames.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    clip.read(i, image.view());
    TrackFrame frame;
    cuts.add(image.view());
    frame.faces = detector.detect(image.view());
    track.frames.push_back(std::move(frame));
    if (progress && !progress(i + 1, count)) {
      fail("{}: face detection was stopped after frame {} of {}; run again to finish", clip.name(), i + 1,
           count);
    }
  }
  for (const int frame : cuts.finish()) {
    track.frames[static_cast<std::size_t>(frame)].cut = true;
  }
  TrackerOptions options;
  options.minimum_length = detector.minimum_track_length();
  options.minimum_best_score = detector.minimum_best_score();
  track.frames = associate(std::move(track.frames), options);
  return track;
}

}  // namespace ffbench
