#pragma once

// A small clip and what both programs do with it.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include <ffbench/core/executor.hpp>
#include <ffbench/core/hash.hpp>
#include <ffbench/core/warp_template.hpp>
#include <ffbench/kernels/cpu/cut_landmark.hpp>
#include <ffbench/stability/planner.hpp>
#include <ffbench/stability/refinement.hpp>

namespace example {

inline constexpr int width = 640;
inline constexpr int height = 360;
inline constexpr int frames = 40;
inline constexpr int crop_size = 128;
/// By how many pixels a frame all that the clip shows moves to the right.
inline constexpr int speed = 3;

/// A frame: blurred stripes that cross. A real program decodes one.
inline ffbench::BgrImage make_frame(int t) {
  ffbench::BgrImage frame(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double u = 0.4 * (x - speed * t);
      const double v = 0.4 * y;
      const auto grey = static_cast<unsigned char>(128 + 60 * std::sin(u + 0.3 * v) * std::cos(v));
      std::fill_n(frame.view().pixel(x, y), 3, grey);
    }
  }
  return frame;
}

/// The face as a detector sees it: its landmarks are up to half a pixel off. A real program fills
/// this from its detector.
inline ffbench::FaceTrack make_track() {
  ffbench::FaceTrack track;
  track.width = width;
  track.height = height;
  track.detector = "example";
  for (int t = 0; t < frames; ++t) {
    const double left = 150 + speed * t;
    ffbench::TrackedFace face;
    face.landmarks5 = ffbench::warp_template("arcface_128").scaled(160);
    for (ffbench::Point& p : face.landmarks5) {
      p = {p.x + left + (t * 7 % 11) / 11.0 - 0.5, p.y + 90 + (t * 5 % 13) / 13.0 - 0.5};
    }
    face.box = {left, 90, left + 160, 250};
    track.frames.push_back({{face}, false});
  }
  return track;
}

/// The mean squared second difference of the landmarks over time.
inline double jitter(const ffbench::FaceTrack& track) {
  const auto landmarks = [&](std::size_t t) { return track.frames[t].faces[0].landmarks5; };
  double sum = 0;
  for (std::size_t t = 1; t + 1 < track.frames.size(); ++t) {
    for (std::size_t k = 0; k < 5; ++k) {
      const double x = landmarks(t - 1)[k].x - 2 * landmarks(t)[k].x + landmarks(t + 1)[k].x;
      const double y = landmarks(t - 1)[k].y - 2 * landmarks(t)[k].y + landmarks(t + 1)[k].y;
      sum += x * x + y * y;
    }
  }
  return sum / (5.0 * static_cast<double>(track.frames.size() - 2));
}

/// The track with its landmarks refined from the frames. `refine` is a backend's.
inline ffbench::FaceTrack refined(const ffbench::FaceTrack& observed, const ffbench::Preset& preset,
                                  const ffbench::stability::RefineLandmarks& refine) {
  ffbench::stability::TrackRefinement refinement(observed, preset.fhr_anchor_frames);
  ffbench::cpu::AntialiasTables tables;  // kept from landmark to landmark
  for (int t = 0; t < frames; ++t) {
    const ffbench::BgrImage frame = make_frame(t);
    refinement.next(
        [&](const ffbench::AffineF& map) { return ffbench::cpu::cut_landmark(frame.view(), map, tables); });
  }
  ffbench::FaceTrack track = refinement.refined(refine);
  std::printf("jitter of the landmarks: %.3f px^2 observed, %.3f px^2 refined\n", jitter(observed),
              jitter(track));
  return track;
}

/// Executes the plan in the batches that the executor likes best; gives the digest of all output
/// frames.
inline ffbench::Digest execute(ffbench::Executor& executor, const ffbench::ClipPlan& plan) {
  std::vector<ffbench::BgrImage> inputs;
  std::vector<ffbench::BgrImage> outputs;
  std::vector<ffbench::FrameJob> jobs;
  for (int t = 0; t < frames; ++t) {
    inputs.push_back(make_frame(t));
    outputs.emplace_back(width, height);
  }
  for (std::size_t t = 0; t < inputs.size(); ++t) {
    jobs.push_back({inputs[t].view(), &plan.frames[t], outputs[t].view()});
  }
  const auto batch = static_cast<std::size_t>(executor.preferred_batch());
  for (std::size_t first = 0; first < jobs.size(); first += batch) {
    executor.execute_batch(static_cast<int>(first),
                           std::span(jobs).subspan(first).first(std::min(batch, jobs.size() - first)));
  }
  ffbench::Hasher hasher;
  for (ffbench::BgrImage& output : outputs) {
    hasher.update(output.view());
  }
  const ffbench::Digest digest = hasher.digest();
  std::printf("%-10s %s\n", executor.description().c_str(), digest.hex().c_str());
  return digest;
}

/// The best preset, with all that it can do for the landmarks.
inline ffbench::Preset make_preset() {
  ffbench::Preset preset = ffbench::preset("default");
  preset.fhr = true;
  return preset;
}

inline ffbench::ClipPlan make_plan(const ffbench::FaceTrack& track, const ffbench::Preset& preset) {
  ffbench::stability::PlanOptions options;
  options.preset = preset;
  options.crop_size = crop_size;
  options.refined = true;
  ffbench::ClipPlan plan = ffbench::stability::plan_offline(track, options);
  for (const std::string& note : plan.notes) {
    std::printf("note: %s\n", note.c_str());
  }
  return plan;
}

inline ffbench::ExecutorOptions executor_options(const ffbench::Preset& preset) {
  ffbench::ExecutorOptions options;
  options.preset = preset;
  options.crop_size = crop_size;
  // a real program warps its source portrait
  options.source_crop = ffbench::BgrImage(crop_size, crop_size);
  return options;
}

}  // namespace example
