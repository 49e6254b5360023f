#pragma once

#include <string>
#include <string_view>

#include "datasets/synthetic/scenario.hpp"

namespace ffbench {

/// The scenario of that name. `NAME-held-out` is the scenario NAME with other people and at 20
/// frames a second, so that motion is a quarter faster from frame to frame; `NAME-again` is its
/// older name. Throws `Error` that lists the legal names.
synthetic::Scenario scenario_or_held_out(std::string_view name);

/// What the observation noise of a fixture is seeded with: its name, with the older suffix of
/// held-out scenarios, so that their renaming changed no figure.
std::string noise_seed(std::string_view fixture);

}  // namespace ffbench
