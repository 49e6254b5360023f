#pragma once

#include <string>

#include "reports/report.hpp"

namespace ffbench {

/// The verdict, its reasons and a table of the results, for the step page of a CI service
/// (GitHub-flavoured).
std::string to_markdown(const Report& report);

}  // namespace ffbench
