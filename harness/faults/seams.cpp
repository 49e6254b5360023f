#include "harness/seams.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/error.hpp"
#include "harness/faults/fault_names.hpp"
#include "harness/faults/faulty_executor.hpp"
#include "harness/faults/plan_faults.hpp"

namespace ffbench::seams {
namespace {

const std::string& active_fault() {
  static const std::string fault = [] {
    const char* chosen = std::getenv(faults::variable);
    std::string name = chosen == nullptr ? "" : chosen;
    if (!name.empty() && std::find(faults::names.begin(), faults::names.end(), name) == faults::names.end()) {
      fail("{}: fault '{}' is unknown; known: {}", faults::variable, name, fmt::join(faults::names, ", "));
    }
    return name;
  }();
  return fault;
}

}  // namespace

std::unique_ptr<Executor> executor(std::unique_ptr<Executor> made, const Pipeline& pipeline) {
  const std::string& fault = active_fault();
  // The baseline and, but for gains that both backends would get wrong alike, the reference stay as they are: what is
  // found are differences from them.
  const bool touched = pipeline.algorithm == Algorithm::enhanced && pipeline.control == Control::none &&
                       (pipeline.backend != Backend::reference || fault == "gain-pumping");
  if (fault.empty() || !touched) {
    return made;
  }
  return faults::make_faulty_executor(std::move(made), fault);
}

Pipeline computed_by(Pipeline pipeline) {
  if (active_fault() == "gpu-on-cpu" && pipeline.backend == Backend::cuda) {
    pipeline.backend = Backend::cpu;
  }
  return pipeline;
}

ClipPlan plan(ClipPlan made, int frame_width, int frame_height) {
  return faults::faulty_plan(active_fault(), std::move(made), frame_width, frame_height);
}

std::string unavailable(std::string why, Backend backend) {
  return active_fault() == "gpu-on-cpu" && backend == Backend::cuda ? std::string() : why;
}

}  // namespace ffbench::seams
