// Which commit a program says it was built from: that of its sources, not of the checkout in which
// it runs.

#include <algorithm>

#include "core/system/atomic_file.hpp"
#include "tests/cli/command_line.hpp"
#include "tests/support/paths.hpp"

namespace ffbench::test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

class BuiltFromTree : public CommandLine {
 protected:
  void SetUp() override {
    if (!has_program("git")) {
      GTEST_SKIP() << "git is not installed";
    }
    ASSERT_EQ(git({"init", "-q"}).exit_code, 0);
    put("room.cpp", "int x;\n");
    put("notes.md", "notes\n");
    commit();
  }

  Finished git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"-c", "user.name=A", "-c", "user.email=a@example.org"});
    return run_program("git", arguments, {.folder = path(""), .environment = {}});
  }
  void commit() const {
    ASSERT_EQ(git({"add", "."}).exit_code, 0);
    ASSERT_EQ(git({"commit", "-q", "-m", "x"}).exit_code, 0);
  }
  std::string head() const {
    std::string text = git({"rev-parse", "HEAD"}).out;
    std::erase(text, '\n');
    return text;
  }

  /// What the build would write of the folder.
  std::string written() const {
    const std::string out =
        path("../built_from.cpp").lexically_normal().string() + path("").filename().string();
    const Finished run =
        run_program("cmake", {"-DROOT=" + path("").string(), "-DOUT=" + out, "-DROOMS=room.cpp other", "-P",
                              source_path("cmake/WriteBuiltFrom.cmake")});
    EXPECT_EQ(run.exit_code, 0) << run.err;
    const std::string text = read_file(out);
    std::filesystem::remove(out);
    return text;
  }
};

TEST_F(BuiltFromTree, TheBuildWritesCommitAndLocalChanges) {
  EXPECT_THAT(written(), HasSubstr("{\"" + head() + "\", false}"));
  put("notes.md", "a program is not made of these\n");
  EXPECT_THAT(written(), HasSubstr("{\"" + head() + "\", false}"));
  put("room.cpp", "int y;\n");
  EXPECT_THAT(written(), HasSubstr("{\"" + head() + "\", true}"));
  commit();
  EXPECT_THAT(written(), HasSubstr("{\"" + head() + "\", false}"));
  std::filesystem::remove_all(path(".git"));
  EXPECT_THAT(written(), HasSubstr("{\"\", false}"));
}

TEST_F(BuiltFromTree, AnotherCheckoutIsNotTakenForIt) {
  const Finished here =
      ffbench_with({"doctor"}, {.folder = path(""), .environment = {{"FFBENCH_COMMIT", "told"}}});
  EXPECT_THAT(here.out, Not(HasSubstr(head())));
  if (!std::filesystem::exists(source_path(".git"))) {
    EXPECT_THAT(here.out, HasSubstr("commit told,"));
    GTEST_SKIP() << "this program was not built in a git checkout";
  }
  EXPECT_THAT(here.out, Not(HasSubstr("commit told")));
  const Finished run = ffbench(
      {"run", "suite", tiny_suite(), "--pipeline", "enhanced/cpu", "--repetitions", "1", "--out", "out"});
  ASSERT_LE(run.exit_code, 1) << "a gate may fail on so short a clip: " << run.err;
  const std::string commit = report().environment.commit;
  EXPECT_THAT(commit, MatchesRegex("[0-9a-f]{40}"));
  EXPECT_THAT(here.out, HasSubstr("commit " + commit));
}

}  // namespace
}  // namespace ffbench::test
