#pragma once

#include "datasets/synthetic/arithmetic.hpp"
#include "datasets/synthetic/person.hpp"

namespace ffbench::synthetic {

/// Smooth wandering around 0, within [-1, 1]: three sines whose periods have no common measure, the
/// longest `period` seconds. `seed` shifts their phases.
double wander(double seconds, double period, int seed);

/// The face of a person who speaks.
Expression speaking(double seconds, int seed);

/// The face of a person who listens: blinks, small changes of gaze and brow.
Expression listening(double seconds, int seed);

}  // namespace ffbench::synthetic
