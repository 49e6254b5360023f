#pragma once

#include <filesystem>
#include <string>

#include "reports/report.hpp"

namespace ffbench {

struct HtmlOptions {
  /// Where the charting library is installed; charts are plain SVG, and the page says so, when it
  /// is not there.
  std::filesystem::path dygraphs = "/usr/share/javascript/dygraphs";
  /// Folder of pictures that `Picture::path` is relative to; those inside it are embedded (PNG,
  /// JPEG, WebP, at most 16 MiB). Others are named in the page.
  std::filesystem::path pictures;
  /// A file of `ffbench bench` to show as a roofline; empty: none.
  std::filesystem::path bench;
};

/// The report as one HTML file that needs nothing beside it. Templates: reports/templates.
std::string to_html(const Report& report, const HtmlOptions& options = {});

}  // namespace ffbench
