// The HTML page of a report: whatever the report holds, its data is JSON where a browser ends the
// script element, and its text is no markup.

#include <cstdlib>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "reports/html.hpp"
#include "reports/report_json.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; at += what.size()) {
    ++found;
  }
  return found;
}

/// Every script element of data, up to the end tag that a browser takes for its end. `<!--` would
/// open a state of the tokenizer in which end tags may not count.
std::size_t check_data(std::string_view page) {
  constexpr std::string_view begin = "<script type=\"application/json\"";
  std::size_t elements = 0;
  for (std::size_t at = 0; (at = page.find(begin, at)) != std::string_view::npos;) {
    const std::size_t from = page.find('>', at) + 1;
    const std::size_t to = page.find("</script", from);
    require(to != std::string_view::npos);
    const std::string_view body = page.substr(from, to - from);
    require(body.find("<!--") == std::string_view::npos && body.find("<script") == std::string_view::npos);
    require(nlohmann::json::accept(body));
    ++elements;
    at = to;
  }
  return elements;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  fuzz::accepts(
      [](std::string_view text) {
        const Report report = report_from_json(text, "fuzz");
        const std::string page = to_html(report);
        require(check_data(page) > 0);
        // What names hold opens no element beyond those of the template.
        require(count(page, "<script") == count(page, "</script"));
        require(count(page, "<html") == 1 && count(page, "</html") == 1 && count(page, "</body") == 1);
      },
      data, size);
  return 0;
}
