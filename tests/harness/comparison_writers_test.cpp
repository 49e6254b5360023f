// Comparisons with a device's clock, stages and instructions, in every form.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/comparison.hpp"
#include "reports/terminal.hpp"

namespace ffbench {
namespace {

using testing::HasSubstr;
using testing::Not;

JudgedFigure figure(const char* clock, const char* stage, double ratio, CompareVerdict verdict) {
  JudgedFigure figure;
  figure.clock = clock;
  figure.stage = stage;
  figure.verdict = verdict;
  figure.reason = "measured";
  figure.ratio = {ratio, ratio - 0.01, ratio + 0.01};
  figure.base_s = 0.004;
  figure.head_s = 0.004 * ratio;
  figure.pairs = 16;
  figure.sigma = 0.012;
  return figure;
}

Comparison comparison() {
  Comparison comparison;
  comparison.family = 8;
  ComparedResult result;
  result.fixture = "turn";
  result.pipeline = "enhanced/cuda";
  result.verdict = CompareVerdict::fail;
  result.runtime.emplace();
  RuntimeComparison& runtime = *result.runtime;
  runtime.judged = true;
  runtime.verdict = CompareVerdict::fail;
  runtime.ratio = {1.001, 0.99, 1.01};
  runtime.base_s = runtime.head_s = 0.02;
  runtime.pairs = 16;
  runtime.slowest_stage = "mask";
  runtime.figures = {figure("host", "", 1.001, CompareVerdict::pass),
                     figure("device", "", 1.021, CompareVerdict::inconclusive),
                     figure("device", "mask", 1.2, CompareVerdict::fail)};
  comparison.results.push_back(result);
  ComparedResult op;
  op.fixture = "turned-10/512x512";
  op.pipeline = "operator:warp/cpu";
  op.instructions.emplace();
  op.instructions->base_executor = op.instructions->head_executor = "cpu AVX2";
  op.instructions->frames = 1;
  op.instructions->base = 1'000'000;
  op.instructions->head = 1'005'200;
  op.instructions->parts = {{"warp", 900'000, 905'200}, {"other", 100'000, 100'000}};
  op.instructions->reason = "counted";
  comparison.results.push_back(op);
  conclude(comparison);
  return comparison;
}

TEST(ComparisonWriters, GiveEveryFigureInJson) {
  const nlohmann::json json = nlohmann::json::parse(to_json(comparison()));
  const nlohmann::json& figures = json["results"][0]["runtime"]["figures"];
  ASSERT_EQ(figures.size(), 3U);
  EXPECT_EQ(figures[0]["clock"], "host");
  EXPECT_FALSE(figures[0].contains("stage"));
  EXPECT_EQ(figures[2]["clock"], "device");
  EXPECT_EQ(figures[2]["stage"], "mask");
  EXPECT_EQ(figures[2]["verdict"], "fail");
  EXPECT_DOUBLE_EQ(figures[2]["ratio"], 1.2);
  EXPECT_DOUBLE_EQ(figures[2]["lower"], 1.19);
  EXPECT_EQ(figures[2]["pairs"], 16);
  EXPECT_EQ(json["procedure"]["family"], 8);
  const nlohmann::json& instructions = json["results"][1]["instructions"];
  EXPECT_EQ(instructions["tool"], "callgrind");
  EXPECT_EQ(instructions["head_executor"], "cpu AVX2");
  EXPECT_EQ(instructions["head"], 1'005'200);
  EXPECT_EQ(instructions["parts"]["warp"]["head"], 905'200);
  EXPECT_FALSE(instructions.contains("gate"));
  EXPECT_FALSE(instructions.contains("verdict")) << "what is not gated has none";
}

TEST(ComparisonWriters, ShowClocksStagesAndInstructionsToPeople) {
  const std::string text = to_terminal(comparison(), {});
  EXPECT_THAT(text, HasSubstr("device, stage mask: 4.00 ms -> 4.80 ms a pass"));
  EXPECT_THAT(text, HasSubstr("FAIL, 16 pairs"));
  EXPECT_THAT(text, HasSubstr("instructions: 1000000 -> 1005200 (+0.52 %)"));
  EXPECT_THAT(text, HasSubstr("on cpu AVX2"));
  EXPECT_THAT(text, HasSubstr("warp +0.58 %"));
  const std::string markdown = to_markdown(comparison());
  EXPECT_THAT(
      markdown,
      HasSubstr("| turn | enhanced/cuda | device, stage mask | FAIL | 1.200 (1.190 to 1.210) | 16 |"));
  EXPECT_THAT(markdown,
              HasSubstr("| 1000000 | 1005200 | +0.52 % | warp +0.58 %, other +0.00 % | cpu AVX2 |"));
  const std::string page = to_html(comparison());
  EXPECT_THAT(page, HasSubstr("enhanced/cuda, device, stage mask"));
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\">device, stage mask</th><td><span class=\"pill bad\">FAIL"));
  EXPECT_THAT(page, HasSubstr("counted by callgrind on cpu AVX2"));
  EXPECT_THAT(page, HasSubstr("905200"));
}

TEST(ComparisonWriters, LeaveOutWhatWasNotMeasured) {
  Comparison plain = comparison();
  plain.results.pop_back();
  plain.results[0].runtime->figures.resize(1);
  EXPECT_THAT(to_markdown(plain), Not(HasSubstr("| clock |")));
  EXPECT_THAT(to_markdown(plain), Not(HasSubstr("instructions")));
  EXPECT_THAT(to_html(plain), Not(HasSubstr("Clocks and stages")));
  EXPECT_THAT(to_html(plain), Not(HasSubstr("callgrind")));
}

}  // namespace
}  // namespace ffbench
