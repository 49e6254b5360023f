#include "harness/pipeline/landmark_refinement.hpp"

#include <chrono>
#include <memory>
#include <span>
#include <vector>

#include "core/system/seconds_since.hpp"
#include "kernels/cpu/cut_landmark.hpp"
#include "kernels/cpu/refine_landmark.hpp"
#include "kernels/cpu/warp_antialiased.hpp"
#include "kernels/cuda/device.hpp"
#include "kernels/cuda/refine_landmark.hpp"
#include "reference/cut_landmark.hpp"
#include "reference/refine_landmark.hpp"
#include "stability/refinement.hpp"

namespace ffbench {

namespace {

using Jobs = std::span<const stability::RefinementJob>;

/// The operator `refine-landmark` of a backend. The networks outlive it.
stability::RefineLandmarks refiner(const RefinementNetworks& networks, Backend backend, int device) {
  // A pipeline that only claims to run there is refused where its executor is made.
  if (backend == Backend::cuda && cuda::why_unavailable().empty()) {
    return [on_device = std::make_shared<cuda::LandmarkRefiner>(networks, device)](Jobs jobs) {
      std::vector<cuda::RefinementItem> items;
      items.reserve(jobs.size());
      for (const stability::RefinementJob& job : jobs) {
        items.push_back(cuda::refinement_item(*job.view, job.reference, job.kind));
      }
      return on_device->refine(items);
    };
  }
  const std::vector<cpu::PackedNetwork> packed(networks.begin(), networks.end());
  return [&networks, packed, plain = backend == Backend::reference](Jobs jobs) {
    std::vector<PatchOffset> offsets;
    offsets.reserve(jobs.size());
    for (const stability::RefinementJob& job : jobs) {
      const auto kind = static_cast<std::size_t>(job.kind);
      offsets.push_back(plain ? reference::refine_landmark(*job.view, job.reference, networks[kind])
                              : cpu::refine_landmark(*job.view, job.reference, packed[kind]));
    }
    return offsets;
  };
}

}  // namespace

RefinedTrack refine_landmarks(Clip& clip, const FaceTrack& observed, const Preset& preset, Backend backend,
                              int device) {
  using Clock = std::chrono::steady_clock;
  RefinedTrack result;
  const bool plain = backend == Backend::reference;
  // Outside the clock: a device that is opened for the first time takes longer than a clip.
  const stability::RefineLandmarks refine =
      refiner(stability::shipped_refinement_networks(), backend, device);
  stability::TrackRefinement refinement(observed, preset.fhr_anchor_frames);
  BgrImage frame(clip.width(), clip.height());
  cpu::AntialiasTables tables;
  std::size_t faces = 0;
  for (std::size_t t = 0; t < observed.frames.size(); ++t) {
    if (!observed.frames[t].faces.empty()) {
      clip.read(static_cast<int>(t), frame.view());
    }
    faces += observed.frames[t].faces.size();
    const auto started = Clock::now();
    refinement.next([&](const AffineF& map) {
      return plain ? reference::cut_landmark(frame.view(), map)
                   : cpu::cut_landmark(frame.view(), map, tables);
    });
    result.seconds += seconds_since(started);
  }
  const auto started = Clock::now();
  result.track = refinement.refined(refine);
  result.seconds += seconds_since(started);
  result.face_us = faces == 0 ? 0 : 1e6 * result.seconds / static_cast<double>(faces);
  return result;
}

}  // namespace ffbench
