#include "harness/faults/fault_names.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/named.hpp"
#include "harness/compare/seeded_faults.hpp"

namespace ffbench::faults {

const std::string& active_fault() {
  static const std::string fault = [] {
    const char* chosen = std::getenv(compare::fault_variable);
    std::string name = chosen == nullptr ? "" : chosen;
    if (!name.empty()) {
      index_of_name(names, name, fmt::format("{}: fault", compare::fault_variable));
    }
    return name;
  }();
  return fault;
}

}  // namespace ffbench::faults
