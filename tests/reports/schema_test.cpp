#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "reports/ledger.hpp"
#include "reports/report_json.hpp"
#include "tests/reports/python_tool.hpp"
#include "tests/reports/sample_report.hpp"

namespace ffbench {
namespace {

// Prints "valid" or the first error.
constexpr const char* validate = R"(
import json, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
document = json.load(open(sys.argv[2]))
jsonschema.Draft7Validator.check_schema(schema)
errors = sorted(jsonschema.Draft7Validator(schema).iter_errors(document), key=lambda e: list(map(str, e.path)))
print("valid" if not errors else "%s: %s" % ("/".join(map(str, errors[0].path)), errors[0].message[:200]))
)";

class Schema : public testing::Test {
 protected:
  void SetUp() override {
    if (run_python("import jsonschema", "").exit_status != 0) {
      GTEST_SKIP() << "python3-jsonschema is not installed";
    }
  }

  static std::string validated(const char* schema, const std::string& text) {
    const std::string file = fmt::format("{}ffbench_schema_{}.json", testing::TempDir(), getpid());
    std::ofstream(file) << text;
    const ToolOutput output =
        run_python(validate, fmt::format("'{}' '{}'", data_path(schema).string(), file));
    std::filesystem::remove(file);
    return output.text;
  }

  static std::string report(std::string text, const std::string& from = "", const std::string& to = "") {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return validated("reports/report.schema.json", text.replace(at, from.size(), to));
  }
};

TEST_F(Schema, AcceptsWhatTheWriterWrites) {
  EXPECT_EQ(report(to_json(sample_report())), "valid\n");
  EXPECT_EQ(report(to_json(small_report())), "valid\n");
  EXPECT_EQ(report(to_json(Report{})), "valid\n");
}

TEST_F(Schema, AcceptsTheLedgerAndWhatIsWrittenIntoIt) {
  const char* schema = "ci/ledger.schema.json";
  EXPECT_EQ(validated(schema, read_file(data_path("ci/ledger.json"))), "valid\n");
  const std::string digest(32, 'a');
  Ledger ledger;
  ledger.reference["smoke"]["talk"] = {{"warp", digest}};
  attest(ledger, {"smoke", "A device", "1.2", "13.0", "0123456789ab", true, "2026-01-01T00:00:00Z", 17,
                  ledger.reference["smoke"]});
  const std::string text = to_json(ledger);
  EXPECT_EQ(validated(schema, text), "valid\n");
  EXPECT_EQ(to_json(ledger_from_json(text, "here")), text);
  std::string broken = text;
  broken.replace(broken.find(digest), digest.size(), "none");
  EXPECT_NE(validated(schema, broken), "valid\n");
  EXPECT_THROW(ledger_from_json(broken, "here"), Error);
}

TEST_F(Schema, RejectsBrokenReports) {
  const std::string good = to_json(small_report());
  EXPECT_THAT(report(good, "ffbench.report/1", "ffbench.report/9"), testing::StartsWith("schema:"));
  EXPECT_THAT(report(good, "\"exit_code\": 3", "\"exit_code\": 0"), testing::StartsWith("exit_code:"));
  EXPECT_THAT(report(good, "\"status\": \"ok\"", "\"status\": \"fine\""),
              testing::StartsWith("results/0/status:"));
  EXPECT_THAT(report(good, "\"status\": \"ok\"", "\"status\": \"skipped\""),
              testing::HasSubstr("'reason' is a required"));
  EXPECT_THAT(report(good, "\"fps\": 2.0", "\"fps\": \"2\""), testing::StartsWith("results/0/timing/fps:"));
  EXPECT_THAT(report(good, "\"frames\": 4,", ""), testing::HasSubstr("'frames' is a required"));
  EXPECT_THAT(report(good, "\"identical\": true", "\"identical\": 1"),
              testing::StartsWith("results/0/determinism"));
}

TEST_F(Schema, AcceptsTheDefaultGatesAndRejectsBrokenOnes) {
  const std::string gates = read_file(data_path("ci/gates.json"));
  const auto changed = [&](const std::string& from, const std::string& to) {
    std::string text = gates;
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return validated("ci/gates.schema.json", text.replace(at, from.size(), to));
  };
  EXPECT_EQ(changed("", ""), "valid\n");
  EXPECT_THAT(changed("\"op\": \"==\"", "\"op\": \"=\""), testing::StartsWith("gates/0/op:"));
  EXPECT_THAT(changed("\"class\": \"quality\"", "\"class\": \"quality\", \"expected\": \"fail\""),
              testing::HasSubstr("dependency"));
  EXPECT_THAT(changed("\"optional\": true", "\"optoinal\": true"), testing::HasSubstr("optoinal"));
}

}  // namespace
}  // namespace ffbench
