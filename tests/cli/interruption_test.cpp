// Runs that end early, however they end, leave whole files and can be continued; shards add up to
// one run.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include <fmt/core.h>

#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "core/system/temporary_file.hpp"
#include "reports/report_json.hpp"
#include "tests/cli/command_line.hpp"
#include "tests/support/paths.hpp"

namespace ffbench::test {
namespace {

/// What does not depend on time: digests, figures and verdicts, in the report's order.
std::vector<std::string> essence_of(const Report& report) {
  std::vector<std::string> lines;
  for (const Result& result : report.results) {
    std::string line = fmt::format("{} {} {} {}", result.fixture, result.pipeline, name_of(result.status),
                                   result.timing ? result.timing->repetitions.size() : 0);
    if (result.determinism) {
      line += fmt::format(" {} runs {}", result.determinism->runs, result.determinism->identical);
      for (const auto& [stage, digest] : result.determinism->stages) {
        line += fmt::format(" {} {}", stage, digest);
      }
    }
    if (result.quality) {
      line += fmt::format(" tPSNR {} {}", result.quality->tpsnr_stride1.mean,
                          result.quality->tpsnr_stride2.tail_mean);
      if (result.quality->delta) {
        line += fmt::format(" delta {}", result.quality->delta->mean);
      }
    }
    lines.push_back(line);
  }
  for (const GateResult& gate : report.gates) {
    if (gate.gate_class != GateClass::performance) {
      lines.push_back(
          fmt::format("{}, {}, {}: {}", gate.name, gate.fixture, gate.pipeline, name_of(gate.verdict)));
    }
  }
  return lines;
}

std::string environment_or(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : value;
}

class Interruption : public CommandLine {
 protected:
  /// A suite of four small fixtures and its name; or $FFBENCH_KILL_SUITE.
  std::string suite() {
    const std::string chosen = environment_or("FFBENCH_KILL_SUITE", "");
    return chosen.empty()
               ? put("four.json", R"({"schema": "ffbench.suite/1", "name": "four", "description": "Four",
      "fixtures": [
        {"name": "a", "scenario": "talk", "width": 320, "height": 180, "frames": 12, "crop_size": 128},
        {"name": "b", "scenario": "turn", "width": 320, "height": 180, "frames": 10, "crop_size": 128},
        {"name": "c", "scenario": "tail", "width": 320, "height": 180, "frames": 12, "crop_size": 128},
        {"name": "d", "scenario": "empty", "width": 320, "height": 180, "frames": 8, "crop_size": 128}]})")
               : chosen;
  }

  std::vector<std::string> run(const std::string& out, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"run", "suite", suite(), "--out", out, "--quiet"};
    // Small fixtures are timed once; times are not what this is about.
    if (environment_or("FFBENCH_KILL_SUITE", "").empty() &&
        std::ranges::find(more, "--repetitions") == more.end()) {
      arguments.insert(arguments.end(), {"--repetitions", "2"});
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  /// Runs to the end, which on a busy machine may be far.
  Finished finish(const std::string& out, const std::vector<std::string>& more = {}) {
    return ffbench_with(run(out, more), {.folder = path(""), .limit = std::chrono::hours(1)});
  }

  /// How many fixtures a run that ended early has finished.
  [[nodiscard]] std::ptrdiff_t parts_in(const std::string& out) const {
    std::error_code none;
    const std::filesystem::directory_iterator parts(path(out) / "parts", none);
    return std::count_if(begin(parts), end(parts), [](const std::filesystem::directory_entry& entry) {
      return entry.path().extension() == ".json";
    });
  }

  /// Starts the run and sends it a signal after some seconds.
  Finished end_early(const std::string& out, const std::string& signal, double seconds,
                     const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"--preserve-status", "--signal=" + signal,
                                       fmt::format("{:.3f}", seconds), program_path};
    const std::vector<std::string> command = run(out, more);
    arguments.insert(arguments.end(), command.begin(), command.end());
    return run_program(
        "timeout", arguments,
        {.folder = path(""), .environment = {{"FFBENCH_CACHE", cache_path}}, .limit = std::chrono::hours(1)});
  }

  /// Every file under its own name is whole.
  void expect_whole_files(const std::string& out) {
    if (!std::filesystem::exists(path(out))) {
      return;
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path(out))) {
      if (entry.path().filename() == "benchmark.json") {
        EXPECT_TRUE(read_file(entry.path()).ends_with("}\n")) << entry.path();
      } else if (entry.path().extension() == ".json") {
        EXPECT_NO_THROW(read_report(entry.path())) << entry.path();
      } else if (entry.is_regular_file()) {
        EXPECT_TRUE(is_temporary_file(entry.path()) || entry.file_size() > 100) << entry.path();
      }
    }
  }

  void expect_no_leftovers(const std::string& out) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path(out))) {
      EXPECT_FALSE(is_temporary_file(entry.path()) || entry.is_directory()) << entry.path();
    }
  }
};

TEST_F(Interruption, ARunThatIsKilledAtAnyMomentResumesToTheSameReport) {
  // The second run finds its fixtures in the cache, as those that are killed do.
  ASSERT_EQ(finish("rendered").err, "");
  const Finished whole = finish("whole");
  ASSERT_EQ(whole.err, "");
  const std::vector<std::string> expected = essence_of(report("whole"));
  ASSERT_GE(expected.size(), 16U);
  const int kills = std::atoi(environment_or("FFBENCH_KILLS", "4").c_str());
  const auto seed = static_cast<unsigned>(std::atoi(environment_or("FFBENCH_KILL_SEED", "1").c_str()));
  std::mt19937 random(seed);
  for (int i = 0; i < kills; ++i) {
    const std::string out = fmt::format("killed-{}", i);
    double after = std::uniform_real_distribution<>(0, whole.wall_seconds)(random);
    SCOPED_TRACE(fmt::format("kill {} of {}", i + 1, kills));
    // A run that was faster than its killer is killed earlier, until it is killed while it runs.
    while (end_early(out, "KILL", after).exit_code != 128 + 9) {
      std::filesystem::remove_all(path(out));
      after /= 2;
    }
    const std::ptrdiff_t parts = parts_in(out);
    expect_whole_files(out);
    const Finished resumed = finish(out, {"--resume"});
    EXPECT_EQ(resumed.err, "");
    EXPECT_EQ(resumed.exit_code, whole.exit_code);
    EXPECT_EQ(essence_of(report(out)), expected);
    EXPECT_EQ(report(out).command_line.find("--resume"), std::string::npos);
    expect_no_leftovers(out);
    fmt::print("kill {} of {}: after {:.2f} s of {:.2f} s with {} finished fixtures; resumed in {:.2f} s\n",
               i + 1, kills, after, whole.wall_seconds, parts, resumed.wall_seconds);
    std::fflush(stdout);
    std::filesystem::remove_all(path(out));
  }
}

TEST_F(Interruption, ASignalEndsTheRunWithOneLineAndKeepsWhatIsFinished) {
  const Finished whole = ffbench(run("whole"));
  for (const char* signal : {"INT", "TERM"}) {
    const std::string out = std::string("out-") + signal;
    const Finished ended = end_early(out, signal, whole.wall_seconds * 0.6, {"--repetitions", "40"});
    EXPECT_EQ(ended.exit_code, 2);
    EXPECT_EQ(ended.out, "");
    EXPECT_EQ(ended.err,
              fmt::format("ffbench: interrupted by SIG{0}; what is finished is kept in out-{0}: repeat "
                          "the command with --resume\n",
                          signal));
    expect_whole_files(out);
    EXPECT_FALSE(std::filesystem::exists(path(out) / "report.json"));
  }
}

TEST_F(Interruption, ResumingAskedForWithOtherSettingsIsRefused) {
  ffbench(run("out"));
  const std::string before = read_file(path("out/report.json"));
  expect_refusal({"run", "suite", suite(), "--out", "out", "--quiet", "--resume", "--repetitions", "1"},
                 {"out/report.json", "repetitions '2', not '1'", "--resume"});
  expect_refusal(run("out", {"--resume", "--swap", "identity"}), {"swap 'source', not 'identity'"});
  expect_refusal(run("out", {"--resume", "--pipeline", "base-3.5.0"}), {"pipelines"});
  expect_refusal(run("out", {"--resume", "--fixture", "a"}), {"fixtures"});
  std::string other = before;
  const std::string digest = report().environment.binary_digest;
  other.replace(other.find(digest), digest.size(), std::string(digest.size(), '0'));
  put("out/report.json", other);
  expect_refusal(run("out", {"--resume"}), {"another build of ffbench"});
  put("out/report.json", before.substr(0, before.size() / 2));
  expect_refusal(run("out", {"--resume"}), {"out/report.json"});
}

TEST_F(Interruption, AFinishedRunIsNotRunAgain) {
  ffbench(run("out"));
  const Report first = report();
  const Finished again = ffbench(run("out", {"--resume"}));
  EXPECT_EQ(again.err, "");
  const Report second = report();
  EXPECT_EQ(essence_of(second), essence_of(first));
  for (std::size_t i = 0; i < first.results.size(); ++i) {
    EXPECT_EQ(second.results[i].timing->repetitions, first.results[i].timing->repetitions);
  }
  EXPECT_EQ(second.environment.started, first.environment.started);
}

TEST_F(Interruption, AFullDiskEndsTheRunInOneLineAndLeavesEarlierResults) {
  put_earlier_report();
  // No file may grow beyond 4 KiB: what a full disk does, for those who may not mount one.
  std::string command = "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\"";
  std::vector<std::string> arguments{"-c", command, program_path};
  ffbench(run("rendered"));  // so that no fixture must be rendered
  for (const std::string& argument : run("out")) {
    arguments.push_back(argument);
  }
  const Finished full =
      run_program("bash", arguments, {.folder = path(""), .environment = {{"FFBENCH_CACHE", cache_path}}});
  EXPECT_EQ(full.exit_code, 2);
  EXPECT_EQ(full.out, "");
  EXPECT_EQ(std::ranges::count(full.err, '\n'), 1) << full.err;
  EXPECT_THAT(full.err, testing::AllOf(testing::HasSubstr("out/"), testing::HasSubstr("free space")));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path("out"))) {
    EXPECT_FALSE(is_temporary_file(entry.path())) << entry.path();
  }
  std::filesystem::remove_all(path("out/parts"));
  expect_earlier_report();
}

TEST_F(Interruption, TwoRunsDoNotShareAFolder) {
  // The first run goes on until a file appears.
  std::thread first([&] {
    std::vector<std::string> arguments{
        "-c", "\"$0\" \"$@\" & until [ -e stop ] || ! kill -0 $!; do sleep 0.02; done; kill -9 $!",
        program_path};
    const std::vector<std::string> command = run("out", {"--repetitions", "1000"});
    arguments.insert(arguments.end(), command.begin(), command.end());
    run_program("sh", arguments, {.folder = path(""), .environment = {{"FFBENCH_CACHE", cache_path}}});
    put("ended", "");
  });
  while (!std::filesystem::exists(path("out/parts")) && !std::filesystem::exists(path("ended"))) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_FALSE(std::filesystem::exists(path("ended")));
  expect_refusal(run("out"), {"out: another run is writing into this folder", "--out"});
  put("stop", "");
  first.join();
  EXPECT_EQ(ffbench(run("out")).err, "");  // a killed run holds nothing
}

TEST_F(Interruption, TwoProcessesFillOneCache) {
  const auto render = [&] {
    return run_program(program_path, {"fixtures", "render", suite(), "--quiet"},
                       {.folder = path(""), .environment = {{"FFBENCH_CACHE", path("cache").string()}}});
  };
  Finished other;
  suite();
  std::thread second([&] { other = render(); });
  const Finished one = render();
  second.join();
  EXPECT_EQ(one.exit_code, 0) << one.err;
  EXPECT_EQ(other.exit_code, 0) << other.err;
  for (const auto& entry : std::filesystem::directory_iterator(path("cache"))) {
    EXPECT_FALSE(is_temporary_file(entry.path())) << entry.path();
  }
  EXPECT_EQ(render().err, "");
}

TEST_F(Interruption, ShardsMergeIntoTheWholeRun) {
  ffbench(run("whole"));
  std::vector<std::string> merge{"merge", "--out", "merged"};
  std::size_t results = 0;
  for (int i = 1; i <= 4; ++i) {
    const std::string out = fmt::format("shard-{}", i);
    ffbench(run(out, {"--shard", fmt::format("{}/4", i)}));
    merge.push_back(i % 2 == 0 ? out : out + "/report.json");
    results += report(out).results.size();
  }
  const Report whole = report("whole");
  EXPECT_EQ(results, whole.results.size());
  std::reverse(merge.begin() + 3, merge.end());
  const Finished merged = ffbench(merge);
  EXPECT_EQ(merged.err, "");
  const Report joined = report("merged");
  EXPECT_EQ(essence_of(joined), essence_of(whole));
  EXPECT_EQ(joined.shard, "");
  EXPECT_EQ(joined.command_line.find("--shard"), std::string::npos);
  EXPECT_EQ(static_cast<int>(joined.exit_code), merged.exit_code);
  for (const Result& result : joined.results) {
    if (result.pipeline == base_pipeline_name && result.face_frames > 0) {
      EXPECT_EQ(result.timing->speedup_vs_base, 1) << result.fixture;
    }
  }

  expect_refusal({"merge", "shard-1", "shard-2", "shard-4"}, {"shard 3/4 is missing"});
  expect_refusal({"merge", "shard-1", "shard-1"}, {"give each shard once"});
  expect_refusal({"merge", "whole"}, {"not a shard"});
  ffbench(run("other", {"--shard", "2/4", "--swap", "identity"}));
  expect_refusal({"merge", "shard-1", "other"}, {"other", "swap"});
  expect_refusal(run("out", {"--shard", "5/4"}), {"--shard '5/4'", "2/4"});
  expect_refusal(run("out", {"--shard", "2/5"}), {"--shard 2/5", "only 4 fixtures"});
}

}  // namespace
}  // namespace ffbench::test
