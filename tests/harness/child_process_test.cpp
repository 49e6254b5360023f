#include "harness/system/child_process.hpp"

#include <chrono>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

/// Waits for a file with the number of a process.
pid_t process_in(const std::filesystem::path& file) {
  for (int i = 0; i < 2000; ++i) {
    if (std::filesystem::exists(file)) {
      if (const std::string text = read_file(file); text.ends_with('\n')) {
        return std::stoi(text);
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw std::runtime_error(file.string() + " did not appear");
}

/// Whether a process is gone, or is within ten seconds. One that was not waited for yet counts as
/// gone.
bool ends(pid_t process) {
  for (int i = 0; i < 2000; ++i) {
    const std::filesystem::path file = "/proc/" + std::to_string(process) + "/stat";
    if (!std::filesystem::exists(file) || read_file(file).find(") Z ") != std::string::npos) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

TEST(ChildProcess, GivesOutputsExitCodeAndSignal) {
  const ChildResult run = run_child("sh", {"-c", "echo out; echo err >&2; echo $X; exit 3"},
                                    {.environment = {{"X", "z"}, {"X", "y"}}});
  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.out, "out\ny\n");
  EXPECT_EQ(run.err, "err\n");
  EXPECT_FALSE(run.timed_out);
  EXPECT_GT(run.peak_memory_bytes, 100'000);
  EXPECT_EQ(run_child("sh", {"-c", "kill -9 $$"}).exit_code, 137);
  EXPECT_EQ(run_child("sh", {"-c", "exit 127"}).exit_code, 127);
}

TEST(ChildProcess, KeepsAllOfALongOutput) {
  EXPECT_EQ(run_child("head", {"-c", "1000000", "/dev/zero"}).out, std::string(1'000'000, '\0'));
}

TEST(ChildProcess, ThatCannotBeStartedIsAnErrorThatSaysWhy) {
  try {
    run_child("/no/such/program", {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("/no/such/program: cannot be started (No such file"));
  }
  EXPECT_THROW(run_child("sh", {}, {.folder = "/no/such/folder"}), Error);
  EXPECT_THROW(run_child("sh", {}, {.log = "/no/such/folder/log"}), Error);
}

TEST(ChildProcess, AppendsWhatItPrintsToALog) {
  const test::TemporaryFolder folder;
  const auto log = folder.path() / "log";
  for (int i = 0; i < 2; ++i) {
    const ChildResult run = run_child("sh", {"-c", "pwd; echo err >&2"}, {.folder = "/", .log = log});
    EXPECT_EQ(run.out + run.err, "");
  }
  EXPECT_EQ(read_file(log), "/\nerr\n/\nerr\n");
}

TEST(ChildProcess, IsKilledWithItsChildrenAfterTheTimeOut) {
  const test::TemporaryFolder folder;
  const auto pid = folder.path() / "pid";
  const ChildResult run = run_child(
      "sh", {"-c", "sleep 600 & echo $! >" + shell_word(pid.string()) + "; wait"}, {.timeout_s = 0.3});
  EXPECT_TRUE(run.timed_out);
  EXPECT_GE(run.wall_s, 0.3);
  EXPECT_TRUE(ends(process_in(pid)));
}

TEST(ChildProcess, LeavesNothingRunningWhenItEnds) {
  const test::TemporaryFolder folder;
  const auto pid = folder.path() / "pid";
  const ChildResult run = run_child("sh", {"-c", "sleep 600 & echo $! >" + shell_word(pid.string())});
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_LT(run.wall_s, 60);
  EXPECT_TRUE(ends(process_in(pid)));
}

TEST(ChildProcess, EndsWithItsParentHoweverThatEnds) {
  const test::TemporaryFolder folder;
  const auto pid = folder.path() / "pid";
  const pid_t parent = ::fork();
  if (parent == 0) {
    run_child("sh", {"-c", "echo $$ >" + shell_word(pid.string()) + "; exec sleep 600"});
    ::_exit(0);
  }
  const pid_t child = process_in(pid);
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  EXPECT_TRUE(ends(child));
}

TEST(ChildProcess, TextsForShellsAndReasons) {
  EXPECT_EQ(last_line("a\nb\n\n"), "b");
  EXPECT_EQ(last_line("only\n"), "only");
  EXPECT_EQ(last_line("12 %\r34 %\n"), "34 %");
  EXPECT_EQ(last_line(" \n"), "");
  EXPECT_EQ(run_child("sh", {"-c", "printf %s " + shell_word("it's \"$X\"")}).out, "it's \"$X\"");
}

TEST(ChildProcess, IsNotWaitedForByAProcessThatLeftItsGroup) {
  const test::TemporaryFolder folder;
  const auto pid = folder.path() / "pid";
  const auto started = std::chrono::steady_clock::now();
  // It holds the pipes open, and prints for as long as it lives.
  const ChildResult run =
      run_child("sh", {"-c", "echo before; setsid sh -c 'echo $$ >" + pid.string() +
                                 "; while sleep 0.01; do echo more; done' & while [ ! -s " + pid.string() +
                                 " ]; do sleep 0.01; done; echo after >&2"});
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out.substr(0, 7), "before\n");
  EXPECT_EQ(run.err, "after\n");
  ::kill(-static_cast<pid_t>(std::stoi(read_file(pid))), SIGKILL);
}

}  // namespace
}  // namespace ffbench
