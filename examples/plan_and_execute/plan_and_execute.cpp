// Uses ffbench as a library: refines the landmarks of a clip, plans it, executes the plan on the
// processor, and compares the result with the reference. See docs/library.md.

#include <exception>

#include <ffbench/kernels/cpu/executor.hpp>
#include <ffbench/kernels/cpu/refine_landmark.hpp>
#include <ffbench/reference/executor.hpp>

#include "clip.hpp"

namespace {

int compare_backends() {
  const auto& networks = ffbench::stability::shipped_refinement_networks();
  const std::vector<ffbench::cpu::PackedNetwork> packed(networks.begin(), networks.end());
  const auto refine = [&](std::span<const ffbench::stability::RefinementJob> jobs) {
    std::vector<ffbench::PatchOffset> offsets;
    for (const ffbench::stability::RefinementJob& job : jobs) {
      offsets.push_back(
          ffbench::cpu::refine_landmark(*job.view, job.reference, packed[static_cast<int>(job.kind)]));
    }
    return offsets;
  };
  const ffbench::Preset preset = example::make_preset();
  const ffbench::FaceTrack track = example::refined(example::make_track(), preset, refine);
  const ffbench::ClipPlan plan = example::make_plan(track, preset);

  const ffbench::ExecutorOptions options = example::executor_options(preset);
  const auto fast = ffbench::cpu::make_executor(options, 1);
  const auto reference = ffbench::reference::make_executor(options);
  const ffbench::Digest digest = example::execute(*fast, plan);
  return digest == example::execute(*reference, plan) ? 0 : 4;
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
