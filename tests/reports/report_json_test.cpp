#include "reports/report_json.hpp"

#include <cmath>
#include <limits>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/error.hpp"
#include "core/system/data_path.hpp"
#include "reports/metric_table.hpp"
#include "tests/reports/sample_report.hpp"

namespace ffbench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string error_of(const std::string& text) {
  try {
    report_from_json(text, "some/report.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    return error.what();
  }
  return "no error";
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ReportJson, ReadsBackWhatItWrote) {
  Report report = sample_report();
  report.results[0].worst_pairs.push_back(
      {.frame = 141,
       .value = -7.13,
       .tail = true,
       .face_box = std::array<int, 4>{700, 300, 400, 500},
       .pictures = {{.role = "base", .path = "a.png", .mime = "", .data = ""},
                    {.role = "candidate", .path = "", .mime = "image/png", .data = "AAAA"}}});
  report.results[1].notes = {"fhr has no weights", "quotes \" and \\ and \n and é"};
  report.results[2].required = true;
  report.environment.more = {{"allocator", "glibc"}};
  const std::string text = to_json(report);
  const Report again = report_from_json(text, "text");
  EXPECT_EQ(to_json(again), text);
  ASSERT_EQ(again.results.size(), report.results.size());
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    for (const Metric& metric : metric_table()) {
      EXPECT_EQ(metric.get(again.results[i]), metric.get(report.results[i])) << metric.name;
    }
    EXPECT_EQ(again.results[i].required, report.results[i].required);
    EXPECT_EQ(again.results[i].notes, report.results[i].notes);
  }
  EXPECT_EQ(again.results[0].worst_pairs[0].face_box, report.results[0].worst_pairs[0].face_box);
  EXPECT_EQ(again.results[0].worst_pairs[0].pictures[1].data, "AAAA");
  EXPECT_EQ(again.verdict, report.verdict);
  EXPECT_EQ(again.exit_code, report.exit_code);
  EXPECT_EQ(again.reasons, report.reasons);
  EXPECT_EQ(again.gates.size(), report.gates.size());
  EXPECT_TRUE(std::isnan(again.results[2].trajectories[0].observed[5]));
}

RC_GTEST_PROP(ReportJson, KeepsEveryBitOfANumber, (double value)) {
  RC_PRE(std::isfinite(value));
  Report report = small_report();
  report.results[0].timing->repetitions = {value};
  report.results[0].quality->motion_energy = value;
  const Report again = report_from_json(to_json(report), "text");
  RC_ASSERT(again.results[0].timing->repetitions[0] == value);
  RC_ASSERT(again.results[0].quality->motion_energy == value);
}

TEST(ReportJson, LeavesOutFiguresThatAreNotFiniteAndReadsThemAsAbsent) {
  Report report = small_report();
  report.results[1].truth = TruthFigures{};
  report.results[1].truth->nmf = std::nan("");
  report.results[1].truth->lag = std::numeric_limits<double>::infinity();
  report.results[1].timing->fps = std::nan("");
  report.results[1].quality->tpsnr_stride2.series[1] = std::nan("");
  const std::string text = to_json(report);
  EXPECT_THAT(text, Not(HasSubstr("nan")));
  EXPECT_THAT(text, Not(HasSubstr("inf")));
  EXPECT_THAT(text, Not(HasSubstr("\"nmf\"")));
  const Report again = report_from_json(text, "text");
  EXPECT_TRUE(again.results[1].truth.has_value());
  EXPECT_FALSE(again.results[1].truth->nmf.has_value());
  EXPECT_EQ(find_metric("timing.fps")->get(again.results[1]), std::nullopt);
  EXPECT_TRUE(std::isnan(again.results[1].quality->tpsnr_stride2.series[1]));
}

TEST(ReportJson, FollowsTheOutline) {
  const std::string text = to_json(small_report());
  EXPECT_THAT(text, HasSubstr("\"schema\": \"ffbench.report/1\""));
  EXPECT_THAT(text, HasSubstr("\"series\": [22.0,14.875]"));
  EXPECT_THAT(text, HasSubstr("\"repetitions\": [2.0,2.0]"));
}

TEST(ReportJson, NamesFileAndPlaceOfWhatIsWrong) {
  const std::string good = to_json(small_report());
  EXPECT_THAT(error_of("{"), HasSubstr("some/report.json: not valid JSON"));
  EXPECT_THAT(error_of("[]"), HasSubstr("expected an object"));
  EXPECT_THAT(error_of(replaced(good, "ffbench.report/1", "ffbench.report/2")),
              HasSubstr("ffbench.report/2"));
  EXPECT_THAT(error_of(replaced(good, "\"status\": \"ok\"", "\"status\": \"fine\"")),
              HasSubstr("results[0].status: 'fine' is none of ok, failed, skipped"));
  EXPECT_THAT(error_of(replaced(good, "\"frames\": 4", "\"frames\": 4.5")), HasSubstr("results[0].frames"));
  EXPECT_THAT(error_of(replaced(good, "\"frames\": 4", "\"frames\": 1e300")), HasSubstr("results[0].frames"));
  EXPECT_THAT(error_of(replaced(good, "\"frames\": 4", "\"frames\": 99999999999")),
              HasSubstr("results[0].frames"));
  EXPECT_THAT(error_of(replaced(good, "\"fps\": 2.0", "\"fps\": \"2\"")), HasSubstr("results[0].timing.fps"));
  EXPECT_THAT(error_of(replaced(good, "\"timing\": {", "\"timing\": 1, \"x\": {")),
              HasSubstr("expected an object"));
  EXPECT_THAT(error_of(replaced(good, "\"exit_code\": 3", "\"exit_code\": 9")), HasSubstr("exit_code"));
}

TEST(ReportJson, IgnoresKeysItDoesNotKnow) {
  const std::string more =
      replaced(to_json(small_report()), "\"frames\": 4", "\"frames\": 4, \"colour\": \"blue\"");
  EXPECT_EQ(report_from_json(more, "text").results[0].frames, 4);
}

TEST(MetricTable, NamesEveryFigureOnceAndDescribesIt) {
  std::set<std::string_view> names;
  for (const Metric& metric : metric_table()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_FALSE(metric.description.empty()) << metric.name;
    EXPECT_EQ(find_metric(metric.name), &metric);
  }
  EXPECT_EQ(find_metric("truth.nfm"), nullptr);
}

TEST(MetricTable, StoresWhereItReads) {
  for (const Metric& metric : metric_table()) {
    if (metric.set == nullptr) {
      continue;
    }
    Result result;
    // Means of nothing are absent, so the series that make them present come first.
    result.quality = QualityFigures{};
    result.quality->tpsnr_stride1.series = result.quality->tpsnr_stride2.series = {1};
    result.quality->tpsnr_seed.series = {1};
    result.quality->delta.emplace().series = {1};
    result.quality->delta_truth.emplace().series = {1};
    const double value = metric.kind == MetricKind::boolean ? 1 : 7;
    ASSERT_TRUE(metric.set(result, value)) << metric.name;
    EXPECT_EQ(metric.get(result), value) << metric.name;
    for (const Metric& other : metric_table()) {
      if (other.set != nullptr && other.name != metric.name) {
        EXPECT_NE(other.get(result), value) << metric.name << " also sets " << other.name;
      }
    }
  }
}

TEST(MetricTable, HasNoMeanOfAnEmptySeries) {
  Result result;
  result.quality = QualityFigures{};
  result.quality->delta = DeltaFigures{};
  EXPECT_EQ(find_metric("quality.tpsnr.stride2.mean")->get(result), std::nullopt);
  EXPECT_EQ(find_metric("quality.delta.outliers.count")->get(result), std::nullopt);
}

TEST(MetricTable, CountsOutliers) {
  const Report report = small_report();
  EXPECT_EQ(find_metric("quality.delta.outliers.count")->get(report.results[1]), 1);
  EXPECT_EQ(find_metric("quality.delta.outliers.tail_count")->get(report.results[1]), 1);
  EXPECT_EQ(find_metric("quality.delta.outliers.worst")->get(report.results[1]), -7.125);
  EXPECT_EQ(find_metric("quality.delta.outliers.count")->get(report.results[0]), std::nullopt);
  EXPECT_EQ(find_metric("timing.stages.warp.ms_per_frame")->get(report.results[1]), 25);
}

TEST(Speedup, ComparesWithTheBaseOfTheSameFixture) {
  const Report report = small_report();
  EXPECT_DOUBLE_EQ(*report.results[0].timing->speedup_vs_base, 1);
  EXPECT_DOUBLE_EQ(*report.results[1].timing->speedup_vs_base, 8);
  // 1 / (1 - 0.25 + 0.25 / 8)
  EXPECT_DOUBLE_EQ(report.results[1].timing->whole_run->speedup, 1 / 0.78125);
}

TEST(Speedup, IsNotGivenWithoutFaceFramesOrBase) {
  Report report = small_report();
  report.results[1].timing->speedup_vs_base.reset();
  report.results[1].face_frames = 0;
  fill_speedups(report, "base-3.5.0", {});
  EXPECT_FALSE(report.results[1].timing->speedup_vs_base.has_value());
  report.results[1].face_frames = 4;
  fill_speedups(report, "base-9", {});
  EXPECT_FALSE(report.results[1].timing->speedup_vs_base.has_value());
}

}  // namespace
}  // namespace ffbench
