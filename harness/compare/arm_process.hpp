#pragma once

#include <string>
#include <vector>

#include "harness/compare/session.hpp"

namespace ffbench::compare {

/// Where a process stands among two that take turns.
struct Place {
  int socket = -1;  ///< negative: it is on its own
  bool first = false;
};

/// What a fresh process of an arm prints. The arm's own arguments and environment are added.
/// Throws `Error` (exit code 2) with its last line where it fails; `what` names the work.
std::string output_of(const Arm& arm, std::vector<std::string> arguments, Place place,
                      const std::string& what);

/// The same of both arms at once, of which one works at a time.
struct BothOutputs {
  std::string base;
  std::string head;
};
BothOutputs outputs_in_turns(const Arm& base, const Arm& head, const std::vector<std::string>& arguments,
                             bool base_first, const std::string& what);

}  // namespace ffbench::compare
