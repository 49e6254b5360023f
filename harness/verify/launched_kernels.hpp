#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "harness/operators/operator.hpp"
#include "harness/system/progress.hpp"
#include "kernels/cuda/kernel_registry.hpp"

// What pipelines launch is what `verify` compares: the kernels of the backend cuda, and the
// functions of the backend cpu that have code for several SIMD targets.
namespace ffbench {

struct LaunchOptions {
  std::vector<std::string> suites{"smoke"};
  std::vector<std::string> fixtures;  ///< globs of fixture names; empty: all
  /// Globs of backend names; a whole name asks for that backend. Empty: all.
  std::vector<std::string> backends;
  /// Rows whose cases are compared; the operator table but in tests.
  std::vector<operators::Operator> operators = operators::table();
};

/// The functions of one backend.
struct LaunchedFunctions {
  std::string backend;
  std::set<std::string> pipelines;   ///< run by pipelines
  std::set<std::string> comparison;  ///< run by cases of operators that were compared
  std::string skipped;               ///< why the backend did not run

  /// What pipelines run and no case reaches.
  [[nodiscard]] std::vector<std::string> not_compared() const;
};

struct LaunchReport {
  std::vector<LaunchedFunctions> backends;
  std::uint64_t mismatches = 0;  ///< bytes of the cases that differ
  bool asked_for_was_skipped = false;
  /// Kernels that name a row which the table lacks, or has without this backend; known without a
  /// device.
  std::vector<std::string> without_row;

  /// One line a function, then what is wrong.
  [[nodiscard]] std::string text() const;
  /// 2 where a backend that was asked for by name did not run; 4 where something is launched and not
  /// compared, or a byte differs; 0 otherwise.
  [[nodiscard]] ExitCode exit_code() const;
};

/// "NAME (row 'ROW')" of each kernel whose row the table lacks, or has without a backend `cuda...`.
std::vector<std::string> kernels_without_row(std::span<const cuda::RegisteredKernel> kernels,
                                             std::span<const operators::Operator> operators);

/// Runs every preset, and `default` with each feature switched, with each swap that needs no
/// network, over the fixtures, unobserved: on cuda in batches of 1, 8 and 32 and with either place
/// of packing. Then compares the operators. Throws `Error` where nothing is selected.
LaunchReport check_launches(const LaunchOptions& options, Progress& progress);

}  // namespace ffbench
