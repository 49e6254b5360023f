// Histories: SQLite files from anywhere are read, written to and read again, or refused.

#include "harness/history/history.hpp"

#include <fstream>

#include "core/system/temporary_file.hpp"
#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  // SQLite wants a file with a name and a folder of its own.
  static const TemporaryFolder folder;
  const std::filesystem::path path = folder.path() / "history.db";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
  fuzz::accepts(
      [&](std::string_view) {
        History history(path);
        to_csv(history.series({.metric = "*"}));
        Report report;
        report.environment.started = "2026-01-01T00:00:00Z";
        Result& result = report.results.emplace_back();
        result.fixture = "talk";
        result.timing.emplace().speedup_vs_base = 7;
        history.append(report);
        to_csv(history.series({.metric = "*"}));
        static_cast<void>(history.run_count());
      },
      data, size);
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::filesystem::remove(entry.path());
  }
  return 0;
}
