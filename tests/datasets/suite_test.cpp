#include "datasets/suite.hpp"

#include <algorithm>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "datasets/contact_sheet.hpp"
#include "datasets/manifest_update.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

std::string message_of(std::string_view text) {
  try {
    parse_suite(text, "my.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    return error.what();
  }
  return "no error";
}

std::string with_fixtures(const std::string& fixtures) {
  return R"({"schema":"ffbench.suite/1","name":"n","description":"d","fixtures":)" + fixtures + "}";
}

TEST(Suite, ShippedSuitesLoadAndAreWhatTheirNamesSay) {
  const SuiteSpec standard = load_suite("standard");
  std::vector<std::string> shown;
  for (const FixtureSpec& f : standard.fixtures) {
    shown.push_back(f.scenario);
    EXPECT_GE(f.height, 720) << f.name;
    EXPECT_GE(f.frames, 96) << f.name;
    EXPECT_EQ(f.crop_size, 512) << f.name;
    if (f.scenario == "talk") {
      EXPECT_EQ(f.height, 1080);
      EXPECT_EQ(f.frames, 151);
    }
  }
  EXPECT_EQ(shown, scenario_names());

  std::vector<int> heights;
  for (const FixtureSpec& f : load_suite("full").fixtures) {
    if (f.scenario == "talk") {
      heights.push_back(f.height);
    }
  }
  EXPECT_EQ(heights, (std::vector<int>{240, 360, 540, 720, 1080, 1440, 2160}));
  EXPECT_EQ(load_suite("smoke").name, "smoke");
  EXPECT_EQ(suite_names(), (std::vector<std::string>{"smoke", "held-out", "standard", "full"}));
}

TEST(Suite, TheManifestHoldsTheClipsOfTheSmallerSuitesAndNoOthers) {
  std::set<std::string> recorded;
  for (const auto& [clip, digest] : Manifest::committed().digests()) {
    recorded.insert(clip);
  }
  std::set<std::string> wanted;
  for (const FixtureSpec& f : recorded_clips()) {
    wanted.insert(Manifest::clip_name(f));
  }
  EXPECT_EQ(recorded, wanted);
  EXPECT_TRUE(wanted.contains("talk-640x360-48")) << "smoke";
  EXPECT_TRUE(wanted.contains("zoom-1920x1080-96")) << "standard";
  EXPECT_TRUE(wanted.contains("turn-held-out-960x540-80")) << "held-out";
  EXPECT_TRUE(wanted.contains("flicker-320x180-6")) << "six frames of each scenario";
}

TEST(Suite, TheSchemaListsTheScenarios) {
  const std::string schema = read_file(data_path("datasets/suites/suite.schema.json"));
  for (const std::string& name : scenario_names()) {
    EXPECT_NE(schema.find('"' + name + '"'), std::string::npos) << name;
  }
}

TEST(Suite, LoadsFromAFileAndFillsInWhatIsLeftOut) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "mine.json";
  write_file_atomically(path, with_fixtures(R"([{"scenario":"talk","width":640,"height":360,"frames":12}])"));
  const SuiteSpec suite = load_suite(path.string());
  ASSERT_EQ(suite.fixtures.size(), 1U);
  EXPECT_EQ(suite.fixtures[0], (FixtureSpec{"talk", "talk", 640, 360, 12, 512, "arcface_128"}));
}

TEST(Suite, MistakesAreNamedWithFileAndPlace) {
  const std::string good = R"({"scenario":"talk","width":640,"height":360,"frames":12})";
  EXPECT_EQ(message_of(with_fixtures("[" + good + "]")), "no error");
  const auto expect = [&](const std::string& text, std::string_view part) {
    const std::string message = message_of(text);
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_TRUE(message.starts_with("my.json: ")) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  };
  expect("{", "not valid JSON");
  expect("{\"frames\": 1e999}", "not valid JSON");  // beyond what a double holds
  expect("[]", "expected an object");
  expect("{\"schema\":7}", "schema");
  expect(with_fixtures("[]"), "fixtures: a suite needs a fixture");
  expect(with_fixtures("3"), "fixtures: expected an array");
  expect(with_fixtures("[3]"), "fixtures[0]: expected an object");
  expect(with_fixtures("[" + good + R"(,{"scenario":"tlak","width":640,"height":360,"frames":12}])"),
         "fixtures[1].scenario: scenario 'tlak' is unknown; known: talk, still, drift, turn, zoom, occlude, "
         "flicker, tail, two-faces, exit, cut, empty");
  expect(with_fixtures("[" + good + "," + good + "]"), "fixtures[1]: there is a fixture 'talk' before");
  expect(with_fixtures(R"([{"scenario":"talk","width":640,"height":360}])"),
         "fixtures[0].frames: is missing");
  expect(with_fixtures(R"([{"scenario":"talk","width":640.5,"height":360,"frames":12}])"),
         "fixtures[0].width: expected a whole number");
  expect(with_fixtures(R"([{"scenario":"talk","width":"640","height":360,"frames":12}])"),
         "fixtures[0].width: expected a whole number");
  expect(with_fixtures(R"([{"scenario":"talk","width":18446744073709551615,"height":360,"frames":12}])"),
         "fixtures[0].width: 18446744073709551615 is out of range");
  expect(with_fixtures(R"([{"scenario":"talk","width":640,"height":-1,"frames":12}])"),
         "fixtures[0].height: -1 is not within 64 and 4096");
  expect(with_fixtures(R"([{"scenario":"talk","width":640,"height":360,"frames":12,"crop":5}])"),
         "fixtures[0]: unknown key 'crop'; known: name, scenario");
  expect(with_fixtures(R"([{"scenario":7,"width":640,"height":360,"frames":12}])"),
         "fixtures[0].scenario: expected a text");
}

TEST(Suite, UnknownSuitesAndMissingFilesAreErrors) {
  const auto message = [](std::string_view name) -> std::string {
    try {
      load_suite(name);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(message("smokey").find("known: smoke, held-out, standard, full"), std::string::npos);
  EXPECT_NE(message("/nowhere/at/all.json").find("/nowhere/at/all.json"), std::string::npos);
}

TEST(ContactSheet, HasARowForEveryScenario) {
  const BgrImage sheet = contact_sheet(64, 2, 2);
  EXPECT_EQ(sheet.height(), static_cast<int>(scenario_names().size()) * (64 + 4) + 4);
  EXPECT_EQ(sheet.width(), 2 * (113 + 4) + 4);
}

TEST(Manifest, RefusesWhatIsNoManifest) {
  EXPECT_THROW(Manifest::parse("{}", "m"), Error);
  EXPECT_THROW(Manifest::parse(R"({"schema":"ffbench.manifest/1","clips":{"a":"12"}})", "m"), Error);
  EXPECT_THROW(
      Manifest::parse(R"({"schema":"ffbench.manifest/1","clips":{"a":"zz000000000000000000000000000000"}})",
                      "m"),
      Error);
  Manifest manifest;
  manifest.set("a", {1, 2});
  EXPECT_EQ(Manifest::parse(manifest.to_json(), "m").digests(), manifest.digests());
}

}  // namespace
}  // namespace ffbench
