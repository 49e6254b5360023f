// Hand-written: an XML library would be one more dependency for four elements.
#include "reports/junit.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <fmt/core.h>

#include "reports/escape.hpp"

namespace ffbench {
namespace {

struct Case {
  std::string classname;
  std::string name;
  double seconds = 0;
  std::string element;  ///< "failure", "error", "skipped"; empty for a pass
  std::string message;
};

struct Suite {
  std::string name;
  std::vector<Case> cases;
};

std::string_view element_of(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::pass:
      return "";
    case GateVerdict::fail:
    case GateVerdict::unexpected_pass:
      return "failure";
    case GateVerdict::expected_fail:
    case GateVerdict::skipped:
      return "skipped";
    case GateVerdict::inconclusive:
    case GateVerdict::error:
      return "error";
  }
  return "error";
}

Case case_of(const Result& result) {
  Case out{.classname = result.fixture + "." + result.pipeline, .name = "ran", .element = {}, .message = {}};
  if (result.timing) {
    for (const double seconds : result.timing->repetitions) {
      out.seconds += seconds;
    }
  }
  if (result.status == ResultStatus::failed || (result.status == ResultStatus::skipped && result.required)) {
    out.element = "error";
  } else if (result.status == ResultStatus::skipped) {
    out.element = "skipped";
  }
  out.message = result.reason;
  return out;
}

Case case_of(const GateResult& gate) {
  return {.classname = gate.fixture + "." + gate.pipeline,
          .name = gate.name,
          .element = std::string(element_of(gate.verdict)),
          .message = fmt::format("{}: {}", name_of(gate.verdict), gate.reason)};
}

std::vector<Suite> suites_of(const Report& report) {
  std::vector<Suite> suites;
  const auto suite = [&](const std::string& name) -> Suite& {
    const auto found = std::ranges::find(suites, name, &Suite::name);
    return found != suites.end() ? *found : suites.emplace_back(Suite{.name = name, .cases = {}});
  };
  for (const Result& result : report.results) {
    suite(result.fixture).cases.push_back(case_of(result));
  }
  for (const GateResult& gate : report.gates) {
    suite(gate.fixture.empty() ? "gates" : gate.fixture).cases.push_back(case_of(gate));
  }
  return suites;
}

std::string counts(const std::vector<const Case*>& cases) {
  const auto count = [&](std::string_view element) {
    return std::ranges::count_if(cases, [&](const Case* item) { return item->element == element; });
  };
  double seconds = 0;
  for (const Case* item : cases) {
    seconds += item->seconds;
  }
  return fmt::format(R"(tests="{}" failures="{}" errors="{}" skipped="{}" time="{:.6f}")", cases.size(),
                     count("failure"), count("error"), count("skipped"), seconds);
}

std::vector<const Case*> pointers(const Suite& suite) {
  std::vector<const Case*> out;
  for (const Case& item : suite.cases) {
    out.push_back(&item);
  }
  return out;
}

void print(const Case& item, std::string& out) {
  out += fmt::format(R"(    <testcase classname="{}" name="{}" time="{:.6f}")", xml_escape(item.classname),
                     xml_escape(item.name), item.seconds);
  if (item.element.empty()) {
    out += "/>\n";
    return;
  }
  out += ">\n";
  const std::string message = xml_escape(item.message);
  out += item.element == "skipped"
             ? fmt::format("      <skipped message=\"{}\"/>\n", message)
             : fmt::format("      <{0} message=\"{1}\" type=\"ffbench\">{1}</{0}>\n", item.element, message);
  out += "    </testcase>\n";
}

}  // namespace

std::string to_junit(const Report& report) {
  const std::vector<Suite> suites = suites_of(report);
  std::vector<const Case*> all;
  for (const Suite& suite : suites) {
    for (const Case& item : suite.cases) {
      all.push_back(&item);
    }
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += fmt::format("<testsuites name=\"ffbench {}\" {}>\n", xml_escape(report.suite), counts(all));
  for (const Suite& suite : suites) {
    out += fmt::format("  <testsuite name=\"{}\" {}>\n", xml_escape(suite.name), counts(pointers(suite)));
    for (const Case& item : suite.cases) {
      print(item, out);
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace ffbench
