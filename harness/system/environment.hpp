#pragma once

#include "harness/system/built_from.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// What this machine and this build are. `binary_digest` is that of the running program's file; the
/// commit is the one that `name_commit` was given, else what the environment variable
/// FFBENCH_COMMIT says.
Environment describe_environment();

/// Sets the commit that this program was built from.
void name_commit(const BuiltFrom& tree);

}  // namespace ffbench
