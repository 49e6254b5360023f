#pragma once

#include <memory>
#include <string>

#include "core/executor.hpp"
#include "core/face_plan.hpp"
#include "harness/pipeline/pipeline.hpp"

/// Where the program that `ffbench selftest` runs (ffbench_faulty) puts its faults in. In ffbench
/// itself each function returns what it is given: harness/pipeline/no_faults.cpp holds those,
/// harness/faults/ the others, and a program is linked with one of the two.
namespace ffbench::fault_points {

/// The executor that a run runs.
std::unique_ptr<Executor> executor(std::unique_ptr<Executor> made, const Pipeline& pipeline);

/// What computes where `pipeline` was requested.
Pipeline computed_by(Pipeline pipeline);

/// The plan of a pipeline for frames of that size.
ClipPlan plan(ClipPlan made, int frame_width, int frame_height);

/// Why a backend cannot run; empty where it can.
std::string unavailable(std::string why, Backend backend);

}  // namespace ffbench::fault_points
