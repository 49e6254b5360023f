#pragma once

#include <string_view>

#include "datasets/synthetic/scenario.hpp"

namespace ffbench {

/// The scenario of that name. `NAME-again` is the scenario NAME acted again: each role is played by the next of the people, and the clip is shot
/// at 20 frames a second, so that everything but what is placed by progress moves a quarter faster from frame to frame. Throws
/// `Error` that lists the legal names.
synthetic::Scenario scenario_or_again(std::string_view name);

}  // namespace ffbench
