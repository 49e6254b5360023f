#include "tests/cli/command_line.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <set>

#include <fmt/format.h>

#include "core/system/atomic_file.hpp"
#include "reports/report_json.hpp"

namespace ffbench::test {
namespace {

constexpr std::array report_files{"report.json", "report.html", "junit.xml", "summary.md", "benchmark.json"};

std::string earlier(const char* name) {
  return fmt::format("{} of an earlier run\n", name);
}

}  // namespace

Finished CommandLine::ffbench(const std::vector<std::string>& arguments) const {
  return ffbench_with(arguments, {.folder = folder_.path(), .environment = {}});
}

std::string CommandLine::put(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
  return name;
}

void CommandLine::expect_refusal(const std::vector<std::string>& arguments,
                                 const std::vector<std::string>& parts) const {
  SCOPED_TRACE(fmt::format("ffbench {}", fmt::join(arguments, " ")));
  const Finished run = ffbench(arguments);
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, testing::StartsWith("ffbench: "));
  EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
  EXPECT_THAT(run.err, testing::EndsWith("\n"));
  for (const std::string& part : parts) {
    EXPECT_THAT(run.err, testing::HasSubstr(part));
  }
}

void CommandLine::put_earlier_report() const {
  std::filesystem::create_directories(path("out"));
  for (const char* name : report_files) {
    put(std::string("out/") + name, earlier(name));
  }
}

void CommandLine::expect_earlier_report() const {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path("out"))) {
    names.insert(entry.path().filename());
  }
  EXPECT_EQ(names, std::set<std::string>(report_files.begin(), report_files.end()));
  for (const char* name : report_files) {
    EXPECT_EQ(read_file(path("out") / name), earlier(name));
  }
}

Report CommandLine::report(const std::string& folder) const {
  return read_report(path(folder));
}

std::string CommandLine::tiny_suite(const std::string& scenario) const {
  return put("tiny.json",
             fmt::format(R"({{"schema": "ffbench.suite/1", "name": "tiny", "description": "One small clip",
    "fixtures": [{{"scenario": "{}", "width": 320, "height": 180, "frames": 6, "crop_size": 128}}]}})",
                         scenario));
}

std::string gates_with(const Report& report, const std::vector<GateVerdict>& verdicts) {
  std::string text;
  for (const GateResult& gate : report.gates) {
    if (std::ranges::find(verdicts, gate.verdict) != verdicts.end()) {
      text += fmt::format("{}, {}: {}: {}\n", gate.fixture, gate.pipeline, gate.name, gate.reason);
    }
  }
  return text;
}

}  // namespace ffbench::test
