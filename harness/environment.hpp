#pragma once

#include "reports/report.hpp"

namespace ffbench {

/// What this machine and this build are. `binary_digest` is that of the running program's file.
Environment describe_environment();

}  // namespace ffbench
