#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "reports/gates.hpp"

namespace ffbench {

/// In the order of `GateOp`.
inline constexpr std::array<std::string_view, 6> gate_op_names{"<", "<=", ">", ">=", "==", "abs<="};

constexpr std::string_view name_of(GateOp op) {
  return gate_op_names[static_cast<std::size_t>(op)];
}

/// A condition of `Gate::where`, with or without `!` before it; empty where there is none of that
/// name.
std::optional<std::function<bool(const Result&)>> find_condition(std::string_view name);

/// All names, separated by ", ".
std::string condition_names();

}  // namespace ffbench
