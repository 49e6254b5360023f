// Every kind of file that is read may come from anywhere: nesting must not overflow the stack.

#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "datasets/manifest.hpp"
#include "datasets/suite.hpp"
#include "datasets/track_file.hpp"
#include "harness/compare/calibration.hpp"
#include "harness/compare/pair_store.hpp"
#include "harness/compare/sample.hpp"
#include "harness/compare/selftest.hpp"
#include "harness/determinism/fresh_process.hpp"
#include "harness/swap_model/swap_description.hpp"
#include "reports/gates.hpp"
#include "reports/html.hpp"
#include "reports/ledger.hpp"
#include "reports/report_json.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

constexpr int depth = 100'000;

struct Kind {
  std::string name;
  std::string schema;
  std::function<void(const std::string& text)> read;
};

std::string put(const test::TemporaryFolder& folder, const std::string& text) {
  const auto path = folder.path() / "nested.json";
  write_file_atomically(path, text);
  return path.string();
}

std::vector<Kind> kinds(const test::TemporaryFolder& folder) {
  using namespace compare;
  return {
      {"suite", "ffbench.suite/1", [](const std::string& text) { parse_suite(text, "x"); }},
      {"manifest", "ffbench.manifest/1", [](const std::string& text) { Manifest::parse(text, "x"); }},
      {"track", "ffbench.track/1", [](const std::string& text) { parse_track_file(text, "x"); }},
      {"gates", "ffbench.gates/1", [](const std::string& text) { gates_from_json(text, "x"); }},
      {"report", "ffbench.report/1", [](const std::string& text) { report_from_json(text, "x"); }},
      {"ledger", "ffbench.ledger/1", [](const std::string& text) { ledger_from_json(text, "x"); }},
      {"sample", "ffbench.sample/1", [](const std::string& text) { sample_from_json(text, "x"); }},
      {"swap description", "ffbench.swap_model/1",
       [](const std::string& text) { parse_swap_description(text, "x"); }},
      {"calibration", "ffbench.calibration/1",
       [&](const std::string& text) { static_cast<void>(CalibrationFile(put(folder, text)).find({}, {})); }},
      {"pairs", "ffbench.pairs/1",
       [&](const std::string& text) { PairStore(put(folder, "{}\n" + text + "\n"), "{}", true); }},
      {"benchmarks", "", [&](const std::string& text) {
         HtmlOptions options;
         options.bench = put(folder, text);
         to_html({}, options);
       }}};
}

TEST(NestedJson, IsAnErrorOfOneLineInEveryKindOfFile) {
  const test::TemporaryFolder folder;
  for (const Kind& kind : kinds(folder)) {
    for (const char* bracket : {"[", R"({"a":)"}) {
      std::string nested;
      for (int i = 0; i < depth; ++i) {
        nested += bracket;
      }
      nested += "1";
      for (int i = 0; i < depth; ++i) {
        nested += *bracket == '[' ? ']' : '}';
      }
      for (const std::string& text : {nested, R"({"schema":)" + nested + "}",
                                      R"({"schema":")" + kind.schema + R"(","a":)" + nested + "}"}) {
        try {
          kind.read(text);
          ADD_FAILURE() << kind.name << " takes it";
        } catch (const Error& error) {
          EXPECT_EQ(error.code(), ExitCode::bad_input);
          EXPECT_THAT(error.what(), testing::HasSubstr("nested deeper than 64 levels")) << kind.name;
          EXPECT_THAT(error.what(), testing::Not(testing::HasSubstr("\n"))) << kind.name;
        }
      }
    }
  }
}

TEST(NestedJson, IsAnErrorInWhatAFreshProcessLeaves) {
  try {
    outcome_from_cbor(std::string(depth, '\x81') + "\x01", "x");
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("nested deeper than 64 levels"));
  }
}

}  // namespace
}  // namespace ffbench
