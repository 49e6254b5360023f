#include "reports/report_files.hpp"

#include <array>
#include <string>
#include <system_error>
#include <utility>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "reports/benchmark_json.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/report_json.hpp"

namespace ffbench {

void write_report_files(const Report& report, const std::filesystem::path& folder,
                        const std::filesystem::path& bench, const std::filesystem::path& pictures) {
  HtmlOptions options;
  options.pictures = pictures.empty() ? folder : pictures;
  options.bench = bench;
  const std::array<std::pair<const char*, std::string>, 5> files{
      {{"report.json", to_json(report)},
       {"report.html", to_html(report, options)},
       {"junit.xml", to_junit(report)},
       {"summary.md", to_markdown(report)},
       {"benchmark.json", to_benchmark_json(report)}}};
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    fail("{}: cannot make the folder ({}); choose another with --out", folder.string(), error.message());
  }
  for (const auto& [name, text] : files) {
    write_file_atomically(folder / name, text);
  }
}

}  // namespace ffbench
