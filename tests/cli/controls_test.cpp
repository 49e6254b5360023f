// Plans that are wrong on purpose: the default gates reject each of them, with no exemption, and
// let the truth pass.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "core/system/data_path.hpp"
#include "reports/gates.hpp"
#include "tests/cli/command_line.hpp"

namespace ffbench::test {
namespace {

constexpr const char* suite = R"({
  "schema": "ffbench.suite/1", "name": "controls", "description": "Clips long enough for figures of motion",
  "fixtures": [
    {"scenario": "talk", "width": 640, "height": 360, "frames": 96, "crop_size": 256},
    {"scenario": "turn", "width": 640, "height": 360, "frames": 96, "crop_size": 256}
  ]
})";

/// By control and fixture, the gates that reject it. Together they are all gates on the truth: each
/// is moved by a plan that is wrong in its way.
const std::map<std::string, std::map<std::string, std::set<std::string>>> rejected{
    {"frozen",
     {{"talk",
       {"tPSNR mean as the truth", "tPSNR tail as the truth", "jitter reduction", "TD-PSNR gain",
        "peak turn error"}},
      {"turn",
       {"tPSNR mean as the truth", "tPSNR tail as the truth", "jitter reduction", "TD-PSNR gain",
        "peak turn error"}}}},
    {"lagged",
     {{"talk", {"jitter reduction", "TD-PSNR gain", "no lag", "peak turn error"}},
      {"turn",
       {"tPSNR mean as the truth", "tPSNR tail as the truth", "jitter reduction", "TD-PSNR gain", "no lag",
        "peak turn error"}}}},
    {"alternating",
     {{"talk", {"jitter reduction", "TD-PSNR gain"}}, {"turn", {"jitter reduction", "TD-PSNR gain"}}}},
    {"shaking",
     {{"talk",
       {"tPSNR mean as the truth", "tPSNR tail as the truth", "jitter reduction", "TD-PSNR gain",
        "tPSNR mean not below the base", "tPSNR tail not below the base"}},
      {"turn", {"jitter reduction", "TD-PSNR gain"}}}},
    {"jumping",
     {{"talk",
       {"no outlier against the truth", "no outlier against the base", "jitter reduction", "TD-PSNR gain"}},
      {"turn", {"jitter reduction", "TD-PSNR gain", "peak turn error"}}}},
};

class Controls : public CommandLine {
 protected:
  /// Runs a control with the base; the run's exit code.
  int run_control(const std::string& control) {
    const Finished run =
        ffbench({"run", "suite", put("controls.json", suite), "--repetitions", "1", "--pipeline",
                 "base-3.5.0", "--pipeline", "enhanced/cpu@" + control, "--out", "out", "--quiet"});
    EXPECT_EQ(run.err, "");
    report_ = report();
    EXPECT_EQ(report_.results.size(), 4U);
    return run.exit_code;
  }

  void expect_rejected(const std::string& control) {
    EXPECT_EQ(run_control(control), 1);
    for (const char* fixture : {"talk", "turn"}) {
      std::set<std::string> failed;
      for (const GateResult& gate : report_.gates) {
        if (gate.fixture == fixture && gate.pipeline == "enhanced/cpu@" + control &&
            gate.gate_class == GateClass::quality) {
          EXPECT_NE(gate.verdict, GateVerdict::expected_fail) << gate.name;
          if (gate.verdict == GateVerdict::fail) {
            failed.insert(gate.name);
          }
        }
      }
      for (const std::string& gate : rejected.at(control).at(fixture)) {
        EXPECT_TRUE(failed.contains(gate)) << control << " passes '" << gate << "' on " << fixture;
      }
      RecordProperty(fixture, fmt::format("{}", fmt::join(failed, ", ")));
    }
    EXPECT_EQ(failures_of_class(GateClass::correctness), "");
  }

  [[nodiscard]] std::string failures_of_class(GateClass wanted) const {
    std::string text;
    for (const GateResult& gate : report_.gates) {
      if (gate.gate_class == wanted && gate.verdict == GateVerdict::fail) {
        text += fmt::format("{}, {}: {}: {}\n", gate.fixture, gate.pipeline, gate.name, gate.reason);
      }
    }
    return text;
  }

  Report report_;
};

TEST_F(Controls, AFrozenFaceIsRejected) {
  expect_rejected("frozen");
}

TEST_F(Controls, ALaggingFaceIsRejected) {
  expect_rejected("lagged");
}

TEST_F(Controls, AnAlternatingFaceIsRejected) {
  expect_rejected("alternating");
}

TEST_F(Controls, AShakingFaceIsRejected) {
  expect_rejected("shaking");
}

TEST_F(Controls, AFaceThatJumpsIsRejected) {
  expect_rejected("jumping");
}

TEST_F(Controls, MoveEveryGateOnTheTruth) {
  std::set<std::string> moved;
  for (const auto& [control, fixtures] : rejected) {
    for (const auto& [fixture, gates] : fixtures) {
      moved.insert(gates.begin(), gates.end());
    }
  }
  for (const Gate& gate : read_gates(data_path("ci/gates.json")).gates) {
    const bool on_truth = std::ranges::find(gate.where, "truth") != gate.where.end();
    if (gate.gate_class == GateClass::quality && on_truth) {
      EXPECT_TRUE(moved.contains(gate.name)) << gate.name << " is moved by no control";
    }
  }
}

/// An average of the centre too errs by frames on turns, which its tPSNR does not show.
TEST_F(Controls, AnAverageOfTheCentreOnATurnIsRejectedForItsLag) {
  const char* turn =
      R"({"schema": "ffbench.suite/1", "name": "turn", "description": "a fast turn", "fixtures": [
    {"scenario": "turn", "width": 640, "height": 360, "frames": 48, "crop_size": 256}]})";
  std::string gates = R"({"schema": "ffbench.gates/1", "gates": [
    {"name": "no lag", "metric": "truth.lag", "op": "abs<=", "threshold": 0.1, "class": "quality",
     "pipelines": ["enhanced*"], "presets": ["*"], "where": ["truth", "moving_face"]}]})";
  for (const auto& [pipeline, code] :
       {std::pair{"enhanced:seed+centre/cpu", 1}, std::pair{"enhanced/cpu", 0}}) {
    const Finished run = ffbench({"run", "suite", put("turn.json", turn), "--gates", put("lag.json", gates),
                                  "--repetitions", "0", "--pipeline", pipeline, "--out", "out", "--quiet"});
    EXPECT_EQ(run.exit_code, code) << pipeline << run.err << run.out;
  }
}

TEST_F(Controls, TheTruthPassesEveryGate) {
  EXPECT_EQ(run_control("truth"), 0) << gates_with(
      report_,
      {GateVerdict::fail, GateVerdict::expected_fail, GateVerdict::unexpected_pass, GateVerdict::error});
  std::map<std::string, int> judged;
  for (const GateResult& gate : report_.gates) {
    // A gate may be split by fixture: "NAME, WHERE".
    judged[gate.name.substr(0, gate.name.find(','))] +=
        gate.pipeline == "enhanced/cpu@truth" && gate.verdict == GateVerdict::pass ? 1 : 0;
  }
  for (const char* gate : {"TD-PSNR gain", "peak turn error", "bit equality"}) {
    EXPECT_EQ(judged[gate], 2) << gate;
  }
  EXPECT_EQ(judged["tPSNR mean not below the base"], 1);
}

}  // namespace
}  // namespace ffbench::test
