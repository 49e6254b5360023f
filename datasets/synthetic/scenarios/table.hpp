#pragma once

#include "datasets/synthetic/scenario.hpp"

/// The scenarios: one file each, one line here, one row in table.cpp.
namespace ffbench::synthetic {

Scenario talk_scenario();
Scenario still_scenario();
Scenario drift_scenario();
Scenario turn_scenario();
Scenario zoom_scenario();
Scenario occlude_scenario();
Scenario flicker_scenario();
Scenario tail_scenario();
Scenario two_faces_scenario();
Scenario exit_scenario();
Scenario cut_scenario();
Scenario empty_scenario();

}  // namespace ffbench::synthetic
