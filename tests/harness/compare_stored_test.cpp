#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/compare/stored.hpp"
#include "reports/terminal.hpp"

namespace ffbench::compare {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// One result of enhanced/cpu on a fixture of 40 frames.
Report report() {
  Report report;
  report.suite = "smoke";
  report.environment.cpu = "a CPU";
  Result result;
  result.fixture = "talk";
  result.pipeline = "enhanced/cpu";
  result.frames = 40;
  result.width = 640;
  result.height = 360;
  result.timing.emplace();
  result.timing->total_s = {2.0, 1.9, 2.1};
  result.timing->stages = {{"warp", 10}, {"mask", 20}, {"composite", 20}};
  result.quality.emplace();
  result.quality->tpsnr_stride2.series.assign(38, 30.0);
  result.quality->tpsnr_stride2.mean = 30;
  result.determinism = Determinism{3, true, "aa", {{"warp", "w"}, {"mask", "m"}, {"composite", "c"}}};
  result.equality = Equality{"enhanced/reference", 1000, 0, {}};
  report.results.push_back(result);
  report.gates.push_back({.name = "outliers",
                          .gate_class = GateClass::quality,
                          .fixture = "talk",
                          .pipeline = "enhanced/cpu",
                          .metric = "quality.delta.outliers.count",
                          .value = 0,
                          .op = "<=",
                          .threshold = 2,
                          .verdict = GateVerdict::pass,
                          .reason = "0 <= 2"});
  return report;
}

Comparison compared(const Report& base, const Report& head, bool allow = false) {
  return compare_reports(base, head, {"base", "head", allow});
}

TEST(StoredComparison, OfTheSameResultPassesAndJudgesNoTimes) {
  Report head = report();
  head.results[0].timing->total_s.median = 3;
  const Comparison comparison = compared(report(), head);
  EXPECT_EQ(comparison.verdict, CompareVerdict::pass);
  ASSERT_TRUE(comparison.results[0].runtime);
  EXPECT_FALSE(comparison.results[0].runtime->judged);
  EXPECT_EQ(comparison.results[0].runtime->ratio.ratio, 1.5);
}

TEST(StoredComparison, NamesTheFirstStageAndFrameThatDiffer) {
  Report head = report();
  head.results[0].determinism->digest = "bb";
  head.results[0].determinism->stages["mask"] = "x";
  head.results[0].determinism->stages["composite"] = "y";
  head.results[0].quality->tpsnr_stride2.series[5] = 29;
  const Comparison comparison = compared(report(), head);
  EXPECT_EQ(exit_code_of(comparison.verdict), ExitCode::incorrect);
  EXPECT_EQ(comparison.results[0].differing_stages, (std::vector<std::string>{"mask", "composite"}));
  EXPECT_EQ(comparison.results[0].differing_frames, std::vector<int>{7});
  EXPECT_THAT(comparison.reasons, Contains(HasSubstr("first in stage mask")));
  EXPECT_EQ(compared(report(), head, true).verdict, CompareVerdict::pass);
}

TEST(StoredComparison, FindsRunsThatDifferAmongThemselves) {
  Report head = report();
  head.results[0].determinism->identical = false;
  EXPECT_EQ(compared(report(), head).verdict, CompareVerdict::incorrect);
}

TEST(StoredComparison, FailsWhereAGateFailsInTheHeadAlone) {
  Report head = report();
  head.gates[0].verdict = GateVerdict::fail;
  head.gates[0].reason = "3 > 2";
  EXPECT_EQ(compared(report(), head).verdict, CompareVerdict::fail);
  EXPECT_THAT(compared(report(), head).reasons, Contains(HasSubstr("3 > 2")));
  EXPECT_EQ(compared(head, head).verdict, CompareVerdict::pass) << "a known failure is no regression";
}

TEST(StoredComparison, OfDifferentFixturesIsAnError) {
  Report head = report();
  head.results[0].fixture = "turn";
  EXPECT_EQ(exit_code_of(compared(report(), head).verdict), ExitCode::bad_input);
  EXPECT_EQ(exit_code_of(compared(Report{}, Report{}).verdict), ExitCode::bad_input);
}

TEST(StoredComparison, ListsFiguresThatDifferWithoutTimes) {
  Report head = report();
  head.results[0].quality->tpsnr_stride2.mean = 29;
  head.results[0].timing->fps = 7;
  const auto differences = differing_metrics(report().results[0], head.results[0]);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].metric, "quality.tpsnr.stride2.mean");
}

TEST(Comparison, TheGravestVerdictWins) {
  EXPECT_EQ(more_severe(CompareVerdict::fail, CompareVerdict::inconclusive), CompareVerdict::fail);
  EXPECT_EQ(more_severe(CompareVerdict::fail, CompareVerdict::incorrect), CompareVerdict::incorrect);
  EXPECT_EQ(more_severe(CompareVerdict::error, CompareVerdict::incorrect), CompareVerdict::error);
  EXPECT_EQ(more_severe(CompareVerdict::pass, CompareVerdict::invalid), CompareVerdict::invalid);
}

TEST(Comparison, IsWrittenInEveryForm) {
  Report head = report();
  head.results[0].fixture = "talk";
  head.results[0].determinism->digest = "<script>";
  head.results[0].quality->tpsnr_stride2.series[5] = 29;
  Comparison comparison = compared(report(), head);
  comparison.head.label = "<b>|branch";
  EXPECT_THAT(to_terminal(comparison, {}), HasSubstr("INCORRECT, exit code 4"));
  EXPECT_THAT(to_markdown(comparison), HasSubstr("| talk | enhanced/cpu | not judged | 1.000 |"));
  const std::string html = to_html(comparison);
  EXPECT_THAT(html, HasSubstr("The head computes something else"));
  EXPECT_THAT(html, testing::Not(HasSubstr("<b>|branch")));
  EXPECT_THAT(html, testing::Not(HasSubstr("{{")));
  EXPECT_THAT(to_json(comparison), HasSubstr("\"schema\": \"ffbench.comparison/1\""));
}

}  // namespace
}  // namespace ffbench::compare
