#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "reports/metric_table.hpp"

namespace ffbench {

/// A value with its unit, as people read it: "31.35 dB", "true", "12". `digits` are significant
/// ones.
std::string figure_text(const Metric& metric, double value, int digits = 4);

/// A number with so many decimals, "-" where it is not finite; a rounded zero has no sign.
std::string fixed(double value, int decimals);

/// The same of a metric of a result; "-" where it has none. `metric` must be in the table.
std::string fixed(const Result& result, std::string_view metric, int decimals);

/// Seconds with three significant digits and a fitting unit: "1.23 s", "456 ms", "78.9 us".
std::string seconds_text(double seconds);

/// A count in groups of three digits, which no line breaks: "127 088 640".
std::string count_text(std::int64_t count);

/// Bytes with a binary unit: "1.25 GiB".
std::string bytes_text(double bytes);

}  // namespace ffbench
