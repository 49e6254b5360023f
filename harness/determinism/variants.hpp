#pragma once

#include <string>
#include <vector>

#include "harness/pipeline/executor_tuning.hpp"
#include "harness/pipeline/pipeline.hpp"

namespace ffbench {

/// One way to run a pipeline. Whatever it says, the bytes are the same.
struct Variant {
  std::string target;  ///< SIMD target; empty: the machine's own choice, or none
  ExecutorTuning tuning;
  bool frames_on_device = false;  ///< of the backend cuda: frames lie in device memory
  bool fresh_process = false;

  /// "AVX2, 2 threads", "batch 8, 4 streams, graphs off, device 1, fresh process".
  [[nodiscard]] std::string text(Backend backend) const;
};

/// What is varied, each backend taking the axes it has. An empty list stands for everything that
/// this machine has.
struct Axes {
  std::vector<int> threads{1, 2};
  std::vector<std::string> targets;  ///< SIMD targets by name
  std::vector<int> batches{1, 8, 32};
  std::vector<int> streams{1, 4};
  std::vector<bool> graphs{true, false};
  std::vector<bool> frames_on_device{false};
  std::vector<int> devices{0};
  int device_count = -1;  ///< devices that there are; -1: the driver knows
};

/// Every combination of the axes that the pipeline's backend has; the first one is what the others
/// are compared with. Throws `Error` for a SIMD target or a device that is not there.
std::vector<Variant> variants_of(const Pipeline& pipeline, const Axes& axes);

/// SIMD targets that this machine cannot run, each with the reason.
std::vector<std::string> skipped_targets(const Axes& axes);

}  // namespace ffbench
