#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "reports/report.hpp"

struct sqlite3;

namespace ffbench {

/// One value of a series.
struct HistoryPoint {
  std::string started;  ///< UTC, ISO 8601
  std::string commit;
  std::string machine;
  double value = 0;
};

/// A figure of a pipeline on a fixture over the runs, on one machine.
struct HistorySeries {
  std::string fixture;
  std::string pipeline;
  std::string metric;
  std::string machine;
  std::vector<HistoryPoint> points;  ///< by time
};

struct HistoryQuery {
  std::string fixture = "*";                      ///< glob of SQLite: * ? [a-c] [^a-c]
  std::string pipeline = "*";                     ///< glob
  std::string metric = "timing.speedup_vs_base";  ///< glob
};

/// Results of runs, accumulated in an SQLite file: tables `runs` and `figures`, application_id
/// "ffbs", user_version 1. A file of a later version is refused, and so is a database of another
/// program. Several processes may open and append at once.
class History {
 public:
  /// Opens or makes the file. Throws `Error` that names it where it is not a history of this program.
  explicit History(const std::filesystem::path& path);

  /// Appends a report, whole or not at all. The same run (start and program) twice changes nothing.
  void append(const Report& report);

  [[nodiscard]] std::vector<HistorySeries> series(const HistoryQuery& query) const;
  [[nodiscard]] int run_count() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  [[nodiscard]] int number_of(const std::string& query) const;
  [[nodiscard]] bool is_current() const;
  [[nodiscard]] bool has_our_tables() const;
  /// Makes the tables in an empty file; refuses any other that is not a history.
  void prepare() const;
  void execute(const std::string& sql) const;
  [[noreturn]] void wrong(const std::string& what) const;

  std::filesystem::path path_;
  std::unique_ptr<sqlite3, Close> database_;
};

/// "started,commit,machine,fixture,pipeline,metric,value" and a line a point (RFC 4180).
std::string to_csv(const std::vector<HistorySeries>& series);

}  // namespace ffbench
