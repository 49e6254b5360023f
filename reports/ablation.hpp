#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "reports/report.hpp"

namespace ffbench {

struct TerminalStyle;

/// The figures of an ablation's table, each a name of `metric_table()` or "ms_per_frame".
struct AblationColumn {
  std::string metric;
  std::string title;
  int decimals = 2;
  bool sum = false;  ///< over the fixtures; otherwise their mean
};
const std::vector<AblationColumn>& ablation_columns();

/// A set of features over all fixtures. Values are in the order of the columns; NaN where no
/// fixture has the figure.
struct AblationRow {
  std::string label;  ///< "without gains", "gains alone"
  std::string pipeline;
  std::string against;  ///< label of the row it is compared with; empty for the two ends
  std::vector<double> values;
};

struct Ablation {
  static constexpr const char* schema = "ffbench.ablation/1";
  std::string preset;
  std::string suite;
  std::vector<std::string> fixtures;
  std::string base;  ///< pipeline whose row is shown for comparison
  /// The preset, then each feature off; no feature, then each alone
  std::vector<AblationRow> rows;
};

/// Which pipeline stands for which row.
struct AblationVariant {
  std::string label;
  std::string pipeline;
  std::string against;
};

/// The table of a report that has every variant; a fixture on which one of them failed is left out.
Ablation tabulate(const Report& report, const std::string& preset,
                  const std::vector<AblationVariant>& variants);

std::string to_json(const Ablation& ablation);
std::string to_html(const Ablation& ablation);
std::string to_markdown(const Ablation& ablation);
std::string to_terminal(const Ablation& ablation);

}  // namespace ffbench
