// Comparisons through the command line: interleaved sessions, kill and resume, broken arms.

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "core/atomic_file.hpp"
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

  /// An executable script of that name.
  [[nodiscard]] std::string script(const std::string& name, const std::string& text) const {
    put(name, "#!/bin/sh\n" + text);
    ::chmod(path(name).c_str(), 0755);
    return path(name);
  }
};

TEST_F(Comparisons, ResumeAfterAKillWithTheStoredPairs) {
  std::vector<std::string> killed{"-s", "KILL", "2", program_path};
  const std::vector<std::string> arguments = session("out", {"--runtime-only"});
  killed.insert(killed.end(), arguments.begin(), arguments.end());
  RunOptions options;
  options.folder = path("");
  options.environment = {{"FFBENCH_CACHE", cache_path}};
  run_program("timeout", killed, options);
  const std::string before = read_file(path("out/pairs.jsonl"));

  const Finished resumed = ffbench(session("out", {"--runtime-only", "--resume"}));
  EXPECT_THAT(resumed.exit_code, testing::AnyOf(0, 1, 3)) << resumed.err;
  const std::string after = read_file(path("out/pairs.jsonl"));
  const std::string complete = before.substr(0, before.rfind('\n') + 1);
  EXPECT_EQ(after.substr(0, complete.size()), complete) << "what was stored stays";

  // Once decided, nothing is measured again, and the same pairs give the same verdict.
  const nlohmann::json first = comparison("out");
  const Finished again = ffbench(session("out", {"--runtime-only", "--resume"}));
  EXPECT_EQ(again.exit_code, resumed.exit_code);
  EXPECT_EQ(read_file(path("out/pairs.jsonl")), after);
  EXPECT_EQ(comparison("out")["results"], first["results"]);
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

TEST_F(Comparisons, AreErrorsWhereAnArmIsBroken) {
  const auto with_head = [this](const std::string& head) {
    std::vector<std::string> arguments = session("out", {"--runtime-only"});
    arguments[6] = head;
    return arguments;
  };
  expect_refusal(with_head(path("none")), {"none: no program"});
  expect_refusal(with_head(script("crashes", "kill -SEGV $$")), {"crashes", "exit code 139"});
  expect_refusal(with_head(script("silent", "exit 0")), {"silent: not a sample"});
  expect_refusal(with_head("/bin/echo"), {"/bin/echo: not a sample"});
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
  expect_refusal(
      {"branches", "no-such", "HEAD", "--repository", path("repository"), "--out", "out", "--quiet"},
      {"'no-such'", "git knows no such commit"});
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
