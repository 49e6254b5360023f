#include "datasets/synthetic/scenarios/table.hpp"

#include <array>

#include "core/named.hpp"

namespace ffbench::synthetic {

std::span<const Scenario> scenarios() {
  static const std::array<Scenario, 12> table{
      talk_scenario(),      still_scenario(),   drift_scenario(),   turn_scenario(),
      zoom_scenario(),      occlude_scenario(), flicker_scenario(), tail_scenario(),
      two_faces_scenario(), exit_scenario(),    cut_scenario(),     empty_scenario(),
  };
  return table;
}

const Scenario& scenario(std::string_view name) {
  return named(scenarios(), name, "scenario", &Scenario::name);
}

}  // namespace ffbench::synthetic
