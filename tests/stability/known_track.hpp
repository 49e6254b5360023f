#pragma once

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

#include "core/face_track.hpp"
#include "tests/support/noise.hpp"

namespace ffbench::stability::test_tracks {

inline constexpr int frames = 90;

/// A face of 68 points and the five that detectors give, about (0, 0), 100 pixels between the eyes.
inline TrackedFace standing_face(bool with_68) {
  TrackedFace face;
  face.landmarks5 = {{{-50, -40}, {50, -40}, {4, 15}, {-38, 62}, {40, 60}}};
  if (with_68) {
    Landmarks68& all = face.landmarks68.emplace();
    for (std::size_t i = 0; i < all.size(); ++i) {
      // Jaw, brows and the rest on ellipses of their own.
      const double angle = 0.37 * static_cast<double>(i);
      const double radius = i < 17 ? 95 : i < 27 ? 70 : 30;
      all[i] = {radius * std::cos(angle), (i < 27 && i >= 17 ? -55 : 10) + 0.9 * radius * std::sin(angle)};
    }
    for (std::size_t i = 36; i <= 41; ++i) {
      const double side = i < 39 ? -8 : 8;
      all[i] = {face.landmarks5[0].x + side, face.landmarks5[0].y + (i % 2 == 0 ? 3 : -3)};
      all[i + 6] = {face.landmarks5[1].x + side, face.landmarks5[1].y + (i % 2 == 0 ? 3 : -3)};
    }
    all[30] = face.landmarks5[2];
    all[48] = face.landmarks5[3];
    all[54] = face.landmarks5[4];
  }
  return face;
}

/// On a grid, so that the last bit of a library's sine does not matter.
inline Point on_grid(Point p) {
  return {std::round(p.x * 1024) / 1024, std::round(p.y * 1024) / 1024};
}

template <typename Change>
void change_points(TrackedFace& face, const Change& change) {
  for (Point& p : face.landmarks5) {
    p = on_grid(change(p));
  }
  if (face.landmarks68) {
    for (Point& p : *face.landmarks68) {
      p = on_grid(change(p));
    }
  }
  const Point middle = face.landmarks5[2];
  face.box = {middle.x - 90, middle.y - 100, middle.x + 90, middle.y + 100};
}

/// What happens to detectors: a face of 68 points whose roll passes 180 degrees, with noise that
/// all points share and noise of each, a blink (frames 40 to 42), a point far off (55) and dropouts
/// (0, 20 to 22, 89); a face of five points that comes (10), goes (45), comes again (60) and
/// sees a cut (70); one that is there for a moment (30).
inline FaceTrack known_track() {
  FaceTrack track;
  track.width = 1280;
  track.height = 720;
  track.frames.resize(frames);
  const std::vector<double> shared = ffbench::test::noise(4 * frames, 3);
  for (int t = 0; t < frames; ++t) {
    const auto at = static_cast<std::size_t>(t);
    TrackFrame& frame = track.frames[at];
    frame.cut = t == 70;
    const std::vector<double> own = ffbench::test::noise(2 * 73, 100 + static_cast<unsigned>(t));
    if (t != 0 && t != 89 && (t < 20 || t > 22)) {
      TrackedFace face = standing_face(true);
      face.id = 1;
      if (t >= 40 && t <= 42) {
        for (std::size_t i = 36; i <= 47; ++i) {
          (*face.landmarks68)[i].y = -40 + (t == 41 ? 4 : 2);
        }
      }
      const double roll = 2.6 + 0.9 * std::sin(0.06 * t);
      const double scale = 1 + 0.2 * std::sin(0.05 * t + 1);
      const double x = 500 + 120 * std::sin(0.08 * t) + 0.6 * shared[4 * at];
      const double y = 360 + 0.8 * t + 0.6 * shared[4 * at + 1];
      std::size_t n = 0;
      change_points(face, [&](Point p) {
        const Point moved{x + scale * (std::cos(roll) * p.x - std::sin(roll) * p.y) + 0.3 * own[2 * n],
                          y + scale * (std::sin(roll) * p.x + std::cos(roll) * p.y) + 0.3 * own[2 * n + 1]};
        ++n;
        return moved;
      });
      if (t == 55) {
        (*face.landmarks68)[5].x += 60;
      }
      frame.faces.push_back(face);
    }
    if ((t >= 10 && t < 45) || t >= 60) {
      TrackedFace face = standing_face(false);
      face.id = 2;
      const double x = (t < 70 ? 900 : 300) - 3.0 * t + 0.5 * shared[4 * at + 2];
      const double y = 300 + 10 * std::sin(0.3 * t) + 0.5 * shared[4 * at + 3];
      change_points(face, [&](Point p) { return Point{x + 0.7 * p.x, y + 0.7 * p.y}; });
      frame.faces.push_back(face);
    }
    if (t == 30) {
      TrackedFace face = standing_face(true);
      face.id = 7;
      change_points(face, [](Point p) { return Point{200 + 0.5 * p.x, 200 + 0.5 * p.y}; });
      frame.faces.push_back(face);
    }
  }
  return track;
}

}  // namespace ffbench::stability::test_tracks
