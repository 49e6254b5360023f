#include "harness/pipeline/fault_points.hpp"

#include <chrono>
#include <utility>

#include "harness/faults/fault_names.hpp"
#include "harness/faults/faulty_executor.hpp"
#include "harness/faults/plan_faults.hpp"

namespace ffbench::fault_points {

using faults::active_fault;

namespace {

/// Faults inside the CUDA backend, which takes its batches as ever.
bool inside_cuda(const std::string& fault) {
  return fault.ends_with("-cuda") || fault == "gpu-little-memory" || fault == "gpu-no-memory" ||
         fault == "gpu-lost";
}

/// When the making of the latest executor began.
std::chrono::steady_clock::time_point& asked_for_executor() {
  static thread_local std::chrono::steady_clock::time_point when;
  return when;
}

}  // namespace

std::unique_ptr<Executor> executor(std::unique_ptr<Executor> made, const Pipeline& pipeline) {
  const std::string& fault = active_fault();
  // The baseline and, but for gains that both backends would get wrong alike, the reference stay as
  // they are: what is found are differences from them.
  const bool touched = pipeline.algorithm == Algorithm::enhanced && pipeline.control == Control::none &&
                       (pipeline.backend != Backend::reference || fault == "gain-pumping");
  if (fault.empty() || !touched || inside_cuda(fault)) {
    return made;
  }
  return faults::make_faulty_executor(std::move(made), fault, asked_for_executor());
}

Pipeline computed_by(Pipeline pipeline) {
  asked_for_executor() = std::chrono::steady_clock::now();
  if (active_fault() == "gpu-on-cpu" && pipeline.backend == Backend::cuda) {
    pipeline.backend = Backend::cpu;
  }
  return pipeline;
}

ClipPlan plan(ClipPlan made, int frame_width, int frame_height) {
  return faults::faulty_plan(active_fault(), std::move(made), frame_width, frame_height);
}

std::string unavailable(std::string why, Backend backend) {
  return active_fault() == "gpu-on-cpu" && backend == Backend::cuda ? std::string() : std::move(why);
}

}  // namespace ffbench::fault_points
