#include "harness/history/history.hpp"

#include <atomic>
#include <barrier>
#include <chrono>
#include <thread>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

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

/// Runs statements on a database file.
void execute(const std::filesystem::path& path, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  sqlite3_close(database);
}

TEST(History, RefusesADatabaseOfAnotherProgramAndLeavesItAsItIs) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "other.db";
  for (const char* sql : {"CREATE TABLE bookmarks(url TEXT)",                 // user_version 0
                          "CREATE TABLE runs(x)", "PRAGMA application_id=7",  // another's, empty
                          "CREATE TABLE a(b); PRAGMA user_version=1",
                          "CREATE TABLE runs(id); CREATE TABLE figures(run); PRAGMA user_version=1"}) {
    SCOPED_TRACE(sql);
    std::filesystem::remove(path);
    execute(path, sql);
    const std::string before = read_file(path);
    try {
      const History history(path);
      ADD_FAILURE() << "taken for a history";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(path.string()));
      EXPECT_THAT(error.what(), testing::HasSubstr("another program"));
    }
    EXPECT_EQ(read_file(path), before);
  }
}

TEST(History, TakesAnEmptyFileAndAHistoryWithoutApplicationId) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "history.db";
  write_file_atomically(path, "");
  History(path).append(report("2026-01-01", 6));
  execute(path, "PRAGMA application_id=0");
  EXPECT_EQ(History(path).run_count(), 1);
  execute(path, "PRAGMA user_version=99");
  EXPECT_THROW(History{path}, Error) << "of a later version";
}

TEST(History, AFirstWriterThatWaitsForAnotherFindsItsTables) {
  const test::TemporaryFolder folder;
  const auto model = folder.path() / "model.db";
  History(model).append(report("2026-01-01", 6));
  std::string tables;
  {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(model.c_str(), &database), SQLITE_OK);
    const auto collect = [](void* text, int, char** values, char**) {
      *static_cast<std::string*>(text) += std::string(values[0]) + ";";
      return 0;
    };
    sqlite3_exec(database, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL", collect, &tables, nullptr);
    for (const char* pragma : {"application_id", "user_version"}) {
      tables += fmt::format("PRAGMA {}=", pragma);
      sqlite3_exec(database, fmt::format("PRAGMA {}", pragma).c_str(), collect, &tables, nullptr);
    }
    sqlite3_close(database);
  }
  const auto path = folder.path() / "history.db";
  sqlite3* first = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &first), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(first, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  std::string failure;
  {
    const std::jthread second([&] {
      try {
        History(path).append(report("2026-01-02", 7));
      } catch (const Error& error) {
        failure = error.what();
      }
    });
    // Long enough for it to look at the empty file and to wait for the lock.
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    EXPECT_EQ(sqlite3_exec(first, (tables + "COMMIT").c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(first);
  }
  sqlite3_close(first);
  EXPECT_EQ(failure, "");
  EXPECT_EQ(History(path).run_count(), 1);
}

TEST(History, FirstWritersAtTheSameMomentAllSucceed) {
  for (int round = 0; round < 20; ++round) {
    const test::TemporaryFolder folder;
    const auto path = folder.path() / "history.db";
    constexpr int writers = 6;
    std::barrier start(writers);
    std::atomic<int> failures{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < writers; ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        try {
          History(path).append(report(fmt::format("2026-01-{:02}", i + 1), 6));
        } catch (const Error& error) {
          ++failures;
          fmt::print("{}\n", error.what());
        }
      });
    }
    threads.clear();
    ASSERT_EQ(failures, 0);
    ASSERT_EQ(History(path).run_count(), writers);
  }
}

}  // namespace
}  // namespace ffbench
