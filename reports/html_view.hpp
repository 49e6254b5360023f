#pragma once

// For the room's own sources only: what the page's template is filled with.

#include <filesystem>

#include <kainjow/mustache.hpp>

#include "reports/html.hpp"
#include "reports/html_charts.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// Verdict, reasons, gates, equality and environment; the results table by `put_results`.
void put_summary(const Report& report, kainjow::mustache::data& page);

/// The results table: a row a result, its cells with what they are sorted by.
void put_results(const Report& report, kainjow::mustache::data& page);

/// One view per fixture: charts, stages, pictures, every figure.
kainjow::mustache::data fixture_views(const Report& report, const HtmlOptions& options);

/// The operators of a Google Benchmark file (`ffbench bench --benchmark_out=FILE`) under the
/// machine's bandwidth; nothing for an empty path. Throws `Error` that names the file and the place
/// where it is not such a file.
void put_roofline(const std::filesystem::path& bench, kainjow::mustache::data& page);

/// An identifier for links, made of the fixture's place in the report.
std::string fixture_id(std::size_t index);

}  // namespace ffbench
