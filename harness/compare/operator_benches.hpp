#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/operators/operator.hpp"

namespace ffbench::compare {

/// One case of one operator on one backend, whose time is compared. A cpu operator runs on the
/// target that pipelines would take.
struct OperatorBench {
  const operators::Operator* row = nullptr;
  const operators::Backend* backend = nullptr;
  const operators::Case* listed = nullptr;

  /// OPERATOR/BACKEND/CASE: `warp/cuda:batch/turned-10/512x512`.
  [[nodiscard]] std::string name() const;
  /// What stands for a pipeline in pairs and comparisons: `operator:warp/cuda:batch`.
  [[nodiscard]] std::string pipeline() const;
  /// A device runs it and times it.
  [[nodiscard]] bool on_device() const { return backend->name.starts_with("cuda"); }
};

inline constexpr std::string_view operator_prefix = "operator:";

/// The benches of the table that can run here and match one of the globs. A glob with '/' is for
/// names, one without for operators. Without globs, and by the operators' globs, the cases that
/// `ffbench bench` times but for those of 3840x2160, which keeps them all within the family that a
/// first look can judge. Throws `Error` that lists the operators where nothing matches.
std::vector<OperatorBench> operator_benches(
    const std::vector<std::string>& globs,
    const std::vector<operators::Operator>& table = operators::table());

/// The same, and those that cannot run here.
std::vector<OperatorBench> all_operator_benches(const std::vector<std::string>& globs,
                                                const std::vector<operators::Operator>& table);

}  // namespace ffbench::compare
