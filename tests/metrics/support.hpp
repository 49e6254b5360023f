#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/face_plan.hpp"
#include "core/face_track.hpp"
#include "core/image.hpp"

namespace ffbench::metrics_test {

/// Reproducible noise: the n-th value of a counter-based generator.
inline std::uint32_t noise(std::uint32_t n) {
  n = (n ^ 61U) ^ (n >> 16U);
  n *= 9U;
  n ^= n >> 4U;
  n *= 0x27d4eb2dU;
  return n ^ (n >> 15U);
}

/// A frame of noise; frames of different `seed` have nothing in common.
inline BgrImage noise_frame(int width, int height, std::uint32_t seed) {
  BgrImage frame(width, height);
  for (std::size_t i = 0; i < frame.size_bytes(); ++i) {
    frame.data()[i] = static_cast<std::uint8_t>(noise(static_cast<std::uint32_t>(i) + seed * 0x9e3779b9U));
  }
  return frame;
}

inline BgrImage flat_frame(int width, int height, std::uint8_t value) {
  BgrImage frame(width, height);
  for (std::size_t i = 0; i < frame.size_bytes(); ++i) {
    frame.data()[i] = value;
  }
  return frame;
}

/// Template points of a crop of 256 pixels.
inline constexpr Landmarks5 template_points{{{88, 100}, {168, 100}, {128, 150}, {96, 190}, {160, 190}}};
inline constexpr int crop_size = 256;

/// A plan whose crop lies with its upper left corner at `at` in the frame, one crop pixel a frame
/// pixel.
inline FacePlan plan_at(Point at, int id = 1) {
  FacePlan face;
  face.face_id = id;
  face.frame_to_crop = {1, 0, -at.x, -at.y};
  return face;
}

/// A clip of one face whose crop lies at `path(t)` in frame t.
inline ClipPlan moving_plan(int frames, const std::function<Point(int)>& path, int id = 1) {
  ClipPlan plan;
  plan.crop_size = crop_size;
  for (int t = 0; t < frames; ++t) {
    plan.frames.push_back({{plan_at(path(t), id)}});
  }
  return plan;
}

/// The track of the same face: its landmarks lie on the template exactly, its box is 256 x 256.
inline FaceTrack moving_track(int frames, const std::function<Point(int)>& path, int id = 1) {
  FaceTrack track;
  for (int t = 0; t < frames; ++t) {
    const Point at = path(t);
    TrackedFace face;
    face.id = id;
    face.box = {at.x, at.y, at.x + 256, at.y + 256};
    for (std::size_t i = 0; i < face.landmarks5.size(); ++i) {
      face.landmarks5[i] = {template_points[i].x + at.x, template_points[i].y + at.y};
    }
    track.frames.push_back({{face}, false});
  }
  return track;
}

}  // namespace ffbench::metrics_test
