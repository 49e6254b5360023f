#pragma once

#include <filesystem>

#include "reports/report.hpp"

namespace ffbench {

/// Writes report.json, report.html, junit.xml, summary.md and benchmark.json into the folder, each
/// whole or not at all; the folder is made when it does not exist. Everything is rendered before
/// the first file is touched. Throws `Error` that names the file that cannot be written. `bench`: a
/// file of `ffbench bench` for the page's roofline, or none. `pictures`: the folder of picture
/// files that the report names; empty: `folder`.
void write_report_files(const Report& report, const std::filesystem::path& folder,
                        const std::filesystem::path& bench = {}, const std::filesystem::path& pictures = {});

}  // namespace ffbench
