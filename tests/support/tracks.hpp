#pragma once

#include "core/face_track.hpp"
#include "core/warp_template.hpp"

namespace ffbench::test {

/// A frontal face whose eyes and mouth lie about (x, y), some 100 pixels wide; five landmarks.
inline TrackedFace face_at(int id, double x, double y) {
  TrackedFace face;
  face.id = id;
  face.landmarks5 = warp_template("ffhq_512").points;
  for (Point& p : face.landmarks5) {
    p = {x + 240 * (p.x - 0.5), y + 240 * (p.y - 0.6)};
  }
  face.box = {x - 60, y - 70, x + 60, y + 70};
  return face;
}

/// A track of `frames` frames of 1280 x 720 with one face each, made by `face(t)`.
template <typename Face>
FaceTrack track_of(int frames, Face face) {
  FaceTrack track;
  track.width = 1280;
  track.height = 720;
  track.detector = "test";
  for (int t = 0; t < frames; ++t) {
    track.frames.push_back({{face(t)}, false});
  }
  return track;
}

}  // namespace ffbench::test
