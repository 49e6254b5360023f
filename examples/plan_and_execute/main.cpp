// Uses ffbench as a library: plans a clip from landmarks, executes it on the processor, and compares the result with the
// reference. See docs/library.md.

#include <cstdio>
#include <exception>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/warp_template.hpp"
#include "kernels/cpu/executor.hpp"
#include "reference/executor.hpp"
#include "stability/planner.hpp"

namespace {

constexpr int width = 640;
constexpr int height = 360;
constexpr int frames = 20;
constexpr int crop_size = 128;

/// A face that moves to the right by three pixels a frame. A real program fills this from its detector.
ffbench::FaceTrack make_track() {
  ffbench::FaceTrack track;
  track.width = width;
  track.height = height;
  track.detector = "example";
  for (int t = 0; t < frames; ++t) {
    ffbench::TrackedFace face;
    face.landmarks5 = ffbench::warp_template("arcface_128").scaled(160);
    for (ffbench::Point& p : face.landmarks5) {
      p = {p.x + 150 + 3 * t, p.y + 90};
    }
    face.box = {150.0 + 3 * t, 90, 310.0 + 3 * t, 250};
    track.frames.push_back({{face}, false});
  }
  return track;
}

/// A frame with some content. A real program decodes one.
ffbench::BgrImage make_frame(int t) {
  ffbench::BgrImage frame(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      unsigned char* pixel = frame.view().pixel(x, y);
      pixel[0] = static_cast<unsigned char>(x + t);
      pixel[1] = static_cast<unsigned char>(y);
      pixel[2] = static_cast<unsigned char>(x ^ y);
    }
  }
  return frame;
}

ffbench::Digest run(ffbench::Executor& executor, const ffbench::ClipPlan& plan) {
  ffbench::Hasher hasher;
  ffbench::BgrImage output(width, height);
  for (int t = 0; t < frames; ++t) {
    const ffbench::BgrImage frame = make_frame(t);
    executor.execute(t, frame.view(), plan.frames[static_cast<std::size_t>(t)], output.view());
    hasher.update(output.view());
  }
  return hasher.digest();
}

int compare_backends() {
  const ffbench::Preset& preset = ffbench::preset("default");
  const ffbench::ClipPlan plan =
      ffbench::stability::plan_offline(make_track(), {preset, crop_size, "arcface_128"});
  for (const std::string& note : plan.notes) {
    std::printf("note: %s\n", note.c_str());
  }
  ffbench::ExecutorOptions options;
  options.preset = preset;
  options.crop_size = crop_size;
  options.source_crop = ffbench::BgrImage(crop_size, crop_size);  // a real program warps its source portrait

  const auto fast = ffbench::cpu::make_executor(options, 1);
  const auto reference = ffbench::reference::make_executor(options);
  const ffbench::Digest from_fast = run(*fast, plan);
  const ffbench::Digest from_reference = run(*reference, plan);
  std::printf("%-10s %s\n%-10s %s\n", fast->description().c_str(), from_fast.hex().c_str(),
              reference->description().c_str(), from_reference.hex().c_str());
  return from_fast == from_reference ? 0 : 4;
}

}  // namespace

int main() {
  try {
    return compare_backends();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "plan_and_execute: %s\n", error.what());
    return 2;
  }
}
