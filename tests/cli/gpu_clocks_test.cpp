// What `branches` times on a GPU is what `run` times. Skipped where there is none; ci/gpu has the
// same for the long clips (step `agree`).

#include <algorithm>

#include <nlohmann/json.hpp>

#include "kernels/cuda/backend.hpp"
#include "tests/cli/command_line.hpp"

namespace ffbench::test {
namespace {

class GpuClocks : public CommandLine {
 protected:
  void SetUp() override {
    if (const std::string& why = cuda::why_unavailable(); !why.empty()) {
      GTEST_SKIP() << why;
    }
  }

  [[nodiscard]] nlohmann::json sample(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments{"sample",     "--suite",       "smoke",    "--fixture", "talk-360p",
                                       "--pipeline", "enhanced/cuda", "--passes", "15"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Finished run = ffbench(arguments);
    EXPECT_EQ(run.exit_code, 0) << run.err;
    return nlohmann::json::parse(run.out);
  }

  static double middle(std::vector<double> values) {
    std::ranges::sort(values);
    return values.at(values.size() / 2);
  }
};

TEST_F(GpuClocks, OfSamplesAreThoseOfRuns) {
  const Finished run = ffbench({"run", "suite", "smoke", "--fixture", "talk-360p", "--pipeline",
                                "enhanced/cuda", "--repetitions", "15", "--out", "out", "--quiet"});
  EXPECT_THAT(run.exit_code, testing::AnyOf(0, 1, 3)) << run.err;
  const double of_run = report().results.at(0).timing->total_s.median;
  std::vector<double> of_samples;
  for (int i = 0; i < 3; ++i) {
    of_samples.push_back(sample()["seconds"]);
  }
  EXPECT_NEAR(middle(of_samples) / of_run, 1, 0.05);
}

TEST_F(GpuClocks, OfTheDeviceFindASlowStage) {
  const nlohmann::json sound = sample();
  ASSERT_EQ(sound["device_passes"].size(), 15U);
  EXPECT_TRUE(sound["identical"].get<bool>());
  const nlohmann::json slow = sample({"--inject-slowdown", "100@mask"});
  EXPECT_EQ(slow["digest"], sound["digest"]);
  const auto stage = [](const nlohmann::json& json, const char* name) {
    return middle(json["device_stages"][name].get<std::vector<double>>());
  };
  EXPECT_NEAR(stage(slow, "mask") / stage(sound, "mask"), 2, 0.3);
  EXPECT_NEAR(stage(slow, "composite") / stage(sound, "composite"), 1, 0.1);
}

}  // namespace
}  // namespace ffbench::test
