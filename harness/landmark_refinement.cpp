#include "harness/landmark_refinement.hpp"

#include <chrono>
#include <vector>

#include "kernels/cpu/refinement.hpp"
#include "reference/refinement.hpp"
#include "stability/refinement.hpp"

namespace ffbench {

RefinedTrack refine_landmarks(Clip& clip, const FaceTrack& observed, const Preset& preset, Backend backend) {
  using Clock = std::chrono::steady_clock;
  RefinedTrack result;
  const auto networks = stability::shipped_refinement_networks();
  if (!networks) {
    result.track = observed;
    return result;
  }
  const std::vector<cpu::PackedNetwork> packed(networks->begin(), networks->end());
  stability::TrackRefinement refinement(observed, preset.fhr_anchor_frames);
  BgrImage frame(clip.width(), clip.height());
  std::size_t faces = 0;
  for (std::size_t t = 0; t < observed.frames.size(); ++t) {
    const bool any = !observed.frames[t].faces.empty();
    if (any) {
      clip.read(static_cast<int>(t), frame.view());
    }
    faces += observed.frames[t].faces.size();
    const auto started = Clock::now();
    refinement.next([&](int landmark, const AffineF& map) {
      const auto kind = static_cast<std::size_t>(landmark_roles[static_cast<std::size_t>(landmark)].kind);
      return backend == Backend::reference ? reference::refine_landmark(frame.view(), map, (*networks)[kind])
                                           : cpu::refine_landmark(frame.view(), map, packed[kind]);
    });
    result.seconds += std::chrono::duration<double>(Clock::now() - started).count();
  }
  result.track = refinement.refined();
  result.refined = true;
  result.face_us = faces == 0 ? 0 : 1e6 * result.seconds / static_cast<double>(faces);
  return result;
}

}  // namespace ffbench
