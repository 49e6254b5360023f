#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "reports/base64.hpp"
#include "reports/benchmark_json.hpp"
#include "reports/escape.hpp"
#include "reports/html.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/report_files.hpp"
#include "reports/report_json.hpp"
#include "tests/reports/python_tool.hpp"
#include "tests/reports/sample_report.hpp"

namespace ffbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Text of others that tries to break every format.
constexpr const char* hostile = "a<b>&\"'|`*_ \x1b[31m \xff </script><img src=http://x.y> {{suite}}";

Report hostile_report() {
  Report report = sample_report();
  report.results[0].fixture = hostile;
  report.results[0].notes = {hostile};
  report.results[4].reason = hostile;
  report.suite = report.command_line = hostile;
  report.gates[0].name = report.gates[0].reason = hostile;
  report.warnings = report.reasons = {hostile};
  report.environment.cpu = hostile;
  return report;
}

class Folder {
 public:
  Folder() : path_(testing::TempDir() + "ffbench_reports_" + std::to_string(getpid())) {
    std::filesystem::remove_all(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

TEST(BenchmarkJson, IsReadByGoogleBenchmarksOwnTool) {
  const std::string tool = "/usr/bin/python3 /usr/share/benchmark/compare.py";
  if (std::system((tool + " --help >/dev/null 2>&1").c_str()) != 0) {
    GTEST_SKIP() << "libbenchmark-tools with python3-scipy is not installed";
  }
  const Folder folder;
  std::filesystem::create_directories(folder.path());
  Report slower = small_report();
  for (Result& result : slower.results) {
    for (double& seconds : result.timing->repetitions) {
      seconds *= 2;
    }
  }
  const auto base = folder.path() / "base.json";
  const auto head = folder.path() / "head.json";
  const auto told = folder.path() / "told";
  write_file_atomically(base, to_benchmark_json(small_report()));
  write_file_atomically(head, to_benchmark_json(slower));
  EXPECT_EQ(std::system(fmt::format("{} --no-color benchmarks '{}' '{}' >'{}' 2>&1", tool, base.string(),
                                    head.string(), told.string())
                            .c_str()),
            0)
      << read_file(told);
  EXPECT_THAT(read_file(told),
              testing::AllOf(HasSubstr(small_report().results[1].pipeline), HasSubstr("+1.0000")));
}

TEST(JUnit, IsWellFormedAndCountsWhatItHolds) {
  const Folder folder;
  std::filesystem::create_directories(folder.path());
  write_file_atomically(folder.path() / "junit.xml", to_junit(hostile_report()));
  const ToolOutput output = run_python(R"(
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
def check(node, cases):
    for tag, name in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        assert int(node.get(name)) == sum(c.find(tag) is not None for c in cases), name
    assert int(node.get("tests")) == len(cases)
    return len(cases)
total = sum(check(suite, suite.findall("testcase")) for suite in root)
assert check(root, list(root.iter("testcase"))) == total
print(total, len(root), root.get("failures"))
)",
                                       "'" + (folder.path() / "junit.xml").string() + "'");
  EXPECT_EQ(output.exit_status, 0) << output.text;
  const Report report = hostile_report();
  EXPECT_THAT(output.text,
              testing::StartsWith(std::to_string(report.results.size() + report.gates.size()) + " "));
}

TEST(JUnit, FollowsItsSchema) {
  if (std::system("xmllint --version >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "xmllint (libxml2-utils) is not installed";
  }
  const Folder folder;
  std::filesystem::create_directories(folder.path());
  const auto valid = [&](const std::string& xml) {
    write_file_atomically(folder.path() / "junit.xml", xml);
    return std::system(fmt::format("xmllint --noout --schema '{}' '{}' >/dev/null 2>&1",
                                   data_path("reports/junit.xsd").string(),
                                   (folder.path() / "junit.xml").string())
                           .c_str()) == 0;
  };
  EXPECT_TRUE(valid(to_junit(sample_report())));
  EXPECT_TRUE(valid(to_junit(hostile_report())));
  EXPECT_TRUE(valid(to_junit(Report())));
  std::string wrong = to_junit(sample_report());
  wrong.replace(wrong.find("testcase"), 8, "testlace");
  EXPECT_FALSE(valid(wrong));
}

TEST(JUnit, TellsFailuresErrorsAndSkips) {
  const std::string xml = to_junit(sample_report());
  EXPECT_THAT(xml, HasSubstr("<failure message=\"fail: equality.mismatches is 3 bytes, wanted 0 bytes\""));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"no CUDA device\"/>"));
  EXPECT_THAT(xml, HasSubstr("<skipped message=\"expected_fail: "));
}

TEST(Escape, LeavesNothingForAMarkupReader) {
  EXPECT_EQ(xml_escape("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
  EXPECT_EQ(xml_escape("\x01z\x1b"), "\xEF\xBF\xBDz\xEF\xBF\xBD");
  EXPECT_EQ(xml_escape("é€😀"), "é€😀");
  // Overlong, surrogate, beyond Unicode, cut off.
  EXPECT_EQ(xml_escape("\xC0\xAF"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(xml_escape("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(xml_escape("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(xml_escape("\xEF\xBF\xBF"), "\xEF\xBF\xBD");
  EXPECT_EQ(markdown_escape("a|b\nc`<d>"), "a\\|b c\\`&lt;d&gt;");
}

TEST(Base64, FollowsTheTestVectorsOfItsStandard) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_TRUE(is_base64("Zm8="));
  EXPECT_FALSE(is_base64("Zm8=\"onload"));
  EXPECT_FALSE(is_base64("a b"));
}

TEST(Markdown, HasTheVerdictAndARowPerResult) {
  const std::string text = to_markdown(small_report());
  EXPECT_THAT(text, HasSubstr("## ffbench smoke: ⚠️ inconclusive"));
  EXPECT_THAT(
      text, HasSubstr("| talk | enhanced/cpu | 250 ms | 8.00 x | 22.00 | 22.00 | 1 (1 tail) | - | equal |"));
  EXPECT_THAT(to_markdown(hostile_report()), Not(HasSubstr("<img")));
}

TEST(BenchmarkJson, HasTheFormThatItsToolsRead) {
  const std::string text = to_benchmark_json(small_report());
  EXPECT_THAT(text, HasSubstr("\"name\": \"talk/enhanced/cpu\""));
  EXPECT_THAT(text, HasSubstr("\"real_time\": 250.0"));
  EXPECT_THAT(text, HasSubstr("\"aggregate_name\": \"median\""));
  const ToolOutput output = run_python(R"(
import json, sys
report = json.loads(sys.stdin.read() if len(sys.argv) < 2 else open(sys.argv[1]).read())
for entry in report["benchmarks"]:
    for key in ("name", "run_name", "run_type", "iterations", "real_time", "cpu_time", "time_unit"):
        assert key in entry, key
print(len(report["benchmarks"]))
)",
                                       "<<'EOT'\n" + text + "\nEOT\n");
  EXPECT_EQ(output.text, "10\n");
}

TEST(Html, LoadsNothingFromElsewhere) {
  for (const Report& report : {sample_report(), hostile_report()}) {
    const std::string page = to_html(report);
    // Quotes in text of others are escaped, so these are attributes; scripts have none (next test).
    const std::string markup = page.substr(0, page.find("<script"));
    for (const std::string attribute :
         {"src=\"", "href=\"", "srcset=\"", "action=\"", "poster=\"", "data=\""}) {
      for (auto at = markup.find(attribute); at != std::string::npos; at = markup.find(attribute, at + 1)) {
        const std::string value = markup.substr(at + attribute.size(), 5);
        EXPECT_TRUE(value.starts_with("#") || value == "data:") << markup.substr(at, 80);
      }
    }
    EXPECT_THAT(markup, Not(HasSubstr("url(")));
    EXPECT_THAT(page, Not(HasSubstr("@import")));
    EXPECT_THAT(page, Not(HasSubstr("sourceMappingURL")));
  }
}

TEST(Html, KeepsTextOfOthersAsText) {
  const std::string page = to_html(hostile_report());
  EXPECT_THAT(page, Not(HasSubstr("<img src=http")));
  EXPECT_THAT(page, Not(HasSubstr("</script><img")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  // A reader that ends scripts where they end finds as many ends as starts.
  const auto count = [&](const std::string& what) {
    std::size_t number = 0;
    for (auto at = page.find(what); at != std::string::npos; at = page.find(what, at + 1)) {
      ++number;
    }
    return number;
  };
  EXPECT_EQ(count("</script>"), count("<script>") + count("<script type"));
}

TEST(Html, ShowsVerdictFiguresAndSkips) {
  const std::string page = to_html(sample_report());
  EXPECT_THAT(page, HasSubstr("bytes differ or runs are not deterministic"));
  EXPECT_THAT(page, HasSubstr("equality.mismatches is 3 bytes, wanted 0 bytes"));
  EXPECT_THAT(page, HasSubstr("skipped: no CUDA device"));
  EXPECT_THAT(page, HasSubstr("the sample has no smoother yet"));
  EXPECT_LT(page.size(), 5U << 20);
}

TEST(Html, FallsBackToPlainPicturesWithoutTheChartingLibraryAndSaysSo) {
  HtmlOptions options;
  options.dygraphs = "/nowhere";
  const std::string page = to_html(sample_report(), options);
  EXPECT_THAT(page, HasSubstr("dygraphs is not installed at /nowhere"));
  EXPECT_THAT(page, HasSubstr("<polyline class=\"p2\""));
}

TEST(Html, EmbedsPicturesAndNamesMissingOnes) {
  const Folder folder;
  std::filesystem::create_directories(folder.path());
  write_file_atomically(folder.path() / "a.png", "foobar");
  Report report = small_report();
  report.results[1].worst_pairs.push_back(
      {.frame = 3,
       .value = -7.125,
       .tail = true,
       .face_box = std::array<int, 4>{1, 2, 3, 4},
       .pictures = {{.role = "base", .path = "a.png", .mime = "", .data = ""},
                    {.role = "candidate", .path = "b.png", .mime = "", .data = ""},
                    {.role = "bad", .path = "", .mime = "text/html", .data = "AAAA"}}});
  HtmlOptions options;
  options.pictures = folder.path();
  const std::string page = to_html(report, options);
  EXPECT_THAT(page, HasSubstr("data:image/png;base64,Zm9vYmFy"));
  EXPECT_THAT(page, HasSubstr("b.png is not a picture in the folder of the report"));
  EXPECT_THAT(page, Not(HasSubstr("data:text/html")));
}

TEST(Html, EmbedsNothingFromOutsideTheReportsFolder) {
  const Folder outside;
  const std::filesystem::path folder = outside.path() / "report";
  std::filesystem::create_directories(folder / "inner");
  const std::string secret = "a secret of another folder";
  write_file_atomically(outside.path() / "secret.png", secret);
  write_file_atomically(outside.path() / "report-secret.png", secret);
  write_file_atomically(folder / "secret.txt", secret);
  write_file_atomically(folder / "inner" / "good.png", "foobar");
  std::filesystem::create_symlink(outside.path() / "secret.png", folder / "link.png");
  std::filesystem::create_directory_symlink(outside.path(), folder / "up");
  std::filesystem::create_symlink(folder / "inner" / "good.png", folder / "inside.png");
  ASSERT_EQ(::mkfifo((folder / "pipe.png").c_str(), 0600), 0);
  Report report = small_report();
  report.results[1].worst_pairs.push_back({.frame = 3, .value = -7, .face_box = {}, .pictures = {}});
  std::vector<Picture>& pictures = report.results[1].worst_pairs.back().pictures;
  for (const std::string& path :
       {std::string("../secret.png"), (outside.path() / "secret.png").string(), std::string("link.png"),
        std::string("up/secret.png"), std::string("inner/../../secret.png"), std::string("secret.txt"),
        std::string("../report-secret.png"), std::string("pipe.png"), std::string("inner"), std::string("."),
        std::string("/etc/passwd"), std::string("/dev/zero")}) {
    pictures.push_back({.role = "base", .path = path, .mime = "", .data = ""});
  }
  HtmlOptions options;
  options.pictures = folder;
  options.dygraphs = "/nowhere";  // its script has pictures of its own
  EXPECT_THAT(to_html(report, options), Not(HasSubstr("data:image")));
  for (const char* path : {"inner/good.png", "inside.png", "inner/../inner/good.png"}) {
    pictures = {{.role = "base", .path = path, .mime = "", .data = ""}};
    EXPECT_THAT(to_html(report, options), HasSubstr("data:image/png;base64,Zm9vYmFy")) << path;
  }
}

/// The JSON of the page's script elements, parsed as the page's script does.
std::vector<nlohmann::json> data_of(const std::string& page) {
  std::vector<nlohmann::json> found;
  const std::string begin = "<script type=\"application/json\"";
  for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at + 1)) {
    const std::size_t first = page.find('>', at) + 1;
    found.push_back(nlohmann::json::parse(page.substr(first, page.find("</script", first) - first)));
  }
  return found;
}

TEST(Html, DataStayJsonWhateverIsInTheNames) {
  for (const char* name : {"<!--", "</script>", "<!--<script>", "</SCRIPT >", "<\\!--", "a<b", "]]>"}) {
    SCOPED_TRACE(name);
    Report report = small_report();
    for (Result& result : report.results) {
      result.fixture = result.pipeline = name;
      result.trajectories.push_back({.face = 0,
                                     .quantity = name,
                                     .unit = name,
                                     .observed = {1, 2},
                                     .planned = {1, 2},
                                     .truth = {1, 2}});
    }
    Picture picture{.role = std::string(name) + ", frame 1", .path = "", .mime = "image/png", .data = "AAAA"};
    Picture difference = picture;
    difference.role = std::string(name) + ", difference 3";
    report.results[1].worst_pairs.push_back(
        {.frame = 9, .value = -7, .face_box = {}, .pictures = {picture, difference}});
    const std::string page = to_html(report);
    const auto data = data_of(page);
    ASSERT_EQ(data.size(), 2U);
    EXPECT_EQ(data[0].begin().key(), name) << "the rest of a film";
    EXPECT_THAT(data[1].dump(), HasSubstr(nlohmann::json(name).dump())) << "the charts";
    EXPECT_THAT(page.substr(page.find("id=\"data\"")), Not(HasSubstr("<!--")));
  }
}

TEST(ReportFiles, AreAllThereAndReadable) {
  const Folder folder;
  const auto inner = folder.path() / "a" / "b";
  write_report_files(sample_report(), inner);
  EXPECT_EQ(to_json(read_report(inner)), to_json(sample_report()));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(inner)) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(files, 5U);
  EXPECT_EQ(read_file(inner / "junit.xml"), to_junit(sample_report()));
  EXPECT_EQ(read_file(inner / "summary.md"), to_markdown(sample_report()));
}

TEST(ReportFiles, NameTheFolderThatCannotBeMade) {
  const Folder folder;
  std::filesystem::create_directories(folder.path());
  write_file_atomically(folder.path() / "file", "x");
  try {
    write_report_files(small_report(), folder.path() / "file" / "out");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("file/out"));
    EXPECT_EQ(error.code(), ExitCode::bad_input);
  }
}

}  // namespace
}  // namespace ffbench
