#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/system/atomic_file.hpp"
#include "harness/compare/ablate.hpp"
#include "harness/compare/calibration.hpp"
#include "harness/compare/session.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench::compare {
namespace {

using testing::Contains;
using testing::HasSubstr;

Sample sample(double seconds) {
  Sample sample;
  sample.fixture = "talk";
  sample.pipeline = "enhanced/cpu";
  sample.executor = "cpu";
  sample.passes = {seconds, seconds, seconds};
  sample.seconds = seconds;
  sample.first_frame_s = 0.02;
  sample.stages = {{"warp", 1.0}, {"mask", 2.0}};
  sample.digest = "aa";
  return sample;
}

/// Pairs of a head that takes `ratio` times as long, spread by +-0.2 %.
std::map<int, Pair> pairs_of(double ratio, int count) {
  std::map<int, Pair> pairs;
  for (int i = 0; i < count; ++i) {
    Pair pair;
    pair.number = i;
    pair.base_first = i % 2 == 0;
    pair.at = 1000.0 + i;
    pair.base = sample(0.05);
    pair.head = sample(0.05 * ratio * (1 + 0.002 * ((i * 7) % 16 - 7.5) / 7.5));
    pairs.emplace(i, pair);
  }
  return pairs;
}

TEST(JudgedPairs, PassWhereNothingIsSlower) {
  const PairVerdict verdict = judge_pairs(pairs_of(1, 16), {});
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::pass);
  EXPECT_TRUE(verdict.same_bytes);
  EXPECT_TRUE(verdict.incorrect.empty());
  EXPECT_EQ(verdict.memory, "");
  EXPECT_EQ(verdict.runtime.slowest_stage, "");
}

TEST(JudgedPairs, FailAndNameTheStageThatIsSlower) {
  auto pairs = pairs_of(1.1, 16);
  for (auto& [number, pair] : pairs) {
    pair.head.stages["mask"] = 2.3;
    pair.head.stages["warp"] = 1.01;
  }
  const PairVerdict verdict = judge_pairs(pairs, {});
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::fail);
  EXPECT_EQ(verdict.runtime.slowest_stage, "mask");
  EXPECT_NEAR(verdict.runtime.ratio.ratio, 1.1, 0.002);
}

TEST(JudgedPairs, NameNoStageWhereAllAreSlower) {
  auto pairs = pairs_of(1.1, 16);
  for (auto& [number, pair] : pairs) {
    pair.head.stages = {{"warp", 1.2}, {"mask", 2.2}, {"composite", 0.2}};
    pair.base.stages["composite"] = 0.0001;
  }
  EXPECT_EQ(judge_pairs(pairs, {}).runtime.slowest_stage, "");
}

// A machine that slows down by half within each pair, and a pass that was disturbed.
TEST(JudgedPairs, InTurnsCompareEachPassWithItsNeighbour) {
  Pair pair;
  pair.base = sample(0.05);
  pair.head = sample(0.05);
  pair.base.passes = {0.050, 0.055, 0.060, 0.070, 0.075};
  pair.head.passes = {0.051, 0.0561, 0.200, 0.0714, 0.0765};
  pair.base.seconds = 0.060;
  pair.head.seconds = 0.0714;
  EXPECT_NEAR(pair.log_ratio(), std::log(0.0714 / 0.060), 1e-12);
  pair.in_turns = true;
  EXPECT_NEAR(pair.log_ratio(), std::log(1.02), 1e-12);
}

TEST(JudgedPairs, LeaveVoidedOnesOutAndCountThem) {
  auto pairs = pairs_of(1, 20);
  pairs[3].head.voided = "the CPU was throttled for heat";
  pairs[3].head.seconds = 9;
  PairVerdict verdict = judge_pairs(pairs, {});
  EXPECT_EQ(verdict.runtime.voided, 1);
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::pass);
  pairs[4].base.voided = pairs[5].base.voided = "hot";
  verdict = judge_pairs(pairs, {});
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::invalid);
}

TEST(JudgedPairs, FindProcessesAndPassesThatDiffer) {
  auto pairs = pairs_of(1, 16);
  pairs[7].head.digest = "bb";
  EXPECT_THAT(judge_pairs(pairs, {}).incorrect, Contains(HasSubstr("2 different outputs")));
  EXPECT_FALSE(judge_pairs(pairs, {}).same_bytes);
  pairs = pairs_of(1, 16);
  pairs[7].base.identical = false;
  EXPECT_THAT(judge_pairs(pairs, {}).incorrect, Contains(HasSubstr("passes of one process")));
}

TEST(JudgedPairs, OfCommandsProveNothingWhereTheBasesOwnRunsDiffer) {
  auto pairs = pairs_of(1, 16);
  for (auto& [number, pair] : pairs) {
    pair.base.pipeline = pair.head.pipeline = "command:{binary} {input} {output}";
    pair.base.first_frame_s = pair.head.first_frame_s = 0;
  }
  pairs[7].head.digest = "bb";
  PairVerdict verdict = judge_pairs(pairs, {});
  EXPECT_TRUE(verdict.bytes_comparable);
  EXPECT_THAT(verdict.incorrect, Contains(HasSubstr("of the head made 2 different outputs")));
  EXPECT_FALSE(verdict.runtime.first_frame);
  pairs[3].base.digest = "cc";
  verdict = judge_pairs(pairs, {});
  EXPECT_FALSE(verdict.bytes_comparable);
  EXPECT_TRUE(verdict.incorrect.empty());
}

TEST(JudgedPairs, NameNoStageForASlowdownOutsideOfThem) {
  auto pairs = pairs_of(1.1, 16);
  for (auto& [number, pair] : pairs) {
    pair.head.stages["warp"] = 1.01;
  }
  EXPECT_EQ(judge_pairs(pairs, {}).runtime.slowest_stage, "");
}

/// The same with a device's clock and two of its stages, which take 2 and 8 ms of 10.
std::map<int, Pair> pairs_on_device(double ratio, double device_ratio, double mask_ratio, int count = 16) {
  auto pairs = pairs_of(ratio, count);
  for (auto& [number, pair] : pairs) {
    const double spread = 1 + 0.002 * ((number * 5) % 16 - 7.5) / 7.5;
    pair.base.device_passes = {0.010, 0.010, 0.010};
    pair.head.device_passes = std::vector<double>(3, 0.010 * device_ratio * spread);
    pair.base.device_stages = {{"mask", {0.002, 0.002, 0.002}}, {"composite", {0.008, 0.008, 0.008}}};
    pair.head.device_stages = {{"mask", std::vector<double>(3, 0.002 * mask_ratio * spread)},
                               {"composite", std::vector<double>(3, 0.008 * spread)}};
  }
  return pairs;
}

const JudgedFigure& figure(const PairVerdict& verdict, const std::string& text) {
  for (const JudgedFigure& figure : verdict.runtime.figures) {
    if (figure.text() == text) {
      return figure;
    }
  }
  throw Error("no figure " + text);
}

TEST(JudgedPairs, OfADevicePassWhereBothClocksAndAllStagesDo) {
  const PairVerdict verdict = judge_pairs(pairs_on_device(1, 1, 1), {});
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::pass);
  ASSERT_EQ(verdict.runtime.figures.size(), 4U);
  EXPECT_EQ(verdict.runtime.figures[0].text(), "host");
  EXPECT_EQ(verdict.runtime.figures[1].text(), "device");
  EXPECT_EQ(verdict.runtime.figures[2].text(), "device, stage mask");
  EXPECT_EQ(verdict.runtime.figures[3].text(), "device, stage composite");
  EXPECT_NEAR(figure(verdict, "device, stage mask").base_s, 0.002, 1e-12);
  EXPECT_THAT(verdict.runtime.reason, HasSubstr("the highest of 4 clocks and stages"));
}

TEST(JudgedPairs, FailWhereTheDeviceIsSlowerBehindALinkThatHidesIt) {
  const PairVerdict verdict = judge_pairs(pairs_on_device(1, 1.03, 1), {});
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::fail);
  EXPECT_EQ(figure(verdict, "host").verdict, CompareVerdict::pass);
  EXPECT_EQ(figure(verdict, "device").verdict, CompareVerdict::fail);
  EXPECT_NEAR(figure(verdict, "device").ratio.ratio, 1.03, 0.002);
  EXPECT_THAT(verdict.runtime.reason, testing::StartsWith("device: slower by +3"));
}

TEST(JudgedPairs, FailWhereOneStageOfTheDeviceIsSlowerAndNameIt) {
  const PairVerdict verdict = judge_pairs(pairs_on_device(1, 1, 1.2), {});
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::fail);
  EXPECT_EQ(figure(verdict, "device").verdict, CompareVerdict::pass);
  EXPECT_EQ(verdict.runtime.slowest_stage, "mask");
  EXPECT_THAT(verdict.runtime.reason, HasSubstr("device, stage mask: slower by +20"));
}

TEST(JudgedPairs, GoOnUntilEveryFigureIsDecidedOrOneFails) {
  auto pairs = pairs_on_device(1, 1, 1);
  EXPECT_TRUE(is_decided(pairs, {}));
  for (auto& [number, pair] : pairs) {
    pair.head.device_stages["mask"] = std::vector<double>(3, number % 2 == 0 ? 0.0016 : 0.0025);
  }
  EXPECT_FALSE(is_decided(pairs, {})) << "the mask is open";
  EXPECT_EQ(judge_pairs(pairs, {}).runtime.verdict, CompareVerdict::inconclusive);
  EXPECT_THAT(judge_pairs(pairs, {}).runtime.reason, testing::StartsWith("device, stage mask: undecided"));
  for (auto& [number, pair] : pairs) {
    pair.head.device_passes = {0.011, 0.011, 0.011};
  }
  EXPECT_TRUE(is_decided(pairs, {})) << "the device's clock fails";
}

// A build from before there was a device's clock.
TEST(JudgedPairs, LeaveOutWhatOneSideDidNotMeasure) {
  auto pairs = pairs_on_device(1, 1.5, 1);
  for (auto& [number, pair] : pairs) {
    pair.base.device_passes.clear();
    pair.base.device_stages.clear();
  }
  const PairVerdict verdict = judge_pairs(pairs, {});
  ASSERT_EQ(verdict.runtime.figures.size(), 1U);
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::pass);
}

TEST(JudgedPairs, AreInvalidWhereAClockIsTooNoisyButNotWhereAStageIs) {
  NoiseFloor noisy;
  noisy.sessions = 20;
  noisy.largest = 0.05;
  const auto pairs = pairs_on_device(1, 1, 1.2);
  PairVerdict verdict = judge_pairs(pairs, {}, {{{device_clock, ""}, noisy}});
  EXPECT_EQ(figure(verdict, "device").verdict, CompareVerdict::invalid);
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::fail) << "the mask";
  verdict = judge_pairs(pairs_on_device(1, 1, 1), {}, {{{device_clock, ""}, noisy}});
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::invalid);
  EXPECT_THAT(verdict.runtime.reason, HasSubstr("this machine may not judge runtimes"));
  verdict = judge_pairs(pairs, {}, {{{device_clock, "mask"}, noisy}});
  EXPECT_EQ(figure(verdict, "device, stage mask").verdict, CompareVerdict::invalid);
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::pass);
}

TEST(JudgedFigures, AreTheClocksAndOnADeviceItsStages) {
  EXPECT_EQ(judged_figures(parse_pipeline("base-3.5.0")), 1);
  EXPECT_EQ(judged_figures(parse_pipeline("enhanced/cpu")), 1);
  EXPECT_EQ(judged_figures(parse_pipeline("enhanced/cuda")), 8);
  EXPECT_EQ(judged_figures(parse_pipeline("enhanced:default-gains-hysteresis/cuda")), 6);
}

TEST(JudgedPairs, FailWhereTheFirstFrameIsDearerOrMemoryGrows) {
  auto pairs = pairs_of(1, 16);
  for (auto& [number, pair] : pairs) {
    pair.head.first_frame_s = 0.04;
    pair.head.growth_bytes = 32 << 20;
  }
  const PairVerdict verdict = judge_pairs(pairs, {});
  EXPECT_EQ(verdict.runtime.verdict, CompareVerdict::fail);
  EXPECT_THAT(verdict.runtime.reason, HasSubstr("the first frame of a process costs 2.00 times"));
  EXPECT_THAT(verdict.memory, HasSubstr("memory grows: 32.00 MiB"));
}

TEST(SampleJson, ReadsWhatItWroteAndRefusesTheRest) {
  const Sample written = sample(0.25);
  const Sample read = sample_from_json(to_json(written), "x");
  EXPECT_EQ(read.seconds, written.seconds);
  EXPECT_EQ(read.stages, written.stages);
  EXPECT_THROW(sample_from_json("", "x"), Error);
  EXPECT_THROW(sample_from_json("{\"schema\":\"ffbench.sample/9\"}", "x"), Error);
  Sample empty = sample(0.25);
  empty.passes.clear();
  EXPECT_THROW(sample_from_json(to_json(empty), "x"), Error) << "no sample is no evidence";
  const Sample on_device = pairs_on_device(1, 1, 1).at(3).head;
  const Sample again = sample_from_json(to_json(on_device), "x");
  EXPECT_EQ(again.device_passes, on_device.device_passes);
  EXPECT_EQ(again.device_stages, on_device.device_stages);
  Sample half = on_device;
  half.device_stages["mask"].pop_back();
  EXPECT_THROW(sample_from_json(to_json(half), "x"), Error) << "a stage of fewer passes";
  half = on_device;
  half.device_passes[1] = 0;
  EXPECT_THROW(sample_from_json(to_json(half), "x"), Error);
  Sample zero = sample(0);
  EXPECT_THROW(sample_from_json(to_json(zero), "x"), Error);
}

TEST(Slowdown, IsPercentAndPerhapsAStage) {
  EXPECT_EQ(parse_slowdown("3").share, 0.03);
  EXPECT_EQ(parse_slowdown("10@mask").stage, Stage::mask);
  for (const char* text : {"", "x", "-1", "3@", "3@nose", "3 ", "nan"}) {
    EXPECT_THROW(parse_slowdown(text), Error) << text;
  }
}

TEST(PairStore, DropsALineThatWasCutAndContinues) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "pairs.jsonl";
  const auto pairs = pairs_of(1, 3);
  {
    PairStore store(path, "{}", false);
    store.add(pairs.at(0));
    store.add(pairs.at(1));
  }
  const std::string whole = read_file(path);
  write_file_atomically(path, whole.substr(0, whole.size() - 20));
  {
    PairStore store(path, "{}", true);
    EXPECT_EQ(store.count(), 1);
    store.add(pairs.at(1));
    store.add(pairs.at(2));
  }
  PairStore store(path, "{}", true);
  EXPECT_EQ(store.count(), 3);
  EXPECT_EQ(store.pairs("talk", "enhanced/cpu").at(2).head.seconds, pairs.at(2).head.seconds);
  EXPECT_TRUE(store.pairs("talk", "other").empty());
  EXPECT_THROW(PairStore(path, "{\"seed\":2}", true), Error) << "another session's pairs are not continued";
}

TEST(Calibration, IsStoredPerMachineFixtureAndPipeline) {
  const test::TemporaryFolder folder;
  CalibrationFile file(folder.path() / "calibration.json");
  SessionOptions options;
  EXPECT_FALSE(file.find(options, {"talk", "enhanced/cpu"}));
  NoiseFloor floor;
  floor.sessions = 20;
  floor.largest = 0.004;
  file.store(options, {"talk", "enhanced/cpu"}, floor);
  ASSERT_TRUE(file.find(options, {"talk", "enhanced/cpu"}));
  EXPECT_EQ(file.find(options, {"talk", "enhanced/cpu"})->largest, 0.004);
  EXPECT_FALSE(file.find(options, {"turn", "enhanced/cpu"}));
  EXPECT_FALSE(floor.too_noisy(0.01));
  floor.largest = 0.02;
  EXPECT_TRUE(floor.too_noisy(0.01));
  write_file_atomically(file.path(), "{");
  EXPECT_THROW((void)file.find(options, {"talk", "enhanced/cpu"}), Error);
}

TEST(Ablation, SwitchesEveryFeatureOffAndOn) {
  const auto variants = ablation_variants("default", "cpu");
  ASSERT_EQ(variants.size(), 2 + 2 * features().size());
  const Pipeline whole = parse_pipeline(variants[0].pipeline);
  const Pipeline none = parse_pipeline(variants[1 + features().size()].pipeline);
  for (std::size_t i = 0; i < features().size(); ++i) {
    const Feature& feature = features()[i];
    EXPECT_FALSE(none.preset.*feature.enabled) << feature.name;
    const Pipeline switched = parse_pipeline(variants[1 + i].pipeline);
    const Pipeline alone = parse_pipeline(variants[2 + features().size() + i].pipeline);
    EXPECT_NE(switched.preset.*feature.enabled, whole.preset.*feature.enabled) << feature.name;
    for (const Feature& other : features()) {
      EXPECT_EQ(alone.preset.*other.enabled, other.name == feature.name) << feature.name << " " << other.name;
    }
  }
}

}  // namespace
}  // namespace ffbench::compare
