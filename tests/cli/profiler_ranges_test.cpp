// What profilers are shown, counted through an NVTX injection library of the tests (tests/nvtx): no
// profiler is needed.

#include <map>
#include <sstream>

#include "core/stage.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/profiler_range.hpp"
#include "tests/cli/command_line.hpp"
#include "tests/support/paths.hpp"

namespace ffbench::test {
namespace {

class ProfilerRanges : public CommandLine {
 protected:
  void SetUp() override {
    if (!ProfilerRange::built_in()) {
      GTEST_SKIP() << "NVTX's headers (nvtx3, in the CUDA toolkit) were not there when this was built";
    }
  }

  /// How often each line was logged (see tests/nvtx/range_log.cpp).
  std::map<std::string, int> ranges_of(const std::vector<std::string>& arguments) const {
    const Finished run = ffbench_with(arguments, {.folder = path(""),
                                                  .environment = {{"NVTX_INJECTION64_PATH", range_log_path},
                                                                  {"FFBENCH_RANGE_LOG", "ranges.txt"}}});
    EXPECT_LE(run.exit_code, 1) << "a gate may fail on so short a clip: " << run.err;
    std::map<std::string, int> counts;
    std::istringstream lines(read_file(path("ranges.txt")));
    for (std::string line; std::getline(lines, line);) {
      ++counts[line];
    }
    return counts;
  }
};

TEST_F(ProfilerRanges, OneForEachFixtureFrameAndStage) {
  constexpr int frames = 10;
  constexpr int clip_frames = 6;
  for (const std::string pipeline : {"enhanced/cpu", "enhanced/reference"}) {
    SCOPED_TRACE(pipeline);
    auto counts = ranges_of({"profile", "talk", "--suite", tiny_suite(), "--pipeline", pipeline, "--frames",
                             std::to_string(frames)});
    const std::string fixture = "fixture talk 0";
    EXPECT_EQ(counts[fixture], 1);
    for (int t = 0; t < clip_frames; ++t) {
      // The clip's first frames come again.
      const int expected = t < frames - clip_frames ? 2 : 1;
      const std::string frame = fixture + "/frame frame " + std::to_string(t);
      EXPECT_EQ(counts[frame], expected) << frame;
      for (const Stage stage : all_stages) {
        const std::string range = frame + "/stage " + std::string(name_of(stage)) + " 0";
        EXPECT_EQ(counts[range], expected) << range;
      }
    }
    EXPECT_EQ(counts["open 0"], 1) << "every range ended";
    int inside = 0;
    for (const auto& [range, count] : counts) {
      inside += range.starts_with(fixture + "/") ? count : 0;
    }
    EXPECT_EQ(inside, frames * (1 + static_cast<int>(stage_count))) << "and nothing else";
  }
}

TEST_F(ProfilerRanges, EveryPassOverAFixtureIsOne) {
  auto counts = ranges_of(
      {"run", "suite", tiny_suite(), "--pipeline", "enhanced/cpu", "--repetitions", "1", "--out", "out"});
  EXPECT_EQ(counts["fixture talk 0"], 2) << "quality and timing";
  EXPECT_EQ(counts["open 0"], 1);
}

TEST_F(ProfilerRanges, ALibraryThatIsNotThereChangesNothing) {
  const Finished run = ffbench_with(
      {"doctor"}, {.folder = path(""), .environment = {{"NVTX_INJECTION64_PATH", "/nowhere.so"}}});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, testing::HasSubstr("nvtx       ok"));
}

}  // namespace
}  // namespace ffbench::test
