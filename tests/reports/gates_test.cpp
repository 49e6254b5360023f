#include "reports/gates.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/error.hpp"
#include "core/system/data_path.hpp"
#include "tests/reports/sample_report.hpp"

namespace ffbench {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Gate gate_on(const std::string& name, const std::string& metric, GateOp op, double threshold) {
  Gate gate;
  gate.name = name;
  gate.metric = metric;
  gate.op = op;
  gate.threshold = threshold;
  return gate;
}

Gate lag_gate() {
  return gate_on("lag", "truth.lag", GateOp::absolute_less_equal, 0.1);
}

Result result_with_lag(double lag) {
  Result result;
  result.fixture = "turn";
  result.traits = {.truth = true, .moving_face = true};
  result.pipeline = "enhanced/cpu";
  result.preset = "default";
  result.frames = result.face_frames = 96;
  result.truth = TruthFigures{};
  result.truth->lag = lag;
  return result;
}

Report report_of(Result result) {
  Report report;
  report.results.push_back(std::move(result));
  return report;
}

std::vector<GateResult> evaluated(const Report& report, const Gate& gate, const GateOptions& options = {}) {
  std::vector<std::string> warnings;
  return evaluate_gates(report, {.origin = "gates.json", .gates = {gate}}, options, warnings);
}

GateVerdict verdict_on(const Report& report, const Gate& gate, const GateOptions& options = {}) {
  const auto results = evaluated(report, gate, options);
  EXPECT_EQ(results.size(), 1U);
  return results.empty() ? GateVerdict::error : results[0].verdict;
}

TEST(Gate, ComparesAsItsOperatorSays) {
  struct Case {
    GateOp op;
    double below, equal, above;  ///< whether it passes there
  };
  for (const Case& c : {Case{GateOp::less, 1, 0, 0},
                        {GateOp::less_equal, 1, 1, 0},
                        {GateOp::greater, 0, 0, 1},
                        {GateOp::greater_equal, 0, 1, 1},
                        {GateOp::equal, 0, 1, 0},
                        {GateOp::absolute_less_equal, 1, 1, 0}}) {
    Gate gate = lag_gate();
    gate.op = c.op;
    gate.threshold = 0.1;
    const auto passes = [&](double lag) {
      return verdict_on(report_of(result_with_lag(lag)), gate) == GateVerdict::pass;
    };
    EXPECT_EQ(passes(std::nextafter(0.1, 0)), c.below != 0);
    EXPECT_EQ(passes(0.1), c.equal != 0);
    EXPECT_EQ(passes(std::nextafter(0.1, 1)), c.above != 0);
  }
  EXPECT_EQ(verdict_on(report_of(result_with_lag(-0.11)), lag_gate()), GateVerdict::fail);
  EXPECT_EQ(verdict_on(report_of(result_with_lag(-0.09)), lag_gate()), GateVerdict::pass);
}

TEST(Gate, TellsValueAndThresholdApartInItsReason) {
  EXPECT_EQ(evaluated(report_of(result_with_lag(3.5)), lag_gate())[0].reason,
            "truth.lag is 3.5 frames, wanted within ±0.1 frames");
  EXPECT_EQ(evaluated(report_of(result_with_lag(0.10000001)), lag_gate())[0].reason,
            "truth.lag is 0.10000001 frames, wanted within ±0.1 frames");
}

TEST(Gate, FailsWhereAnOkResultLacksTheFigure) {
  Result result = result_with_lag(0);
  result.truth->lag.reset();
  EXPECT_EQ(verdict_on(report_of(result), lag_gate()), GateVerdict::fail);
  result.truth.reset();
  EXPECT_EQ(verdict_on(report_of(result), lag_gate()), GateVerdict::fail);
  result = result_with_lag(std::nan(""));
  EXPECT_EQ(verdict_on(report_of(result), lag_gate()), GateVerdict::fail);
}

TEST(Gate, AnExpectedFailureNeedsAFigureToo) {
  Gate gate = lag_gate();
  gate.expected_fail = true;
  gate.expected_reason = "no smoother";
  Result result = result_with_lag(0);
  result.truth->lag.reset();
  EXPECT_EQ(verdict_on(report_of(result), gate), GateVerdict::fail);
}

TEST(Gate, IsSkippedWithTheReasonOfASkippedResult) {
  Result result = result_with_lag(0);
  result.status = ResultStatus::skipped;
  result.reason = "no CUDA device";
  const auto gates = evaluated(report_of(result), lag_gate());
  EXPECT_EQ(gates[0].verdict, GateVerdict::skipped);
  EXPECT_THAT(gates[0].reason, HasSubstr("no CUDA device"));
}

TEST(Gate, ExpectedFailuresAreShownAsSuchAndAnUnexpectedPassFailsTheRun) {
  Gate gate = lag_gate();
  gate.expected_fail = true;
  gate.expected_reason = "no smoother yet";
  Report bad = report_of(result_with_lag(3));
  judge(bad, {.origin = "gates.json", .gates = {gate}});
  EXPECT_EQ(bad.gates[0].verdict, GateVerdict::expected_fail);
  EXPECT_THAT(bad.gates[0].reason, HasSubstr("no smoother yet"));
  EXPECT_EQ(bad.exit_code, ExitCode::ok);
  Report good = report_of(result_with_lag(0));
  judge(good, {.origin = "gates.json", .gates = {gate}});
  EXPECT_EQ(good.gates[0].verdict, GateVerdict::unexpected_pass);
  EXPECT_EQ(good.exit_code, ExitCode::gate_failed);
  EXPECT_THAT(good.reasons, ElementsAre(HasSubstr("take the mark off")));
}

TEST(Gate, ExpectationsCanBeIgnored) {
  Gate gate = lag_gate();
  gate.expected_fail = true;
  gate.expected_reason = "no smoother yet";
  EXPECT_EQ(verdict_on(report_of(result_with_lag(3)), gate, {.ignore_expectations = true}),
            GateVerdict::fail);
  EXPECT_EQ(verdict_on(report_of(result_with_lag(0)), gate, {.ignore_expectations = true}),
            GateVerdict::pass);
}

TEST(Gate, IsInconclusiveOnTimesThatAreNoEvidence) {
  const Gate gate = gate_on("speed", "timing.speedup_vs_base", GateOp::greater_equal, 6);
  Report report = small_report();
  report.results.erase(report.results.begin());
  EXPECT_EQ(verdict_on(report, gate), GateVerdict::pass);
  report.results[0].timing->invalid = "the clock was throttled";
  judge(report, {.origin = "gates.json", .gates = {gate}});
  EXPECT_EQ(report.gates[0].verdict, GateVerdict::inconclusive);
  EXPECT_EQ(report.exit_code, ExitCode::not_enough_evidence);
  EXPECT_EQ(report.verdict, Outcome::inconclusive);
}

TEST(Gate, OnAnUnknownMetricOrConditionIsAnErrorEvenWhenNothingMatches) {
  Gate gate = lag_gate();
  gate.metric = "truth.lgg";
  gate.fixtures = {"nothing"};
  Report report = report_of(result_with_lag(0));
  judge(report, {.origin = "my/gates.json", .gates = {gate}});
  EXPECT_EQ(report.exit_code, ExitCode::bad_input);
  EXPECT_EQ(report.verdict, Outcome::error);
  EXPECT_THAT(report.reasons, ElementsAre(AllOf(HasSubstr("my/gates.json"), HasSubstr("'lag'"),
                                                HasSubstr("truth.lgg"), HasSubstr("truth.landmark_rms_px"))));
  gate = lag_gate();
  gate.where = {"has_nose"};
  EXPECT_EQ(verdict_on(report, gate), GateVerdict::error);
}

TEST(Gate, ThatMatchesNothingIsReported) {
  Gate gate = lag_gate();
  gate.fixtures = {"talk"};
  std::vector<std::string> warnings;
  const Report report = report_of(result_with_lag(0));
  EXPECT_THAT(evaluate_gates(report, {.origin = "g.json", .gates = {gate}}, {}, warnings), IsEmpty());
  EXPECT_THAT(warnings, ElementsAre("g.json: gate 'lag' matched nothing"));
  gate.optional = true;
  warnings.clear();
  evaluate_gates(report, {.origin = "g.json", .gates = {gate}}, {}, warnings);
  EXPECT_THAT(warnings, IsEmpty());
}

TEST(Gate, MatchesByFixturePipelinePresetAndCondition) {
  const auto matched = [](
                           const std::function<void(Gate&)>& change,
                           const std::function<void(Result&)>& adapt = [](Result&) {}) {
    Gate gate = lag_gate();
    change(gate);
    Result result = result_with_lag(0);
    adapt(result);
    return !evaluated(report_of(result), gate).empty();
  };
  EXPECT_TRUE(matched([](Gate& g) { g.fixtures = {"talk", "t*n"}; }));
  EXPECT_FALSE(matched([](Gate& g) { g.fixtures = {"talk"}; }));
  EXPECT_TRUE(matched([](Gate& g) { g.pipelines = {"enhanced*"}; }));
  EXPECT_FALSE(matched([](Gate& g) { g.pipelines = {"enhanced*", "!*/cpu"}; }));
  EXPECT_FALSE(matched([](Gate& g) { g.presets = {"seed"}; }));
  EXPECT_FALSE(matched([](Gate& g) { g.presets = {"default"}; }, [](Result& r) { r.preset = ""; }));
  EXPECT_TRUE(matched([](Gate& g) { g.where = {"truth", "moving_face", "face_frames"}; }));
  EXPECT_FALSE(matched([](Gate& g) { g.where = {"!truth"}; }));
  EXPECT_FALSE(matched([](Gate& g) { g.where = {"truth"}; }, [](Result& r) { r.traits.truth = false; }));
  EXPECT_FALSE(
      matched([](Gate& g) { g.where = {"moving_face"}; }, [](Result& r) { r.traits.moving_face = false; }));
  EXPECT_FALSE(matched([](Gate& g) { g.where = {"face_frames"}; }, [](Result& r) { r.face_frames = 0; }));
}

Gate speedup_gate() {
  return gate_on("speed", "timing.speedup_vs_base", GateOp::greater_equal, 6);
}

TEST(Gate, OnTimesIsSkippedWhereNothingWasToBeTimed) {
  Report report;
  for (const char* pipeline : {"enhanced/cpu", "base-3.5.0"}) {
    report.results.push_back(result_with_lag(0));
    report.results.back().pipeline = pipeline;
  }
  Gate gate = speedup_gate();
  gate.pipelines = {"enhanced*"};
  std::vector<std::string> warnings;
  const GateFile gates{.origin = "file", .gates = {gate}};
  report.settings["repetitions"] = "3";
  EXPECT_EQ(evaluate_gates(report, gates, {}, warnings).front().verdict, GateVerdict::fail);
  report.settings["repetitions"] = "0";
  const GateResult result = evaluate_gates(report, gates, {}, warnings).front();
  EXPECT_EQ(result.verdict, GateVerdict::skipped);
  EXPECT_THAT(result.reason, HasSubstr("0 repetitions"));
}

TEST(Gate, ThatComparesWithTheBaseIsSkippedWhereItDidNotRun) {
  Report report;
  report.results.push_back(result_with_lag(0));
  report.results.back().pipeline = "enhanced/cpu";
  std::vector<std::string> warnings;
  const GateFile gates{.origin = "file", .gates = {speedup_gate()}};
  const auto verdict = [&] { return evaluate_gates(report, gates, {}, warnings).front(); };
  EXPECT_EQ(verdict().verdict, GateVerdict::skipped);
  EXPECT_THAT(verdict().reason, HasSubstr("base-3.5.0, which is not in this run"));
  // Where the base ran over the same fixture, a figure that is absent is a failure.
  report.results.push_back(result_with_lag(0));
  report.results.back().pipeline = base_pipeline_name;
  EXPECT_EQ(verdict().verdict, GateVerdict::fail);
  report.results.back().fixture = "another";
  EXPECT_EQ(verdict().verdict, GateVerdict::skipped);
}

TEST(Gate, JudgedAgainWarnsOnce) {
  Report report = sample_report();
  Gate nothing = speedup_gate();
  nothing.fixtures = {"no such fixture"};
  const std::size_t before = report.warnings.size();
  for (int i = 0; i < 3; ++i) {
    judge(report, {.origin = "file", .gates = {nothing}});
    EXPECT_EQ(report.warnings.size(), before + 1);
  }
}

struct Ingredient {
  GateVerdict verdict;
  GateClass gate_class;
};

ExitCode code_of(const std::vector<Ingredient>& ingredients, bool failed_result = false) {
  Report report = report_of(result_with_lag(0));
  if (failed_result) {
    report.results[0].status = ResultStatus::failed;
  }
  for (const auto& [verdict, gate_class] : ingredients) {
    GateResult gate;
    gate.name = "g";
    gate.verdict = verdict;
    gate.gate_class = gate_class;
    report.gates.push_back(gate);
  }
  return decide(report).exit_code;
}

TEST(Verdict, TakesTwoBeforeFourBeforeOneBeforeThree) {
  const Ingredient error{GateVerdict::error, GateClass::quality};
  const Ingredient wrong{GateVerdict::fail, GateClass::correctness};
  const Ingredient slow{GateVerdict::fail, GateClass::performance};
  const Ingredient poor{GateVerdict::fail, GateClass::quality};
  const Ingredient unsure{GateVerdict::inconclusive, GateClass::performance};
  const Ingredient pass{GateVerdict::pass, GateClass::quality};
  EXPECT_EQ(code_of({pass, unsure, slow, wrong, error}), ExitCode::bad_input);
  EXPECT_EQ(code_of({pass, unsure, slow, wrong}, true), ExitCode::bad_input);
  EXPECT_EQ(code_of({pass, unsure, slow, wrong}), ExitCode::incorrect);
  EXPECT_EQ(code_of({pass, unsure, slow}), ExitCode::gate_failed);
  EXPECT_EQ(code_of({pass, unsure, poor}), ExitCode::gate_failed);
  EXPECT_EQ(code_of({pass, unsure}), ExitCode::not_enough_evidence);
  EXPECT_EQ(code_of({pass, {GateVerdict::expected_fail, GateClass::quality}}), ExitCode::ok);
  EXPECT_EQ(code_of({{GateVerdict::skipped, GateClass::quality}}), ExitCode::not_enough_evidence);
  EXPECT_EQ(code_of({}), ExitCode::not_enough_evidence);
}

TEST(Verdict, IsInconclusiveWhenNothingRan) {
  EXPECT_EQ(decide(Report{}).exit_code, ExitCode::not_enough_evidence);
}

TEST(Gate, ExpectedFailuresExemptNoControl) {
  Gate gate = lag_gate();
  gate.expected_fail = true;
  gate.expected_reason = "no smoother yet";
  Report report = report_of(result_with_lag(3));
  report.results[0].pipeline = "enhanced/cpu@lagged";
  EXPECT_EQ(verdict_on(report, gate), GateVerdict::fail);
  report.results[0] = result_with_lag(0);
  report.results[0].pipeline = "enhanced/cpu@truth";
  EXPECT_EQ(verdict_on(report, gate), GateVerdict::pass);
  report.results[0].pipeline = "enhanced/cpu";
  EXPECT_EQ(verdict_on(report, gate), GateVerdict::unexpected_pass);
}

TEST(Verdict, CountsASkipOnlyWhenThePipelineWasAskedFor) {
  Report report = report_of(result_with_lag(0));
  Result gpu = result_with_lag(0);
  gpu.status = ResultStatus::skipped;
  gpu.reason = "no CUDA device";
  report.results.push_back(gpu);
  judge(report, {.origin = "g", .gates = {lag_gate()}});
  EXPECT_EQ(report.exit_code, ExitCode::ok);
  report.results[1].required = true;
  judge(report, {.origin = "g", .gates = {lag_gate()}});
  EXPECT_EQ(report.exit_code, ExitCode::bad_input);
  EXPECT_THAT(report.reasons, Contains(HasSubstr("no CUDA device")));
}

std::string gate_error(const std::string& gate) {
  try {
    gates_from_json(R"({"schema": "ffbench.gates/1", "gates": [)" + gate + "]}", "my/gates.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    return error.what();
  }
  return "no error";
}

TEST(GateFile, NamesFileGateAndLegalValuesOfWhatIsWrong) {
  const std::string head =
      R"({"name": "speed", "metric": "timing.fps", "op": ">=", "threshold": 1, "class": "performance")";
  EXPECT_EQ(gate_error(head + "}"), "no error");
  EXPECT_THAT(
      gate_error(R"({"name": "a", "metric": "timing.fsp", "op": "<", "threshold": 1, "class": "quality"})"),
      AllOf(HasSubstr("my/gates.json: gate 'a'"), HasSubstr("'timing.fsp'"), HasSubstr("timing.fps")));
  EXPECT_THAT(
      gate_error(R"({"name": "a", "metric": "timing.fps", "op": "=", "threshold": 1, "class": "quality"})"),
      AllOf(HasSubstr("gate 'a'.op"), HasSubstr("abs<=")));
  EXPECT_THAT(
      gate_error(R"({"name": "a", "metric": "timing.fps", "op": "<", "threshold": 1, "class": "bad"})"),
      HasSubstr("correctness"));
  EXPECT_THAT(
      gate_error(
          R"({"name": "a", "metric": "timing.fps", "op": "<", "threshold": true, "class": "quality"})"),
      HasSubstr("is a number"));
  EXPECT_THAT(
      gate_error(
          R"({"name": "a", "metric": "determinism.identical", "op": "==", "threshold": 1, "class": "quality"})"),
      HasSubstr("true or false"));
  EXPECT_THAT(gate_error(head + R"(, "fixture": ["talk"]})"),
              AllOf(HasSubstr("unknown key 'fixture'"), HasSubstr("fixtures")));
  EXPECT_THAT(gate_error(head + R"(, "where": ["nose"]})"),
              AllOf(HasSubstr("'nose'"), HasSubstr("moving_face")));
  EXPECT_THAT(gate_error(head + R"(, "expected": "fail"})"), HasSubstr("reason"));
  EXPECT_THAT(gate_error(head + R"(, "expected": "pass", "reason": "x"})"),
              HasSubstr("'pass' is not 'fail'"));
  EXPECT_THAT(gate_error(head + R"(, "reason": "x"})"), HasSubstr("go together"));
  EXPECT_THAT(gate_error(head + "}, " + head + "}"), HasSubstr("second gate 'speed'"));
  EXPECT_THAT(gate_error(head + R"(, "pipelines": [""]})"), HasSubstr("empty pattern"));
}

}  // namespace
}  // namespace ffbench
