#include <algorithm>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/system/data_path.hpp"
#include "reports/gates.hpp"

namespace ffbench {
namespace {

/// A result of preset default on `talk` as a perfect pipeline would make it: the truth plan against
/// the observed landmarks.
Result perfect(const std::string& pipeline) {
  Result result;
  result.fixture = "talk";
  result.traits = {.truth = true, .moving_face = true};
  result.pipeline = pipeline;
  result.preset = pipeline.starts_with("base") ? "" : "default";
  result.frames = result.face_frames = 151;
  result.timing = Timing{};
  result.timing->speedup_vs_base = pipeline.ends_with("cuda") ? 250 : 8;
  QualityFigures quality;
  quality.tpsnr_stride1.series = quality.tpsnr_stride2.series = {22};
  quality.delta.emplace().series = {0};
  quality.delta_truth.emplace().series = {0};
  result.quality = quality;
  TruthFigures truth;
  truth.tpsnr_mean_vs_truth = truth.tpsnr_tail_vs_truth = 0;
  truth.nmf_reduction = 1;
  truth.td_psnr_gain = 60;
  truth.lag = 0;
  truth.peak_error_ratio = 0;
  result.truth = truth;
  result.determinism = Determinism{.runs = 2, .identical = true, .digest = "00", .stages = {}};
  if (!pipeline.ends_with("reference") && result.preset == "default") {
    result.equality =
        Equality{.against = "enhanced/reference", .bytes_compared = 100, .mismatches = 0, .first = {}};
  }
  return result;
}

Report judged(const Result& result, bool ignore_expectations) {
  Report report;
  report.results = {result};
  judge(report, read_gates(data_path("ci/gates.json")), {.ignore_expectations = ignore_expectations});
  return report;
}

std::vector<std::string> failed_gates(const Result& result) {
  std::vector<std::string> names;
  for (const GateResult& gate : judged(result, true).gates) {
    if (gate.verdict != GateVerdict::pass) {
      names.push_back(gate.name);
    }
  }
  return names;
}

struct Mutant {
  const char* gate;
  ExitCode code;
  std::function<void(Result&)> change;
};

TEST(DefaultGates, PassAPerfectPipelineOnEveryBackend) {
  for (const char* pipeline : {"enhanced/reference", "enhanced/cpu", "enhanced/cuda"}) {
    const Report report = judged(perfect(pipeline), true);
    EXPECT_EQ(report.exit_code, ExitCode::ok) << testing::PrintToString(report.reasons);
    EXPECT_GE(report.gates.size(), 12U);
  }
}

TEST(DefaultGates, RejectEachMutantForItsOwnReason) {
  const auto outlier = [](std::optional<DeltaFigures>& delta) {
    delta->outliers.push_back({.frame = 140, .value = -7.13, .tail = true});
  };
  const std::vector<Mutant> mutants{
      {"bit equality", ExitCode::incorrect, [](Result& r) { r.equality->mismatches = 1; }},
      {"bit equality compared something", ExitCode::incorrect,
       [](Result& r) { r.equality->bytes_compared = 0; }},
      {"determinism", ExitCode::incorrect, [](Result& r) { r.determinism->identical = false; }},
      {"determinism compared runs", ExitCode::incorrect, [](Result& r) { r.determinism->runs = 1; }},
      {"tPSNR mean as the truth", ExitCode::gate_failed,
       [](Result& r) { r.truth->tpsnr_mean_vs_truth = 0.51; }},
      {"tPSNR mean as the truth", ExitCode::gate_failed,
       [](Result& r) { r.truth->tpsnr_mean_vs_truth = -0.51; }},
      {"tPSNR tail as the truth", ExitCode::gate_failed,
       [](Result& r) { r.truth->tpsnr_tail_vs_truth = 12.6; }},
      {"no outlier against the truth", ExitCode::gate_failed,
       [&](Result& r) { outlier(r.quality->delta_truth); }},
      {"no outlier against the base", ExitCode::gate_failed, [&](Result& r) { outlier(r.quality->delta); }},
      {"jitter reduction", ExitCode::gate_failed, [](Result& r) { r.truth->nmf_reduction = 0.79; }},
      {"TD-PSNR gain", ExitCode::gate_failed, [](Result& r) { r.truth->td_psnr_gain = 5.9; }},
      {"no lag", ExitCode::gate_failed, [](Result& r) { r.truth->lag = 6; }},
      {"no lag", ExitCode::gate_failed, [](Result& r) { r.truth->lag = -0.2; }},
      {"peak turn error", ExitCode::gate_failed, [](Result& r) { r.truth->peak_error_ratio = 1.31; }},
      {"tPSNR mean not below the base", ExitCode::gate_failed,
       [](Result& r) { r.quality->delta->mean = -0.06; }},
      {"tPSNR tail not below the base", ExitCode::gate_failed,
       [](Result& r) { r.quality->delta->tail_mean = -0.06; }},
      {"cpu speed-up", ExitCode::gate_failed, [](Result& r) { r.timing->speedup_vs_base = 5.9; }},
  };
  for (const Mutant& mutant : mutants) {
    Result result = perfect("enhanced/cpu");
    mutant.change(result);
    EXPECT_THAT(failed_gates(result), testing::ElementsAre(mutant.gate));
    EXPECT_EQ(judged(result, true).exit_code, mutant.code) << mutant.gate;
  }
}

TEST(DefaultGates, WatchOutliersWhereTheDetectorsNoiseMakesNone) {
  Result result = perfect("enhanced/cpu");
  result.fixture = "turn";
  result.quality->delta_truth->outliers.push_back({.frame = 40, .value = -2, .tail = false});
  EXPECT_THAT(failed_gates(result), testing::ElementsAre("no outlier against the truth"));
}

TEST(DefaultGates, WantTheSpeedOfCudaOverTwoHundred) {
  Result result = perfect("enhanced/cuda");
  result.timing->speedup_vs_base = 199;
  EXPECT_THAT(failed_gates(result), testing::ElementsAre("cuda speed-up"));
}

TEST(DefaultGates, WantWhatASmootherGives) {
  Result result = perfect("enhanced/cpu");
  result.truth->nmf_reduction = 0;
  result.truth->td_psnr_gain = 0;
  result.quality->delta_truth->outliers.push_back({.frame = 87, .value = -1.1, .tail = false});
  EXPECT_THAT(failed_gates(result), testing::UnorderedElementsAre("jitter reduction", "TD-PSNR gain",
                                                                  "no outlier against the truth"));
  result.fixture = "turn";
  EXPECT_THAT(failed_gates(result), testing::Contains("jitter reduction"));
}

TEST(DefaultGates, NeverGateTheSeedOnTruth) {
  Result result = perfect("enhanced:seed/cpu");
  result.preset = "seed";
  result.truth->lag = 3.5;
  result.truth->peak_error_ratio = 20;
  result.quality->delta->mean = -3;
  result.equality =
      Equality{.against = "enhanced:seed/reference", .bytes_compared = 1, .mismatches = 0, .first = {}};
  EXPECT_THAT(failed_gates(result), testing::IsEmpty());
  result.equality->mismatches = 1;
  EXPECT_THAT(failed_gates(result), testing::ElementsAre("bit equality"));
}

TEST(DefaultGates, WatchMotionEnergyAndJitterWhereThereIsNoTruth) {
  Result result = perfect("enhanced/cpu");
  result.fixture = "head-720p";
  result.traits.truth = false;
  result.truth.reset();
  result.quality->motion_energy_error = 0.1;
  result.quality->landmark_jitter = result.quality->landmark_jitter_raw = 0.8;
  EXPECT_THAT(failed_gates(result), testing::IsEmpty());
  result.quality->motion_energy_error = 0.11;
  EXPECT_THAT(failed_gates(result), testing::ElementsAre("motion energy"));
  result.quality->motion_energy_error.reset();
  EXPECT_THAT(failed_gates(result), testing::ElementsAre("motion energy"));
  result.quality->motion_energy_error = 0;
  result.quality->landmark_jitter = 0.81;
  EXPECT_THAT(failed_gates(result), testing::ElementsAre("landmark jitter not above raw"));
}

TEST(DefaultGates, LeaveTheFixtureWithoutFacesAlone) {
  Result result = perfect("enhanced/cpu");
  result.fixture = "empty";
  result.traits.moving_face = false;
  result.face_frames = 0;
  result.truth.reset();
  result.quality.reset();
  result.timing->speedup_vs_base.reset();
  EXPECT_THAT(failed_gates(result), testing::IsEmpty());
}

}  // namespace
}  // namespace ffbench
