#include "harness/history/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

Report report(const std::string& started, double speedup) {
  Report report;
  report.suite = "smoke";
  report.environment.started = started;
  report.environment.cpu = "a \"CPU\", fast";
  report.environment.binary_digest = std::string(8, 'd');
  Result result;
  result.fixture = "talk";
  result.pipeline = "enhanced/cpu";
  result.timing.emplace();
  result.timing->speedup_vs_base = speedup;
  report.results.push_back(result);
  return report;
}

TEST(History, KeepsRunsInOrderOfTimeAndEachOnce) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "history.db";
  {
    History history(path);
    history.append(report("2026-01-02", 6.5));
    history.append(report("2026-01-01", 6));
    history.append(report("2026-01-01", 6));
  }
  const History history(path);
  EXPECT_EQ(history.run_count(), 2);
  const auto series = history.series({});
  ASSERT_EQ(series.size(), 1U);
  ASSERT_EQ(series[0].points.size(), 2U);
  EXPECT_EQ(series[0].points[0].value, 6);
  EXPECT_EQ(series[0].points[1].value, 6.5);
  EXPECT_TRUE(history.series({.fixture = "turn*"}).empty());
  EXPECT_THAT(to_csv(series), testing::HasSubstr("2026-01-01,,\"a \"\"CPU\"\", fast x0\",talk,enhanced/cpu,"
                                                 "timing.speedup_vs_base,6\r\n"));
}

TEST(History, RefusesAFileThatIsNone) {
  const test::TemporaryFolder folder;
  write_file_atomically(folder.path() / "text",
                        "this is no database, and it is long enough to be read as one");
  EXPECT_THROW(History(folder.path() / "text"), Error);
  EXPECT_THROW(History(folder.path() / "no" / "folder"), Error);
}

}  // namespace
}  // namespace ffbench
