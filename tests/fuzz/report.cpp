// Result files: what was read is written in every form, and read again to the same.

#include <cstdlib>

#include "reports/benchmark_json.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/report_json.hpp"
#include "reports/terminal.hpp"
#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  fuzz::accepts(
      [](std::string_view text) {
        const Report report = report_from_json(text, "fuzz");
        const std::string written = to_json(report);
        if (to_json(report_from_json(written, "again")) != written) {
          std::abort();
        }
        to_junit(report);
        to_markdown(report);
        to_html(report);
        to_terminal(report, {});
      },
      data, size);
  return 0;
}
