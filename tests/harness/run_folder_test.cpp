#include "harness/run/run_folder.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "reports/report_json.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

using testing::HasSubstr;

Report head() {
  Report report;
  report.suite = "two";
  report.environment.binary_digest = "d";
  report.environment.started = "2026-01-02T00:00:00Z";
  report.settings = {{"repetitions", "3"}, {"threads", "1"}};
  report.fixtures = {"a", "b"};
  report.shard = "1/2";
  return report;
}

Result result(const std::string& fixture, ResultStatus status = ResultStatus::ok, bool timed = true) {
  Result result;
  result.fixture = fixture;
  result.pipeline = "enhanced/cpu";
  result.status = status;
  if (timed) {
    result.timing.emplace();
  }
  return result;
}

class RunFolderTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path out() const { return folder_.path() / "out"; }

  /// The message with which the folder is refused, or "".
  std::string refusal(const Report& report) {
    try {
      RunFolder(out(), report, true);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

 private:
  test::TemporaryFolder folder_;
};

TEST_F(RunFolderTest, WhatWasKeptIsTakenOverByTheRunThatContinues) {
  {
    const RunFolder first(out(), head(), false);
    first.keep("a", {result("a")});
    first.keep("b", {result("b", ResultStatus::ok, false)});
    EXPECT_EQ(first.kept("a"), nullptr) << "kept for the next run";
  }
  Report later = head();
  later.environment.started = "2026-01-03T00:00:00Z";
  const RunFolder second(out(), later, true);
  ASSERT_NE(second.kept("a"), nullptr);
  EXPECT_TRUE(second.kept("a")->finished);
  EXPECT_EQ(second.kept("a")->results.at(0).fixture, "a");
  ASSERT_NE(second.kept("b"), nullptr);
  EXPECT_FALSE(second.kept("b")->finished) << "its times are still to be taken";
  EXPECT_EQ(second.kept("c"), nullptr);
  EXPECT_EQ(second.started(), "2026-01-02T00:00:00Z") << "when the run began that is continued";
}

TEST_F(RunFolderTest, ANewRunForgetsWhatAnUnfinishedOneLeft) {
  { RunFolder(out(), head(), false).keep("a", {result("a")}); }
  { const RunFolder fresh(out(), head(), false); }
  EXPECT_EQ(RunFolder(out(), head(), true).kept("a"), nullptr);
}

TEST_F(RunFolderTest, FixturesThatFailedAreTriedAgain) {
  {
    const RunFolder first(out(), head(), false);
    first.keep("a", {result("a"), result("a", ResultStatus::failed)});
    first.keep("b", {result("b"), result("b", ResultStatus::skipped)});
  }
  const RunFolder second(out(), head(), true);
  EXPECT_EQ(second.kept("a"), nullptr);
  ASSERT_NE(second.kept("b"), nullptr);
  EXPECT_EQ(second.kept("b")->results.size(), 1U) << "what was skipped is looked at again";
}

TEST_F(RunFolderTest, AWholeReportIsContinuedToo) {
  Report whole = head();
  whole.results = {result("a")};
  {
    const RunFolder first(out(), head(), false);
    first.keep("b", {result("b")});
    first.finish(whole);
  }
  EXPECT_TRUE(std::filesystem::exists(out() / "report.json"));
  EXPECT_FALSE(std::filesystem::exists(out() / "parts")) << "gone once the whole report is there";
  const RunFolder second(out(), head(), true);
  EXPECT_NE(second.kept("a"), nullptr);
  EXPECT_EQ(second.kept("b"), nullptr);
}

TEST_F(RunFolderTest, ARunWithOtherSettingsIsNotContinued) {
  { RunFolder(out(), head(), false).keep("a", {result("a")}); }
  EXPECT_EQ(refusal(head()), "");
  Report other = head();
  other.suite = "three";
  EXPECT_THAT(refusal(other), HasSubstr("is of suite 'two', not 'three'"));
  other = head();
  other.environment.binary_digest = "e";
  EXPECT_THAT(refusal(other), HasSubstr("another build of ffbench (binary d, not e)"));
  other = head();
  other.settings["threads"] = "2";
  EXPECT_THAT(refusal(other), HasSubstr("was made with threads '1', not '2'"));
  other = head();
  other.settings.erase("threads");
  EXPECT_THAT(refusal(other), HasSubstr("was made with threads '1', not ''"));
  other = head();
  other.settings["more"] = "x";
  EXPECT_THAT(refusal(other), HasSubstr("was made with more '', not 'x'"));
  other = head();
  other.shard = "2/2";
  EXPECT_THAT(refusal(other), HasSubstr("is of shard '1/2', not '2/2'"));
}

TEST_F(RunFolderTest, NamesOfFixturesStayInsideTheFolderAndApart) {
  const std::vector<std::string> names{"../up", "a/b", "a%2fb", ".hidden", "plain-1_x.y", "b", "B"};
  {
    const RunFolder first(out(), head(), false);
    for (const std::string& name : names) {
      first.keep(name, {result(name)});
    }
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(out())) {
    files += entry.path().extension() == ".json" ? 1 : 0;
    EXPECT_TRUE(entry.path().parent_path() == out() || entry.path().parent_path() == out() / "parts")
        << entry.path();
  }
  EXPECT_EQ(files, names.size());
  const RunFolder second(out(), head(), true);
  for (const std::string& name : names) {
    ASSERT_NE(second.kept(name), nullptr) << name;
    EXPECT_EQ(second.kept(name)->results.at(0).fixture, name);
  }
}

TEST_F(RunFolderTest, BelongsToOneRunAtATime) {
  auto first = std::make_unique<RunFolder>(out(), head(), false);
  EXPECT_THROW(RunFolder(out(), head(), false), Error);
  first.reset();
  EXPECT_NO_THROW(RunFolder(out(), head(), false));
}

}  // namespace
}  // namespace ffbench
