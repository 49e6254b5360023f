#include "harness/history/history.hpp"

#include <iomanip>
#include <sstream>

#include <fmt/core.h>
#include <sqlite3.h>

#include "core/error.hpp"
#include "reports/metric_table.hpp"

namespace ffbench {
namespace {

constexpr int version = 1;
/// "ffbs" in the file's header: databases of other programs are refused.
constexpr int application = 0x66666273;
constexpr const char* schema = R"(
CREATE TABLE runs(id INTEGER PRIMARY KEY, started TEXT NOT NULL, commit_name TEXT NOT NULL, dirty INTEGER,
                  machine TEXT NOT NULL, suite TEXT NOT NULL, binary_digest TEXT NOT NULL, verdict TEXT NOT NULL,
                  UNIQUE(started, binary_digest, suite));
CREATE TABLE figures(run INTEGER NOT NULL REFERENCES runs(id), fixture TEXT NOT NULL, pipeline TEXT NOT NULL,
                     metric TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY(run, fixture, pipeline, metric)) WITHOUT ROWID;
)";

/// A prepared statement.
class Statement {
 public:
  Statement(sqlite3* database, const char* sql, const std::filesystem::path& path)
      : database_(database), path_(path) {
    if (sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) != SQLITE_OK) {
      fail("{}: {}; is it a history of ffbench?", path.string(), sqlite3_errmsg(database));
    }
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int place, const std::string& text) {
    // Null instead of SQLITE_TRANSIENT's cast: the text outlives the step.
    sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()), nullptr);
  }
  void bind(int place, double value) { sqlite3_bind_double(statement_, place, value); }
  void bind(int place, std::int64_t value) { sqlite3_bind_int64(statement_, place, value); }

  /// Whether there is a row.
  bool step() {
    const int result = sqlite3_step(statement_);
    if (result != SQLITE_ROW && result != SQLITE_DONE) {
      fail("{}: {}; {}", path_.string(), sqlite3_errmsg(database_),
           result == SQLITE_NOTADB ? "choose another file for the history"
                                   : "is the disk full, or is another program writing?");
    }
    return result == SQLITE_ROW;
  }
  void reset() { sqlite3_reset(statement_); }
  [[nodiscard]] std::string text(int column) const {
    const auto* value = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return value == nullptr
               ? std::string()
               : std::string(value, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }
  [[nodiscard]] double number(int column) const { return sqlite3_column_double(statement_, column); }
  [[nodiscard]] int integer(int column) const { return sqlite3_column_int(statement_, column); }

 private:
  sqlite3* database_;
  const std::filesystem::path& path_;
  sqlite3_stmt* statement_ = nullptr;
};

std::string machine_of(const Environment& environment) {
  return environment.gpu.empty()
             ? fmt::format("{} x{}", environment.cpu, environment.cores)
             : fmt::format("{} x{}, {}", environment.cpu, environment.cores, environment.gpu);
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) {
    return text;
  }
  std::ostringstream field;
  field << std::quoted(text, '"', '"');
  return field.str();
}

}  // namespace

void History::Close::operator()(sqlite3* database) const {
  sqlite3_close(database);
}

History::History(const std::filesystem::path& path) : path_(path) {
  sqlite3* database = nullptr;
  // Absolute: SQLite opens a database in memory for the name ":memory:".
  const int result = sqlite3_open(std::filesystem::absolute(path).c_str(), &database);
  database_.reset(database);
  if (result != SQLITE_OK) {
    wrong(database == nullptr ? "cannot be opened" : sqlite3_errmsg(database));
  }
  constexpr int patience_ms = 10'000;
  sqlite3_busy_timeout(database, patience_ms);
  if (is_current()) {
    return;
  }
  // Looked at again under the lock: of two first writers the second finds the tables of the first.
  execute("BEGIN IMMEDIATE");
  try {
    prepare();
  } catch (const Error&) {
    sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
  execute("COMMIT");
}

int History::number_of(const std::string& query) const {
  Statement statement(database_.get(), query.c_str(), path_);
  return statement.step() ? statement.integer(0) : 0;
}

bool History::is_current() const {
  return number_of("PRAGMA application_id") == application && number_of("PRAGMA user_version") == version;
}

void History::prepare() const {
  const int id = number_of("PRAGMA application_id");
  const int found = number_of("PRAGMA user_version");
  const int objects = number_of("SELECT count(*) FROM sqlite_master");
  // Histories of version 1 had no application id at first.
  const bool ours = id == application || (id == 0 && found == version && has_our_tables());
  if (ours && found > version) {
    fail("{}: a history of version {}, this ffbench knows up to {}; use a newer ffbench", path_.string(),
         found, version);
  }
  if (!ours && (id != 0 || found != 0 || objects != 0)) {
    wrong("is a database of another program");
  }
  if (objects == 0) {
    execute(schema);
  }
  execute(fmt::format("PRAGMA application_id={};PRAGMA user_version={};", application, version));
}

bool History::has_our_tables() const {
  return number_of(
             "SELECT count(*) FROM pragma_table_info('runs') WHERE name IN "
             "('id', 'started', 'commit_name', 'machine', 'suite', 'binary_digest', 'verdict')") == 7 &&
         number_of(
             "SELECT count(*) FROM pragma_table_info('figures') WHERE name IN "
             "('run', 'fixture', 'pipeline', 'metric', 'value')") == 5;
}

void History::wrong(const std::string& what) const {
  fail("{}: {}; choose another file for the history", path_.string(), what);
}

void History::execute(const std::string& sql) const {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    const std::string what = sqlite3_errmsg(database_.get());
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    wrong(what);
  }
}

void History::append(const Report& report) {
  const Environment& environment = report.environment;
  execute("BEGIN IMMEDIATE");
  try {
    Statement run(
        database_.get(),
        "INSERT OR IGNORE INTO runs(started, commit_name, dirty, machine, suite, binary_digest, verdict) "
        "VALUES(?,?,?,?,?,?,?)",
        path_);
    const std::string machine = machine_of(environment);
    const std::string verdict(name_of(report.verdict));
    run.bind(1, environment.started);
    run.bind(2, environment.commit);
    run.bind(3, std::int64_t{environment.dirty.value_or(false) ? 1 : 0});
    run.bind(4, machine);
    run.bind(5, report.suite);
    run.bind(6, environment.binary_digest);
    run.bind(7, verdict);
    run.step();
    if (sqlite3_changes(database_.get()) > 0) {
      const std::int64_t id = sqlite3_last_insert_rowid(database_.get());
      Statement figure(database_.get(), "INSERT INTO figures VALUES(?,?,?,?,?)", path_);
      for (const Result& result : report.results) {
        for (const Metric& metric : metric_table()) {
          if (const auto value = metric.get(result)) {
            const std::string name(metric.name);
            figure.bind(1, id);
            figure.bind(2, result.fixture);
            figure.bind(3, result.pipeline);
            figure.bind(4, name);
            figure.bind(5, *value);
            figure.step();
            figure.reset();
          }
        }
      }
    }
  } catch (const Error&) {
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
  execute("COMMIT");
}

std::vector<HistorySeries> History::series(const HistoryQuery& query) const {
  Statement rows(database_.get(),
                 "SELECT fixture, pipeline, metric, machine, started, commit_name, value FROM figures JOIN "
                 "runs ON run = id "
                 "WHERE fixture GLOB ? AND pipeline GLOB ? AND metric GLOB ? "
                 "ORDER BY fixture, pipeline, metric, machine, started, id",
                 path_);
  rows.bind(1, query.fixture);
  rows.bind(2, query.pipeline);
  rows.bind(3, query.metric);
  std::vector<HistorySeries> result;
  while (rows.step()) {
    const std::string fixture = rows.text(0);
    const std::string pipeline = rows.text(1);
    const std::string metric = rows.text(2);
    const std::string machine = rows.text(3);
    if (result.empty() || result.back().fixture != fixture || result.back().pipeline != pipeline ||
        result.back().metric != metric || result.back().machine != machine) {
      result.push_back({fixture, pipeline, metric, machine, {}});
    }
    result.back().points.push_back({rows.text(4), rows.text(5), machine, rows.number(6)});
  }
  return result;
}

int History::run_count() const {
  Statement count(database_.get(), "SELECT count(*) FROM runs", path_);
  count.step();
  return count.integer(0);
}

std::string to_csv(const std::vector<HistorySeries>& series) {
  std::string out = "started,commit,machine,fixture,pipeline,metric,value\r\n";
  for (const HistorySeries& one : series) {
    for (const HistoryPoint& point : one.points) {
      out += fmt::format("{},{},{},{},{},{},{}\r\n", csv_field(point.started), csv_field(point.commit),
                         csv_field(point.machine), csv_field(one.fixture), csv_field(one.pipeline),
                         csv_field(one.metric), point.value);
    }
  }
  return out;
}

}  // namespace ffbench
