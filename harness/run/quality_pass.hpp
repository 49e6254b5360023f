#pragma once

#include <vector>

#include "harness/pipeline/pipeline.hpp"
#include "harness/pipeline/subject.hpp"
#include "harness/run/run_options.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// The unfiltered plans of a subject for one algorithm.
struct UnfilteredPlans {
  ClipPlan raw;
  ClipPlan truth;  ///< empty without truth
};

/// A pipeline on a subject, planned.
struct PlannedRun {
  Pipeline pipeline;
  UnfilteredPlans unfiltered;
  ClipPlan plan;
  double plan_seconds = 0;    ///< refinement and the reading of frames for it included
  double refine_seconds = 0;  ///< of feature `fhr`, without reading frames or opening a device
};

/// Plans every pipeline; `device` is that of the backend cuda.
std::vector<PlannedRun> plan_runs(const Subject& subject, const std::vector<Pipeline>& pipelines,
                                  int device = 0);

/// One pass over the clip in which every run is observed: quality and truth figures, equality with
/// the reference, digests of every stage, trajectories. Nothing is timed here. Results are in the
/// order of `runs`.
std::vector<Result> measure_quality(Subject& subject, const std::vector<PlannedRun>& runs,
                                    const RunOptions& options, const PassContext& pass);

}  // namespace ffbench
