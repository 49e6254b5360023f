#include "harness/compare/calibration.hpp"

#include <cmath>
#include <filesystem>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/system/atomic_file.hpp"
#include "harness/compare/noise_floor.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench::compare {
namespace {

const Figure host{host_clock, ""};

Sample sample(double seconds) {
  Sample sample;
  sample.fixture = "talk";
  sample.pipeline = "enhanced/cpu";
  sample.passes = {seconds};
  sample.seconds = seconds;
  return sample;
}

/// Pairs about exp(`offset`), spread evenly by +-`spread`.
std::map<int, Pair> session(int count, double spread, double offset = 0) {
  std::map<int, Pair> pairs;
  for (int i = 0; i < count; ++i) {
    Pair pair;
    pair.number = i;
    pair.base = sample(0.05);
    pair.head = sample(0.05 * std::exp(offset + spread * ((i * 7) % 16 - 7.5) / 7.5));
    pairs.emplace(i, pair);
  }
  return pairs;
}

// More pairs than an estimate takes: 20 sessions of 64 are what a noisy machine needs.
TEST(IdenticalCode, OfManyUndecidedSessionsGivesANoiseFloor) {
  const std::vector<std::map<int, Pair>> sessions(20, session(64, 0.2));
  const SessionsOfIdenticalCode result = judge_identical_code(sessions, host, {});
  EXPECT_EQ(result.floor.pairs, 1280);
  EXPECT_EQ(result.floor.sessions, 20);
  EXPECT_EQ(result.floor.inconclusive, 20);
  EXPECT_EQ(result.floor.alarms, 0);
  EXPECT_NEAR(result.floor.sigma, 0.2 * std::sqrt(255.0 / 12) / 7.5 * std::sqrt(1280.0 / 1279), 1e-9);
  EXPECT_NEAR(result.floor.largest, 0, 1e-9);
}

TEST(IdenticalCode, KeepsTheLargestDeviationAndCountsAlarms) {
  std::vector<std::map<int, Pair>> sessions(3, session(16, 0.001));
  sessions.push_back(session(16, 0.001, std::log(1.05)));
  const SessionsOfIdenticalCode result = judge_identical_code(sessions, host, {});
  EXPECT_EQ(result.verdicts, (std::vector<std::string>{"pass", "pass", "pass", "fail"}));
  EXPECT_EQ(result.floor.alarms, 1);
  EXPECT_NEAR(result.floor.largest, 0.05, 1e-6);
  EXPECT_TRUE(result.floor.too_noisy(0.01));
}

TEST(IdenticalCode, WhoseEveryPairWasVoidedSaysNothing) {
  std::vector<std::map<int, Pair>> sessions(4, session(16, 0.01));
  for (auto& pairs : sessions) {
    for (auto& [number, pair] : pairs) {
      pair.head.voided = "hot";
    }
  }
  const SessionsOfIdenticalCode all_voided = judge_identical_code(sessions, host, {});
  EXPECT_EQ(all_voided.floor.pairs, 0);
  EXPECT_EQ(all_voided.floor.sessions, 0);
  EXPECT_EQ(all_voided.floor.inconclusive, 4);
  EXPECT_TRUE(all_voided.ratios.empty());
  // One session that counts is the only one that speaks.
  sessions.push_back(session(16, 0.01, 0.002));
  const SessionsOfIdenticalCode one = judge_identical_code(sessions, host, {});
  EXPECT_EQ(one.floor.sessions, 1);
  EXPECT_NEAR(one.floor.largest, std::expm1(0.002), 1e-9);
}

TEST(CalibrationFiles, KeepWhatSeveralProcessesStoreAtOnce) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "calibration.json";
  constexpr int writers = 8;
  std::vector<std::thread> threads;
  for (int i = 0; i < writers; ++i) {
    // A lock file is held by what opened it: threads exclude each other as processes do.
    threads.emplace_back([&path, i] {
      CalibrationFile file(path);
      NoiseFloor floor;
      floor.pairs = i + 1;
      file.store({}, {"fixture " + std::to_string(i), "enhanced/cpu"}, floor);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  const CalibrationFile file(path);
  for (int i = 0; i < writers; ++i) {
    const auto floor = file.find({}, {"fixture " + std::to_string(i), "enhanced/cpu"});
    ASSERT_TRUE(floor) << i;
    EXPECT_EQ(floor->pairs, i + 1);
  }
}

TEST(CalibrationFiles, KeepOneFloorForEachFigure) {
  const test::TemporaryFolder folder;
  CalibrationFile file(folder.path() / "calibration.json");
  NoiseFloor floor;
  for (const Figure& figure :
       {host, Figure{device_clock, ""}, Figure{device_clock, "mask"}, Figure{device_clock, "warp"}}) {
    ++floor.pairs;
    file.store({}, {"talk", "enhanced/cuda"}, floor, figure);
  }
  EXPECT_EQ(file.find({}, {"talk", "enhanced/cuda"})->pairs, 1);
  EXPECT_EQ(file.find({}, {"talk", "enhanced/cuda"}, {device_clock, ""})->pairs, 2);
  EXPECT_EQ(file.find({}, {"talk", "enhanced/cuda"}, {device_clock, "mask"})->pairs, 3);
  EXPECT_FALSE(file.find({}, {"talk", "enhanced/cuda"}, {device_clock, "gains"}));
}

TEST(CalibrationFiles, MayBeNamedWithoutAFolder) {
  const test::TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  CalibrationFile file("calibration.json");
  file.store({}, {"talk", "enhanced/cpu"}, {});
  std::filesystem::current_path(before);
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "calibration.json"));
}

}  // namespace
}  // namespace ffbench::compare
