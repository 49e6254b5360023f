#include "reports/html.hpp"

#include <system_error>

#include <kainjow/mustache.hpp>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "reports/escape.hpp"
#include "reports/html_charts.hpp"
#include "reports/html_view.hpp"
#include "reports/mustache_data.hpp"

namespace ffbench {
namespace {

/// The charting library as the text of a script element; empty when it is not installed.
std::string charting_library(const std::filesystem::path& folder) {
  const auto file = folder / "dygraph.min.js";
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) {
    return {};
  }
  std::string script = read_file(file);
  // A source map is another file, which the page must not ask for.
  if (const auto map = script.rfind("//# sourceMappingURL="); map != std::string::npos) {
    script.erase(map, script.find('\n', map) - map);
  }
  return inside_script(std::move(script));
}

std::string charting_style(const std::filesystem::path& folder) {
  const auto file = folder / "dygraph.min.css";
  std::error_code ignored;
  std::string style = std::filesystem::is_regular_file(file, ignored) ? read_file(file) : std::string();
  if (const auto map = style.rfind("/*# sourceMappingURL="); map != std::string::npos) {
    style.erase(map);
  }
  return style;
}

}  // namespace

std::string to_html(const Report& report, const HtmlOptions& options) {
  using kainjow::mustache::data;
  const auto path = data_path("reports/templates/report.mustache");
  kainjow::mustache::mustache page_template(read_file(path));
  if (!page_template.is_valid()) {
    fail("{}: not a valid Mustache template: {}", path.string(), page_template.error_message());
  }
  page_template.set_custom_escape([](const std::string& text) { return xml_escape(text); });
  const std::string library = charting_library(options.dygraphs);
  data page;
  put_summary(report, page);
  put_roofline(options.bench, page);
  page["fixtures"] = fixture_views(report, options);
  page["charts_note"] =
      library.empty()
          ? data{fmt::format("dygraphs is not installed at {} (package libjs-dygraphs): the charts below are "
                             "plain pictures without zoom and cursor.",
                             options.dygraphs.string())}
          : flag(false);
  page["style"] =
      charting_style(options.dygraphs) + "\n" + read_file(data_path("reports/templates/report.css"));
  page["data"] = chart_data(report);
  page["dygraphs_script"] = library.empty() ? flag(false) : data{library};
  page["script"] = read_file(data_path("reports/templates/report.js"));
  return page_template.render(page);
}

}  // namespace ffbench
