#pragma once

#include "core/error.hpp"

namespace ffbench {

/// Thrown where work stops because a signal asked for it.
class Interrupted : public Error {
 public:
  using Error::Error;
};

/// From now on SIGINT, SIGTERM and SIGHUP ask the work to stop at the next `check_interruption`; a
/// second signal of the kind, more than a second later, ends the process at once.
void watch_for_interruption();

/// Throws `Interrupted` once a signal has come. Safe from any thread; costs one load.
void check_interruption();

}  // namespace ffbench
