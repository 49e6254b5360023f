#pragma once

#include <array>
#include <cstddef>

#include "core/error.hpp"

namespace ffbench {

/// Exit codes from the most to the least severe: where several hold, the first of them is returned.
inline constexpr std::array<ExitCode, 5> exit_codes_by_severity{ExitCode::bad_input, ExitCode::incorrect,
                                                                ExitCode::gate_failed,
                                                                ExitCode::not_enough_evidence, ExitCode::ok};

/// Whether `a` is more severe than `b`.
constexpr bool is_more_severe(ExitCode a, ExitCode b) {
  std::size_t at = 0;
  while (exit_codes_by_severity[at] != a && exit_codes_by_severity[at] != b) {
    ++at;
  }
  return a != b && exit_codes_by_severity[at] == a;
}

/// The more severe of two exit codes.
constexpr ExitCode more_severe(ExitCode a, ExitCode b) {
  return is_more_severe(b, a) ? b : a;
}

}  // namespace ffbench
