#include "core/system/temporary_file.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

std::set<std::string> names_in(const std::filesystem::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

/// Runs `body` in a process of its own; nothing of the tests' framework runs in it.
template <typename Body>
pid_t in_a_child(Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      body();
    } catch (...) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  return child;
}

int status_of(pid_t child) {
  int status = -1;
  ::waitpid(child, &status, 0);
  return status;
}

void make_older(const std::filesystem::path& path) {
  std::filesystem::last_write_time(path,
                                   std::filesystem::file_time_type::clock::now() - std::chrono::minutes(2));
}

/// What a process that is killed while it writes leaves; the path of the temporary file.
std::filesystem::path killed_while_writing(const std::filesystem::path& target) {
  const pid_t child = in_a_child([&] {
    TemporaryFile file(target);
    file.write("half", 4);
    ::raise(SIGKILL);
  });
  EXPECT_TRUE(WIFSIGNALED(status_of(child)));
  for (const std::string& name : names_in(target.parent_path())) {
    if (is_temporary_file(name)) {
      return target.parent_path() / name;
    }
  }
  ADD_FAILURE() << "nothing was left";
  return {};
}

TEST(TemporaryFile, WritersInTwoProcessesNeverMixAndLeaveNothing) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  std::set<pid_t> children;
  for (const char letter : {'a', 'b'}) {
    children.insert(in_a_child([&] {
      for (int i = 0; i < 50; ++i) {
        write_file_atomically(path, std::string(200000, letter));
      }
    }));
  }
  for (int i = 0; i < 200; ++i) {
    if (std::filesystem::exists(path)) {
      const std::string text = read_file(path);
      ASSERT_EQ(text.size(), 200000U);
      ASSERT_EQ(text.find_first_not_of(text[0]), std::string::npos);
    }
  }
  for (const pid_t child : children) {
    EXPECT_EQ(status_of(child), 0);
  }
  EXPECT_EQ(names_in(folder.path()), std::set<std::string>{"a.txt"});
}

// Processes of two containers have the same numbers: names of number and count are taken already.
TEST(TemporaryFile, FilesThatAreThereDoNotBlockIt) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  for (int i = 0; i < 2000; ++i) {
    const std::string name = path.string() + "." + std::to_string(::getpid()) + "." + std::to_string(i);
    const FileDescriptor made = open_descriptor(name + ".tmp", O_WRONLY | O_CREAT | O_EXCL);
    ASSERT_TRUE(made);
  }
  write_file_atomically(path, "x");
  EXPECT_EQ(read_file(path), "x");
}

TEST(TemporaryFile, WhatAKilledWriterLeftIsRemovedByTheNextOne) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  const std::filesystem::path left = killed_while_writing(path);
  make_older(left);
  write_file_atomically(path, "whole");
  EXPECT_EQ(read_file(path), "whole");
  EXPECT_EQ(names_in(folder.path()), std::set<std::string>{"a.txt"});
}

TEST(TemporaryFile, FilesThatAreFreshOrUnderConstructionOrOfOthersStay) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  const std::filesystem::path fresh = killed_while_writing(path);
  const pid_t slow_writer = in_a_child([&] {
    TemporaryFile file(folder.path() / "b.txt");
    file.write("whole", 5);
    make_older(file.path());
    ::raise(SIGSTOP);
    file.put_in_place();
  });
  int status = 0;
  ASSERT_EQ(::waitpid(slow_writer, &status, WUNTRACED), slow_writer);
  ASSERT_TRUE(WIFSTOPPED(status));
  for (const char* name : {"a.txt.tmp", "a.txt.ffbench-", "a.txt.ffbench-12345", "a.ffbench-12.456"}) {
    std::ofstream(folder.path() / name) << "of others";
    make_older(folder.path() / name);
  }
  const std::set<std::string> before = names_in(folder.path());
  EXPECT_EQ(before.size(), 6U);
  write_file_atomically(path, "x");
  std::set<std::string> after = names_in(folder.path());
  EXPECT_EQ(after.erase("a.txt"), 1U);
  EXPECT_EQ(after, before);
  EXPECT_TRUE(std::filesystem::exists(fresh));
  ::kill(slow_writer, SIGCONT);
  EXPECT_EQ(status_of(slow_writer), 0);
  EXPECT_EQ(read_file(folder.path() / "b.txt"), "whole");
}

TEST(TemporaryFile, HasTheModeThatTheMaskAllows) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  const pid_t child = in_a_child([&] {
    ::umask(027);
    write_file_atomically(path, "x");
  });
  ASSERT_EQ(status_of(child), 0);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST(TemporaryFile, IsGoneWhereItIsNotPutInPlace) {
  const test::TemporaryFolder folder;
  {
    TemporaryFile file(folder.path() / "a.txt");
    file.write("x", 1);
    EXPECT_TRUE(is_temporary_file(file.path()));
  }
  EXPECT_EQ(names_in(folder.path()), std::set<std::string>{});
}

TEST(TemporaryFolder, IsForThisUserAloneAndGoesWithWhatItHolds) {
  std::filesystem::path path;
  {
    const TemporaryFolder folder;
    const TemporaryFolder another;
    EXPECT_NE(folder.path(), another.path());
    path = folder.path();
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms::owner_all);
    write_file_atomically(path / "a", "x");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace ffbench
