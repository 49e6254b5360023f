// As plan_and_execute, on a CUDA device. Without one it says so and ends with exit code 2.

#include <exception>

#include <ffbench/kernels/cuda/backend.hpp>
#include <ffbench/kernels/cuda/refine_landmark.hpp>
#include <ffbench/reference/executor.hpp>

#include "clip.hpp"

namespace {

int compare_backends() {
  const ffbench::cuda::DeviceOptions on = ffbench::cuda::default_options();
  ffbench::cuda::LandmarkRefiner refiner(ffbench::stability::shipped_refinement_networks(), on.device);
  const auto refine = [&](std::span<const ffbench::stability::RefinementJob> jobs) {
    std::vector<ffbench::cuda::RefinementItem> items;
    for (const ffbench::stability::RefinementJob& job : jobs) {
      items.push_back(ffbench::cuda::refinement_item(*job.view, job.reference, job.kind));
    }
    return refiner.refine(items);
  };
  const ffbench::Preset preset = example::make_preset();
  const ffbench::FaceTrack track = example::refined(example::make_track(), preset, refine);
  const ffbench::ClipPlan plan = example::make_plan(track, preset);

  const ffbench::ExecutorOptions options = example::executor_options(preset);
  const auto device = ffbench::cuda::make_executor(options, on);
  const auto reference = ffbench::reference::make_executor(options);
  const ffbench::Digest digest = example::execute(*device, plan);
  return digest == example::execute(*reference, plan) ? 0 : 4;
}

}  // namespace

int main() {
  try {
    return compare_backends();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "plan_and_execute_cuda: %s\n", error.what());
    return 2;
  }
}
