// Comparisons through the command line: interleaved sessions, kill and resume, broken arms.

#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "core/system/atomic_file.hpp"
#include "core/system/folder_lock.hpp"
#include "tests/cli/command_line.hpp"
#include "tests/support/paths.hpp"

namespace ffbench::test {
namespace {

class Comparisons : public CommandLine {
 protected:
  /// A session of this program against itself on a tiny fixture.
  [[nodiscard]] std::vector<std::string> session(const std::string& out,
                                                 std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{
        "branches",      "A",          "B",       "--base-binary", program_path,
        "--head-binary", program_path, "--suite", tiny_suite(),    "--pipeline",
        "enhanced/cpu",  "--passes",   "1",       "--calibration", path("calibration.json"),
        "--out",         out,          "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  [[nodiscard]] nlohmann::json comparison(const std::string& out) const {
    return nlohmann::json::parse(read_file(path(out) / "comparison.json"));
  }

  /// Runs the program until `file` has that many lines, then kills it; the lines that were whole.
  [[nodiscard]] std::string killed(const std::vector<std::string>& arguments, const std::string& file,
                                   int lines) const {
    const std::string watch = fmt::format(
        "\"$@\" & i=0; while [ $(wc -l 2>/dev/null <{} || echo 0) -lt {} ] && [ $i -lt 6000 ]; do sleep "
        "0.05; "
        "i=$((i + 1)); done; kill -KILL $!",
        file, lines);
    std::vector<std::string> words{"-c", watch, "sh", program_path};
    words.insert(words.end(), arguments.begin(), arguments.end());
    RunOptions options;
    options.folder = path("");
    options.environment = {{"FFBENCH_CACHE", cache_path}};
    run_program("sh", words, options);
    const std::string text = read_file(path(file));
    return text.substr(0, text.rfind('\n') + 1);
  }

  [[nodiscard]] Finished resumed(std::vector<std::string> arguments) const {
    arguments.emplace_back("--resume");
    return ffbench(arguments);
  }

  /// An executable script of that name.
  [[nodiscard]] std::string script(const std::string& name, const std::string& text) const {
    put(name, "#!/bin/sh\n" + text);
    ::chmod(path(name).c_str(), 0755);
    return path(name);
  }
};

TEST_F(Comparisons, ResumeAfterAKillWithTheStoredPairs) {
  const std::vector<std::string> arguments = session("out", {"--runtime-only"});
  const std::string before = killed(arguments, "out/pairs.jsonl", 3);
  const Finished finished = resumed(arguments);
  EXPECT_THAT(finished.exit_code, testing::AnyOf(0, 1, 3)) << finished.err;
  const std::string after = read_file(path("out/pairs.jsonl"));
  EXPECT_THAT(after, testing::StartsWith(before)) << "what was stored stays";

  // Once decided, nothing is measured again, and the same pairs give the same verdict.
  const nlohmann::json first = comparison("out");
  const Finished again = resumed(arguments);
  EXPECT_EQ(again.exit_code, finished.exit_code);
  EXPECT_EQ(read_file(path("out/pairs.jsonl")), after);
  EXPECT_EQ(comparison("out")["results"], first["results"]);
}

TEST_F(Comparisons, CalibrationResumesAfterAKill) {
  const std::vector<std::string> arguments{
      "calibrate", "--suite", tiny_suite(),    "--pipeline", "enhanced/cpu", "--sessions", "2",
      "--passes",  "1",       "--calibration", "ca.json",    "--out",        "out",        "--quiet"};
  const std::string before = killed(arguments, "out/session-1.jsonl", 3);
  const Finished finished = resumed(arguments);
  EXPECT_THAT(finished.exit_code, testing::AnyOf(0, 3)) << finished.err;
  const std::string after = read_file(path("out/session-1.jsonl"));
  EXPECT_THAT(after, testing::StartsWith(before));
  const auto stored = [this] {
    auto json = nlohmann::json::parse(read_file(path("ca.json")));
    for (auto& machine : json["machines"]) {
      for (auto& floor : machine) {
        floor.erase("date");
      }
    }
    return json;
  };
  const nlohmann::json floors = stored();
  const Finished again = resumed(arguments);
  EXPECT_EQ(again.out, finished.out);
  EXPECT_EQ(read_file(path("out/session-1.jsonl")), after);
  EXPECT_EQ(stored(), floors);
}

TEST_F(Comparisons, SelfTestResumesAfterAKill) {
  const std::vector<std::string> arguments{"selftest", "--fault", "one-bit", "--fault",
                                           "border",   "--fault", "crash",   "--clean-runs",
                                           "2",        "--out",   "out",     "--quiet"};
  const std::string before = killed(arguments, "out/outcomes.jsonl", 2);
  const Finished finished = resumed(arguments);
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  EXPECT_THAT(finished.out, testing::HasSubstr("3 of 3 faults caught, 0 skipped; 0 of 2 clean runs"));
  const std::string after = read_file(path("out/outcomes.jsonl"));
  EXPECT_THAT(after, testing::StartsWith(before));
  EXPECT_EQ(resumed(arguments).out, finished.out);
  EXPECT_EQ(read_file(path("out/outcomes.jsonl")), after);
}

TEST_F(Comparisons, RefuseAFolderThatAnotherProcessWritesInto) {
  std::filesystem::create_directories(path("out"));
  const FolderLock lock(path("out"), "--out");
  const std::string words = "another run is writing into this folder";
  expect_refusal(session("out", {"--runtime-only"}), {words, "--out"});
  expect_refusal({"calibrate", "--suite", tiny_suite(), "--pipeline", "enhanced/cpu", "--out", "out"},
                 {words, "--out"});
  expect_refusal({"selftest", "--fault", "one-bit", "--out", "out"}, {words, "--out"});
}

TEST_F(Comparisons, FindAGrossSlowdownAndNameItsStage) {
  const Finished run = ffbench(session("out", {"--inject-slowdown", "300@mask"}));
  EXPECT_EQ(run.exit_code, 1) << run.out << run.err;
  const nlohmann::json result = comparison("out")["results"][0];
  EXPECT_EQ(result["runtime"]["verdict"], "fail");
  EXPECT_EQ(result["runtime"]["slowest_stage"], "mask");
  EXPECT_TRUE(result["equality"]["identical"].get<bool>());
  for (const char* file : {"comparison.html", "comparison.md", "pairs.jsonl"}) {
    EXPECT_GT(std::filesystem::file_size(path("out") / file), 100U) << file;
  }
}

// A build from before processes could take turns: its help does not know of it.
TEST_F(Comparisons, MeasureAnOldBuildProcessByProcess) {
  std::vector<std::string> arguments = session("out", {"--runtime-only", "--inject-slowdown", "300"});
  arguments[4] = script("old", "case \"$*\" in *--help*) exit 0;; *--turn-socket*) exit 99;; esac\nexec " +
                                   std::string(program_path) + " \"$@\"\n");
  const Finished run = ffbench(arguments);
  EXPECT_EQ(run.exit_code, 1) << run.out << run.err;
  EXPECT_THAT(comparison("out")["notes"].dump(), testing::HasSubstr("too old to take turns"));
}

// Of this program with itself: three small cases on the cpu.
class OperatorComparisons : public Comparisons {
 protected:
  [[nodiscard]] std::vector<std::string> operators(const std::string& out,
                                                   std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"branches",
                                       "A",
                                       "B",
                                       "--base-binary",
                                       program_path,
                                       "--head-binary",
                                       program_path,
                                       "--passes",
                                       "1",
                                       "--calibration",
                                       path("none"),
                                       "--out",
                                       out,
                                       "--quiet",
                                       "--operators=gain-*/cpu/[us]*"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
};

TEST_F(OperatorComparisons, FindASlowOperatorAndNameOperatorBackendAndCase) {
  const Finished run = ffbench(operators("out", {"--inject-slowdown", "300@gain-tables"}));
  EXPECT_EQ(run.exit_code, 1) << run.out << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("operator:gain-tables/cpu"));
  const nlohmann::json json = comparison("out");
  ASSERT_EQ(json["results"].size(), 2U) << json["results"].dump(1);
  EXPECT_EQ(json["procedure"]["family"], 2);
  for (const nlohmann::json& result : json["results"]) {
    const bool slow = result["pipeline"] == "operator:gain-tables/cpu";
    EXPECT_EQ(result["fixture"], slow ? "usual" : "sequence/16");
    if (slow) {
      EXPECT_EQ(result["runtime"]["verdict"], "fail");
      EXPECT_GT(result["runtime"]["ratio"], 2);
    }
    EXPECT_TRUE(result["equality"]["identical"].get<bool>());
  }
}

TEST_F(OperatorComparisons, ResumeAfterAKillWithTheStoredPairs) {
  const std::vector<std::string> arguments = operators("out", {"--inject-slowdown", "300"});
  const std::string before = killed(arguments, "out/pairs.jsonl", 4);
  const Finished finished = resumed(arguments);
  EXPECT_EQ(finished.exit_code, 1) << finished.err;
  const std::string after = read_file(path("out/pairs.jsonl"));
  EXPECT_THAT(after, testing::StartsWith(before));
  EXPECT_EQ(resumed(arguments).exit_code, 1);
  EXPECT_EQ(read_file(path("out/pairs.jsonl")), after);
}

TEST_F(OperatorComparisons, RefuseWhatTheyCannotCompare) {
  expect_refusal({"branches", "A", "B", "--base-binary", program_path, "--head-binary", program_path, "--out",
                  "out", "--operators=nothing"},
                 {"nothing to time", "operators are warp"});
  expect_refusal(operators("out", {"--inject-slowdown", "3@mask"}), {"operator 'mask' is unknown"});
  expect_refusal(operators("out", {"--pipeline", "enhanced/cpu"}), {"--operators"});
  std::vector<std::string> old = operators("out");
  old[4] = script("old", "echo unknown >&2; exit 2\n");
  expect_refusal(old, {"sample-operators --list", "exit code 2"});
}

TEST_F(OperatorComparisons, CountInstructionsExactly) {
  if (!has_program("valgrind")) {
    GTEST_SKIP() << "valgrind is needed";
  }
  // Another path, longer by far: counts must not depend on it.
  const std::string copy = path("a-folder-with-a-name-that-is-longer/ffbench");
  std::filesystem::create_directories(path("a-folder-with-a-name-that-is-longer"));
  std::filesystem::copy_file(program_path, copy);
  std::vector<std::string> arguments = operators("out", {"--instructions-only"});
  arguments[6] = copy;
  const Finished run = ffbench(arguments);
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  const nlohmann::json json = comparison("out");
  ASSERT_EQ(json["results"].size(), 2U);
  for (const nlohmann::json& result : json["results"]) {
    const nlohmann::json& instructions = result["instructions"];
    EXPECT_EQ(instructions["verdict"], "pass");
    EXPECT_GT(instructions["base"], 1000);
    EXPECT_EQ(instructions["base"], instructions["head"]) << result["pipeline"];
    EXPECT_TRUE(result["equality"]["identical"].get<bool>());
    EXPECT_FALSE(result.contains("runtime"));
  }
  EXPECT_FALSE(std::filesystem::exists(path("out/pairs.jsonl")));
}

TEST_F(Comparisons, CountInstructionsByStage) {
  if (!has_program("valgrind")) {
    GTEST_SKIP() << "valgrind is needed";
  }
  const Finished run = ffbench(session("out", {"--instructions-only", "--instructions-gate", "0.5"}));
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  const nlohmann::json result = comparison("out")["results"][0];
  const nlohmann::json& instructions = result["instructions"];
  EXPECT_EQ(instructions["frames"], 6);
  EXPECT_THAT(instructions["head_executor"].get<std::string>(), testing::StartsWith("cpu "));
  EXPECT_THAT(instructions["head_executor"].get<std::string>(), testing::Not(testing::HasSubstr("AVX3")));
  for (const char* stage : {"warp", "gains", "mask", "hysteresis", "composite", "other"}) {
    ASSERT_TRUE(instructions["parts"].contains(stage)) << stage;
    EXPECT_GT(instructions["parts"][stage]["head"], 0) << stage;
    EXPECT_EQ(instructions["parts"][stage]["head"], instructions["parts"][stage]["base"]) << stage;
  }
  EXPECT_TRUE(result["equality"]["identical"].get<bool>());
  EXPECT_THAT(run.out, testing::HasSubstr("6 frames on cpu "));
}

TEST_F(Comparisons, AreErrorsWhereAnArmIsBroken) {
  const auto with_head = [this](const std::string& head) {
    std::vector<std::string> arguments = session("out", {"--runtime-only"});
    arguments[6] = head;
    return arguments;
  };
  expect_refusal(with_head(path("none")), {"none: no program"});
  expect_refusal(with_head(script("crashes", "kill -SEGV $$")), {"crashes", "exit code 139"});
  expect_refusal(with_head(script("silent", "exit 0")), {"silent: sample: not valid JSON"});
  expect_refusal(with_head("/bin/echo"), {"/bin/echo: sample: not valid JSON"});
  expect_refusal(session("out", {"--fixture", "none"}), {"has no such fixture"});
}

TEST_F(Comparisons, OfStoredResultsRefuseHalfAFile) {
  put("half.json", "{\"schema\": \"ffbench.report/1\", \"results\": [");
  expect_refusal({"compare", "half.json", "half.json"}, {"half.json", "not valid JSON"});
}

TEST_F(Comparisons, BuildCommitsInWorktreesAndUseABuildAgain) {
  if (!has_program("git") || !has_program("ninja")) {
    GTEST_SKIP() << "git and ninja are needed";
  }
  // A repository whose build is a copy of this program.
  std::filesystem::create_directories(path("repository"));
  put("repository/CMakeLists.txt",
      fmt::format("cmake_minimum_required(VERSION 3.25)\nproject(copy NONE)\n"
                  "add_custom_target(ffbench COMMAND ${{CMAKE_COMMAND}} -E copy {} harness/ffbench)\n"
                  "file(MAKE_DIRECTORY ${{CMAKE_BINARY_DIR}}/harness)\n",
                  program_path));
  const auto git = [this](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(),
                     {"-C", path("repository"), "-c", "user.name=n", "-c", "user.email=e"});
    const Finished run = run_program("git", arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
  };
  git({"init", "--quiet"});
  git({"add", "."});
  git({"commit", "--quiet", "-m", "one"});
  git({"commit", "--quiet", "--allow-empty", "-m", "two"});
  const std::vector<std::string> arguments{
      "branches", "HEAD~1",         "HEAD",       "--repository", path("repository"),
      "--suite",  tiny_suite(),     "--pipeline", "enhanced/cpu", "--passes",
      "1",        "--runtime-only", "--out",      "out"};
  RunOptions options;
  options.folder = path("");
  options.environment = {{"FFBENCH_CACHE", path("cache")}};
  const Finished first = run_program(program_path, arguments, options);
  EXPECT_THAT(first.exit_code, testing::AnyOf(0, 1, 3)) << first.err;
  EXPECT_THAT(first.err, testing::HasSubstr("building HEAD~1"));
  std::vector<std::string> again = arguments;
  again.emplace_back("--resume");
  const Finished second = run_program(program_path, again, options);
  EXPECT_EQ(second.exit_code, first.exit_code);
  EXPECT_THAT(second.err, testing::Not(testing::HasSubstr("building")));

  // A kill during the checkout: a folder with some of the files, and no mark that it is whole.
  for (const auto& entry : std::filesystem::directory_iterator(path("cache/builds"))) {
    if (entry.path().extension() == ".checked-out" || entry.path().extension() == ".done") {
      std::filesystem::remove(entry.path());
    } else if (entry.is_directory()) {
      std::filesystem::remove(entry.path() / "CMakeLists.txt");
    }
  }
  const Finished third = run_program(program_path, arguments, options);
  EXPECT_THAT(third.exit_code, testing::AnyOf(0, 1, 3)) << third.err;
  EXPECT_THAT(third.err, testing::HasSubstr("building HEAD~1"));
  expect_refusal(
      {"branches", "no-such", "HEAD", "--repository", path("repository"), "--out", "out", "--quiet"},
      {"'no-such'", "no such commit"});
}

TEST_F(Comparisons, OfCommandsTakeTheSidesFolders) {
  if (!has_program("git") || !has_program("ffmpeg")) {
    GTEST_SKIP() << "git and ffmpeg are needed";
  }
  // A program under version control that becomes slow and writes something else.
  std::filesystem::create_directories(path("program"));
  const auto git = [this](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-C", path("program"), "-c", "user.name=n", "-c", "user.email=e"});
    const Finished run = run_program("git", arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
  };
  const auto commit = [&](const char* tag, const std::string& text) {
    put("program/swap.sh", text);
    git({"add", "."});
    git({"commit", "--quiet", "-m", tag});
    git({"tag", tag});
  };
  git({"init", "--quiet"});
  commit("first", "ffmpeg -v error -y -i \"$1\" -crf 10 \"$2\"\n");
  commit("second", "ffmpeg -v error -y -i \"$1\" -vf negate -crf 10 \"$2\"; sleep 1\n");
  const Finished run = run_program(
      program_path,
      {"branches", "first", "second", "--repository", path("program"), "--suite", tiny_suite(), "--pipeline",
       "command:sh {checkout}/swap.sh {input} {output}", "--passes", "1", "--out", "out", "--quiet"},
      {.folder = path(""), .environment = {{"FFBENCH_CACHE", path("cache")}}});
  EXPECT_EQ(run.exit_code, 4) << run.out << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("output of the head differs"));
  const nlohmann::json result = comparison("out")["results"][0];
  EXPECT_EQ(result["runtime"]["verdict"], "fail");
  EXPECT_GT(result["runtime"]["ratio"], 2);

  expect_refusal({"branches", "A", "B", "--pipeline", "command:true {input} {output}", "--out", "out"},
                 {"is the same on both sides", "{checkout}"});
  expect_refusal({"branches", "A", "B", "--pipeline", "command:{binary} {input} {output}", "--out", "out"},
                 {"--base-binary"});
  expect_refusal({"branches", "A", "B", "--pipeline", "command:{binary} {input} {output}", "--pipeline",
                  "enhanced/cpu", "--out", "out"},
                 {"sessions of their own"});
}

TEST_F(Comparisons, SelfTestCatchesABitAndACpuInAGpusPlace) {
  const Finished run =
      ffbench({"selftest", "--fault", "one-bit", "--fault", "gpu-on-cpu", "--clean-runs", "1", "--quiet"});
  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_THAT(run.out,
              testing::HasSubstr("2 of 2 faults caught, 0 skipped; 0 of 1 clean runs raised an alarm"));
}

}  // namespace
}  // namespace ffbench::test
