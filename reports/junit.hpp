#pragma once

#include <string>

#include "reports/report.hpp"

namespace ffbench {

/// Verdicts as JUnit XML: a suite per fixture, a case per pipeline and gate, and a case "ran" per
/// result. Expected failures and skips are `skipped`, gate errors and failed results `error`.
std::string to_junit(const Report& report);

}  // namespace ffbench
