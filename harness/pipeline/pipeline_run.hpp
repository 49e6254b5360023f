#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/error.hpp"
#include "core/executor.hpp"
#include "core/system/seconds_since.hpp"
#include "harness/pipeline/fault_points.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/pipeline/stage_recorder.hpp"
#include "harness/pipeline/subject.hpp"

namespace ffbench {

/// One executor running over a subject with one plan: a pipeline that was requested, or an
/// instrument beside it (the truth render, the raw render, the reference that a backend is compared
/// with).
struct PipelineRun {
  PipelineRun(const Pipeline& pipeline_, const Subject& subject, const ClipPlan& plan_,
              const ExecutorTuning& tuning = {})
      : pipeline(pipeline_), plan(&plan_), output(subject.clip->width(), subject.clip->height()) {
    PipelineExecutor made = make_executor(fault_points::computed_by(pipeline_), subject, tuning);
    executor = fault_points::executor(std::move(made.executor), pipeline_);
    if (pipeline_.backend == Backend::cuda && !executor->description().starts_with("cuda")) {
      fail("pipeline '{}': was computed by '{}'; a CPU's figures are not shown under a GPU's name",
           pipeline_.name, executor->description());
    }
    network = std::move(made.network);
  }

  Pipeline pipeline;
  const ClipPlan* plan;
  std::unique_ptr<Executor> executor;
  std::shared_ptr<SwapNetwork> network;  ///< null without one
  BgrImage output;

  void execute(int index, ConstBgrView frame) {
    executor->execute(index, frame, plan->frames[static_cast<std::size_t>(index)], output.view());
  }

  struct Seconds {
    double pixels = 0;   ///< without the network
    double network = 0;  ///< of a swap network: a figure of its own
  };
  Seconds execute_timed(int index, ConstBgrView frame) {
    const double network_before = network ? network->seconds() : 0;
    const auto start = std::chrono::steady_clock::now();
    execute(index, frame);
    const double elapsed = seconds_since(start);
    const double of_network = network ? network->seconds() - network_before : 0;
    return {elapsed - of_network, of_network};
  }
};

}  // namespace ffbench
