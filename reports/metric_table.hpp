#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reports/report.hpp"

namespace ffbench {

enum class Direction { higher_is_better, lower_is_better, towards_zero, neutral };
enum class MetricKind { number, integer, boolean };

/// One figure of a result. The table of these rows is what the JSON report reads and writes, what
/// gates and comparisons look up and what the documentation lists: a new figure is a member and a
/// row.
struct Metric {
  std::string_view name;  ///< dotted path in a result of report.json
  std::string_view unit;  ///< "" for counts, ratios and flags
  Direction direction;
  std::string_view description;
  MetricKind kind;
  /// The value (flags as 0 and 1); empty where the result has none or it is not finite.
  std::optional<double> (*get)(const Result&);
  /// Stores it, making the parts of the result that hold it (NaN: as absent); false where it does
  /// not fit the type. Null for figures that are computed from series.
  bool (*set)(Result&, double);
};

std::span<const Metric> metric_table();

/// Whether the figure compares with the base on the same fixture: it is absent where the base did
/// not run.
bool needs_base(const Metric& metric);

/// Null when there is none of that name.
const Metric* find_metric(std::string_view name);

/// All names, separated by ", ".
std::string metric_names();

}  // namespace ffbench
