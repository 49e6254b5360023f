#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "reports/report.hpp"

namespace ffbench {

/// report.json (reports/report.schema.json). Numbers have as many digits as reading them back
/// exactly needs; a figure that is absent or not finite is left out, in a series it is null.
std::string to_json(const Report& report);

/// The opposite. Keys unknown to this version are ignored. `origin` names the text in errors.
/// Throws `Error` (exit code 2) that names the place of what is missing or of the wrong type.
Report report_from_json(std::string_view text, const std::string& origin);

/// Reads a report.json; `path` may also be the folder that holds one.
Report read_report(const std::filesystem::path& path);

}  // namespace ffbench
