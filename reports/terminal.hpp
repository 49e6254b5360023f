#pragma once

#include <string>

#include "reports/report.hpp"

namespace ffbench {

struct TerminalStyle {
  int width = 80;       ///< columns; lines are kept within it where words allow
  bool colour = false;  ///< ANSI colours
  bool unicode = true;  ///< box drawing and dots, else ASCII
};

/// What fits the stream of that file descriptor: colour only on a terminal and without NO_COLOR,
/// its width (or COLUMNS), ASCII unless the locale is UTF-8.
TerminalStyle terminal_style(int file_descriptor);

/// The report for a person: per fixture the seed's lines of every pipeline and the worst outliers,
/// then what failed and why, then the verdict in one line.
std::string to_terminal(const Report& report, const TerminalStyle& style);

}  // namespace ffbench
