// Whole runs of suites: the smoke suite, determinism, the report's form.

#include <filesystem>
#include <map>
#include <tuple>

#include <sys/stat.h>

#include "core/system/data_path.hpp"
#include "tests/cli/command_line.hpp"
#include "tests/support/paths.hpp"

namespace ffbench::test {
namespace {

#ifdef FFBENCH_SANITIZED
constexpr bool times_count = false;
#else
constexpr bool times_count = true;
#endif

/// By pipeline, by stage
using StageDigests = std::map<std::string, std::map<std::string, std::string>>;

StageDigests digests_of(const Report& report) {
  StageDigests digests;
  for (const Result& result : report.results) {
    digests[result.pipeline] =
        result.determinism ? result.determinism->stages : decltype(result.determinism->stages){};
  }
  return digests;
}

/// Identity and time of every file below a folder.
std::map<std::string, std::tuple<ino_t, long, long, off_t>> snapshot(const std::filesystem::path& folder) {
  std::map<std::string, std::tuple<ino_t, long, long, off_t>> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    struct stat s {};
    if (entry.is_regular_file() && ::stat(entry.path().c_str(), &s) == 0) {
      files[entry.path()] = {s.st_ino, s.st_mtim.tv_sec, s.st_mtim.tv_nsec, s.st_size};
    }
  }
  return files;
}

using Runs = CommandLine;

TEST_F(Runs, HavePicturesWhereverTheBaseStands) {
  const Finished run = ffbench({"run", "suite", tiny_suite(), "--pipeline", "enhanced/cpu", "--pipeline",
                                "base-3.5.0", "--repetitions", "0", "--out", "out", "--quiet"});
  EXPECT_EQ(run.err, "");
  EXPECT_FALSE(report().results.at(0).worst_pairs.empty());
}

TEST_F(Runs, HaveTheSameDigestsOfEveryStageWhateverTheThreads) {
  const auto run_talk = [&](const std::string& out, const std::string& threads) {
    const Finished run = ffbench({"run", "suite", "smoke", "--fixture", "talk*", "--repetitions", "1",
                                  "--threads", threads, "--out", out, "--quiet"});
    EXPECT_EQ(run.err, "");
    return digests_of(report(out));
  };
  const StageDigests once = run_talk("one", "1");
  ASSERT_GE(once.size(), 4U);
  for (const auto& [pipeline, stages] : once) {
    EXPECT_GE(stages.size(), pipeline == "base-3.5.0" ? 1U : 4U) << pipeline;
    for (const auto& [stage, digest] : stages) {
      EXPECT_EQ(digest.size(), 32U) << pipeline << " " << stage;
    }
  }
  EXPECT_EQ(once.at("enhanced/reference"), once.at("enhanced/cpu"));
  EXPECT_NE(once.at("enhanced/cpu"), once.at("enhanced:seed/cpu"));
  EXPECT_EQ(run_talk("again", "1"), once);
  EXPECT_EQ(run_talk("two", "2"), once);
}

TEST_F(Runs, ReportsFollowTheSchema) {
  constexpr const char* validate = R"(
import json, sys, jsonschema
schema, document = (json.load(open(name)) for name in sys.argv[1:])
jsonschema.Draft7Validator.check_schema(schema)
for error in jsonschema.Draft7Validator(schema).iter_errors(document):
    print("/".join(map(str, error.path)), error.message[:200])
)";
  if (run_program("python3", {"-c", "import jsonschema"}).exit_code != 0) {
    GTEST_SKIP() << "python3-jsonschema is not installed";
  }
  const Finished run =
      ffbench({"run", "suite", tiny_suite(), "--repetitions", "2", "--out", "out", "--quiet"});
  ASSERT_EQ(run.err, "");
  const Finished validated = run_program(
      "python3",
      {"-c", validate, data_path("reports/report.schema.json").string(), path("out/report.json").string()});
  EXPECT_EQ(validated.exit_code, 0) << validated.err;
  EXPECT_EQ(validated.out, "");
}

TEST_F(Runs, AFixtureWithoutFacesIsAValidResult) {
  const Finished run =
      ffbench({"run", "suite", tiny_suite("empty"), "--repetitions", "1", "--out", "out", "--quiet"});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  for (const Result& result : report().results) {
    EXPECT_EQ(std::tuple(result.status, result.frames, result.face_frames),
              std::tuple(ResultStatus::ok, 6, 0));
  }
}

// Named by tests/CMakeLists.txt: runs alone, since it measures time.
TEST_F(Runs, SmokePassesEveryGateWithinAMinute) {
  const Finished run = ffbench({"run", "suite", "smoke", "--out", "out"});
  const Report result = report();
  if (times_count) {
    EXPECT_EQ(run.exit_code, 0) << gates_with(result, {GateVerdict::fail, GateVerdict::unexpected_pass,
                                                       GateVerdict::error, GateVerdict::inconclusive});
    EXPECT_LE(run.wall_seconds, 60);
    EXPECT_LE(run.peak_kib, 2L << 20);
  }
  for (const GateResult& gate : result.gates) {
    if (gate.gate_class != GateClass::performance) {
      EXPECT_THAT(gate.verdict,
                  testing::AnyOf(GateVerdict::pass, GateVerdict::expected_fail, GateVerdict::skipped))
          << gate.fixture << ", " << gate.pipeline << ": " << gate.name << ": " << gate.reason;
    }
  }
  EXPECT_EQ(static_cast<int>(result.exit_code), run.exit_code);
  for (const char* file : {"report.json", "report.html", "junit.xml", "summary.md"}) {
    EXPECT_GT(std::filesystem::file_size(path("out") / file), 100U) << file;
  }
  for (const char* line :
       {"total time", "FPS", "mean tPSNR", "tail tPSNR (last 30)", "speed-up vs base", "exit code"}) {
    EXPECT_THAT(run.out, testing::HasSubstr(line));
  }
  EXPECT_THAT(run.err, testing::HasSubstr("measuring quality"));

  const auto before = snapshot(cache_path);
  ASSERT_GE(before.size(), 5U);
  EXPECT_EQ(ffbench({"fixtures", "render", "smoke", "--quiet"}).exit_code, 0);
  EXPECT_EQ(snapshot(cache_path), before) << "fixtures were rendered though they were in the cache";
}

}  // namespace
}  // namespace ffbench::test
