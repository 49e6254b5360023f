#include "harness/faults/fault_names.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/error.hpp"
#include "harness/compare/seeded_faults.hpp"

namespace ffbench::faults {

const std::string& active_fault() {
  static const std::string fault = [] {
    const char* chosen = std::getenv(compare::fault_variable);
    std::string name = chosen == nullptr ? "" : chosen;
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
      fail("{}: fault '{}' is unknown; known: {}", compare::fault_variable, name, fmt::join(names, ", "));
    }
    return name;
  }();
  return fault;
}

}  // namespace ffbench::faults
