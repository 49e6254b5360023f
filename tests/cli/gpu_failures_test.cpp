// A GPU that is not there, too old a driver, a device that is lost: what the program says and
// keeps. Libraries of the tests stand in for NVIDIA's (tests/fakes); what needs a device is a step
// of ci/gpu.

#include <cstdlib>

#include "kernels/cuda/backend.hpp"
#include "tests/cli/command_line.hpp"
#include "tests/support/paths.hpp"

namespace ffbench::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Answers = std::vector<std::pair<std::string, std::string>>;

class GpuFailures : public CommandLine {
 protected:
  /// Runs ffbench on a machine whose driver and management library answer like that.
  Finished with_driver(Answers answers, const std::vector<std::string>& arguments) const {
    std::string folders = fake_libraries_path;
    if (const char* others = std::getenv("LD_LIBRARY_PATH"); others != nullptr) {
      folders.append(":").append(others);
    }
    answers.emplace_back("LD_LIBRARY_PATH", folders);
    return ffbench_with(arguments, {.folder = path(""), .environment = answers});
  }

  /// A pipeline on cuda that was requested ends with exit code 2, and nothing computes in its
  /// place.
  void expect_nothing_computed(const Answers& answers, const std::string& reason) const {
    const Finished run = with_driver(answers, {"run", "suite", tiny_suite(), "--pipeline", "enhanced/cuda",
                                               "--repetitions", "1", "--out", "out"});
    EXPECT_EQ(run.exit_code, 2) << run.err;
    const Report result = report();
    ASSERT_EQ(result.results.size(), 1U);
    EXPECT_EQ(result.results[0].status, ResultStatus::skipped);
    EXPECT_THAT(result.results[0].reason, HasSubstr(cuda::with_toolkit ? reason : "built without CUDA"));
    EXPECT_EQ(result.results[0].executor, "");
    EXPECT_FALSE(result.results[0].timing);
    EXPECT_FALSE(result.results[0].determinism);
  }
};

TEST_F(GpuFailures, ADriverThatIsTooOld) {
  const Answers old{{"FAKE_CUDA_VERSION", "11080"}, {"FAKE_CUDA_DEVICES", "1"}};
  const Finished run = with_driver(old, {"doctor"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  if (cuda::with_toolkit) {
    EXPECT_THAT(run.out, AllOf(HasSubstr("cuda       no   the CUDA driver is too old: it serves CUDA 11.8"),
                               HasSubstr("driver     no   the CUDA driver is too old: it serves CUDA 11.8"),
                               HasSubstr("install a newer driver")));
  } else {
    EXPECT_THAT(run.out, HasSubstr("driver     ok   CUDA driver 11.8, 1 devices"));
  }
  expect_nothing_computed(old, "too old");
}

TEST_F(GpuFailures, ADriverWithoutADevice) {
  constexpr const char* no_device = "100";
  const Answers none{{"FAKE_CUDA_INIT", no_device}};
  EXPECT_THAT(with_driver(none, {"doctor"}).out,
              AllOf(HasSubstr("driver     no   the CUDA driver does not start (CUresult 100)"),
                    HasSubstr("cuda       no   no CUDA device")));
  EXPECT_THAT(with_driver({{"FAKE_CUDA_DEVICES", "0"}}, {"doctor"}).out,
              HasSubstr("driver     no   the CUDA driver finds no device"));
  expect_nothing_computed(none, "no CUDA device");
}

TEST_F(GpuFailures, TheManagementLibraryIsAskedForClocks) {
  const Answers capped{{"FAKE_SM_MHZ", "1755"}, {"FAKE_REASONS", std::to_string(0x4 | 0x40)}};
  EXPECT_THAT(
      with_driver(capped, {"doctor"}).out,
      HasSubstr("nvml       ok   NVML: SM clock 1755 MHz, held back by: SW power cap, HW thermal slowdown"));
  EXPECT_THAT(with_driver({}, {"doctor"}).out, HasSubstr("SM clock 1980 MHz, held back by: none"));
  EXPECT_THAT(with_driver({{"FAKE_NVML_INIT", "9"}}, {"doctor"}).out,
              HasSubstr("nvml       no   NVIDIA's management library does not start (nvmlReturn 9)"));
}

TEST_F(GpuFailures, ADeviceThatIsLostFailsItsFixtureAndNoOther) {
  put("two.json",
      R"({"schema": "ffbench.suite/1", "name": "two", "description": "A long clip and a short one",
    "fixtures": [
      {"name": "long", "scenario": "talk", "width": 160, "height": 96, "frames": 16, "crop_size": 64},
      {"name": "short", "scenario": "talk", "width": 160, "height": 96, "frames": 6, "crop_size": 64}]})");
  // Every backend but the reference loses its device in frame 12.
  const Finished run = run_program(
      (std::filesystem::path(program_path).parent_path() / "ffbench_faulty").string(),
      {"run", "suite", "two.json", "--pipeline", "enhanced/cpu", "--repetitions", "1", "--out", "out"},
      {.folder = path(""), .environment = {{"FFBENCH_FAULT", "device-lost"}, {"FFBENCH_CACHE", cache_path}}});
  EXPECT_EQ(run.exit_code, 2) << run.err;
  const Report result = report();
  ASSERT_EQ(result.results.size(), 2U);
  const Result& lost = result.results[0];
  EXPECT_EQ(lost.fixture, "long");
  EXPECT_EQ(lost.status, ResultStatus::failed);
  EXPECT_THAT(lost.reason, HasSubstr("the device is lost"));
  EXPECT_FALSE(lost.timing) << "no figures of a fixture that was not finished";
  const Result& kept = result.results[1];
  EXPECT_EQ(kept.fixture, "short");
  EXPECT_EQ(kept.status, ResultStatus::ok);
  ASSERT_TRUE(kept.timing && kept.equality);
  EXPECT_EQ(kept.equality->mismatches, 0);
}

}  // namespace
}  // namespace ffbench::test
