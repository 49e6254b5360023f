#pragma once

#include "core/error.hpp"

namespace ffbench {

/// Of two exit codes the one that is told: 2 before 4 before 1 before 3 before 0.
constexpr ExitCode more_severe(ExitCode a, ExitCode b) {
  for (ExitCode code :
       {ExitCode::bad_input, ExitCode::incorrect, ExitCode::gate_failed, ExitCode::not_enough_evidence}) {
    if (a == code || b == code) {
      return code;
    }
  }
  return ExitCode::ok;
}

}  // namespace ffbench
