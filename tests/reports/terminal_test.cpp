#include "reports/terminal.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "reports/figures.hpp"
#include "reports/gates.hpp"
#include "reports/text_layout.hpp"
#include "tests/reports/sample_report.hpp"

namespace ffbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Report judged_small_report() {
  Report report = small_report();
  GateFile gates{.origin = "gates.json", .gates = {}};
  Gate gate;
  gate.name = "no outlier";
  gate.metric = "quality.delta.outliers.count";
  gate.op = GateOp::equal;
  gate.pipelines = {"enhanced*"};
  gates.gates.push_back(gate);
  gate.name = "speed";
  gate.metric = "timing.speedup_vs_base";
  gate.op = GateOp::greater_equal;
  gate.threshold = 6;
  gates.gates.push_back(gate);
  judge(report, gates);
  return report;
}

TEST(Terminal, ShowsTheSeedsLinesTheOutliersAndTheVerdict) {
  EXPECT_EQ(to_terminal(judged_small_report(), {.width = 80, .colour = false, .unicode = false}),
            R"(base-3.5.0 computed by base-3.5.0
enhanced/cpu computed by cpu AVX2

talk  320x240, 4 frames, 4 face-frames, crop 128
  pixel stages          base-3.5.0  enhanced/cpu
  total time                2.00 s        250 ms
  FPS                          2.0          16.0
  mean tPSNR              22.00 dB      22.00 dB
  tail tPSNR (last 30)    22.00 dB      22.00 dB
  speed-up vs base          1.00 x        8.00 x
    in a whole run          1.00 x        1.28 x
  outliers vs base               -    1 (1 tail)
  equality                       -         equal
  worst outliers of enhanced/cpu: frame 3 -7.12 dB (tail)

--------------------------------------------------------------------------------
fail: no outlier: talk, enhanced/cpu
    quality.delta.outliers.count is 1, wanted 0
gates: 1 passed, 1 failed
FAIL, exit code 1
)");
}

TEST(Terminal, StaysWithinItsWidth) {
  for (const int width : {60, 80, 100, 200}) {
    std::istringstream lines(
        to_terminal(sample_report(), {.width = width, .colour = false, .unicode = true}));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
    }
  }
}

TEST(Terminal, HasColourOnlyWhenAsked) {
  EXPECT_THAT(to_terminal(judged_small_report(), {.width = 80, .colour = false, .unicode = true}),
              Not(HasSubstr("\x1b")));
  EXPECT_THAT(to_terminal(judged_small_report(), {.width = 80, .colour = true, .unicode = true}),
              HasSubstr("\x1b[31mFAIL\x1b[0m"));
}

TEST(Terminal, IsAsciiWhenAsked) {
  const std::string text = to_terminal(sample_report(), {.width = 80, .colour = false, .unicode = false});
  EXPECT_TRUE(std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

TEST(Terminal, LetsNoControlCharacterOfOthersThrough) {
  Report report = small_report();
  report.results[0].fixture = "a\x1b[2Jb\xC2\x9B";
  report.results[0].pipeline = "base\r\n";
  const std::string text = to_terminal(report, {.width = 80, .colour = false, .unicode = true});
  EXPECT_THAT(text, HasSubstr("a?[2Jb?"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
}

TEST(Terminal, NamesSkipsAndFailures) {
  Report report = small_report();
  report.results[1].status = ResultStatus::skipped;
  report.results[1].reason = "no CUDA device";
  EXPECT_THAT(to_terminal(report, {.width = 80, .colour = false, .unicode = true}),
              HasSubstr("enhanced/cpu: skipped: no CUDA device"));
}

TEST(TerminalStyle, IsPlainForAFileAndTakesItsWidthFromColumns) {
  const int file = open("/dev/null", O_WRONLY | O_CLOEXEC);
  ASSERT_GE(file, 0);
  setenv("COLUMNS", "123", 1);
  const TerminalStyle style = terminal_style(file);
  unsetenv("COLUMNS");
  close(file);
  EXPECT_FALSE(style.colour);
  EXPECT_EQ(style.width, 123);
}

TEST(TerminalStyle, HonoursNoColorOnATerminal) {
  const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) {
    GTEST_SKIP() << "no pseudo terminals here";
  }
  const int inner = open(ptsname(terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (inner < 0) {
    close(terminal);
    GTEST_SKIP() << "no pseudo terminals here";
  }
  setenv("TERM", "xterm", 1);
  unsetenv("NO_COLOR");
  EXPECT_TRUE(terminal_style(inner).colour);
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(terminal_style(inner).colour);
  unsetenv("NO_COLOR");
  close(inner);
  close(terminal);
}

TEST(Layout, WrapsAtBlanks) {
  EXPECT_THAT(wrapped("one two three", 7), testing::ElementsAre("one two", "three"));
  EXPECT_THAT(wrapped("incomprehensible it is", 5), testing::ElementsAre("incomprehensible", "it is"));
  EXPECT_THAT(wrapped("", 5), testing::IsEmpty());
}

TEST(Layout, CountsColumnsAsFmtPadsThem) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("turn"), 4U);
  EXPECT_EQ(display_width("é"), 1U);
  EXPECT_EQ(display_width("·─"), 2U);
  EXPECT_EQ(display_width("顔"), 2U);
  for (const std::string text : {"turn", "é", "顔と顔", "a\xff\xfe"}) {
    EXPECT_EQ(fmt::format("{:>{}}", text, display_width(text)), text);
    EXPECT_EQ(fmt::format("{:>{}}", text, display_width(text) + 1), " " + text);
  }
}

TEST(Figures, AreWrittenAsPeopleReadThem) {
  EXPECT_EQ(seconds_text(1.2345), "1.23 s");
  EXPECT_EQ(seconds_text(0.9999), "1.00 s");
  EXPECT_EQ(seconds_text(0.0456), "45.6 ms");
  EXPECT_EQ(seconds_text(12e-6), "12.0 us");
  EXPECT_EQ(seconds_text(123.4), "123 s");
  EXPECT_EQ(fixed(-0.001, 2), "0.00");
  EXPECT_EQ(fixed(-0.01, 2), "-0.01");
  EXPECT_EQ(bytes_text(412'300'800), "393.20 MiB");
}

}  // namespace
}  // namespace ffbench
