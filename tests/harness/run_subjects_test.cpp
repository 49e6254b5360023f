// One fixture that fails: the others go on, and the verdict says so.
#include "harness/run/run_subjects.hpp"

#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <opencv2/core.hpp>

#include "core/system/interruption.hpp"
#include "harness/pipeline/suite_subjects.hpp"
#include "harness/run/dump.hpp"
#include "harness/system/environment.hpp"
#include "reports/gates.hpp"
#include "tests/harness/tiny_suite.hpp"

namespace ffbench {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// A clip that throws instead of giving a frame, from some read on.
class ThrowingClip final : public Clip {
 public:
  ThrowingClip(std::unique_ptr<Clip> inner, int reads, std::function<void()> fault)
      : inner_(std::move(inner)), reads_(reads), fault_(std::move(fault)) {}

  [[nodiscard]] const std::string& name() const override { return inner_->name(); }
  [[nodiscard]] int width() const override { return inner_->width(); }
  [[nodiscard]] int height() const override { return inner_->height(); }
  [[nodiscard]] int frame_count() const override { return inner_->frame_count(); }
  [[nodiscard]] double frames_per_second() const override { return inner_->frames_per_second(); }
  void read(int index, BgrView out) override {
    if (reads_-- <= 0) {
      fault_();
    }
    inner_->read(index, out);
  }

 private:
  std::unique_ptr<Clip> inner_;
  int reads_;
  std::function<void()> fault_;
};

class RunSubjects : public test::TinySuite {
 protected:
  /// Runs `enhanced/cpu` over three fixtures, the second of which fails after `reads` frames.
  Report run(int reads, std::function<void()> fault) {
    write_file_atomically(suite(),
                          R"({"schema": "ffbench.suite/1", "name": "tiny", "description": "d", "fixtures": [
      {"name": "one", "scenario": "talk", "width": 160, "height": 96, "frames": 6, "crop_size": 64},
      {"name": "two", "scenario": "turn", "width": 160, "height": 96, "frames": 6, "crop_size": 64},
      {"name": "three", "scenario": "empty", "width": 160, "height": 96, "frames": 6, "crop_size": 64}]})");
    Progress progress(true);
    std::vector<Subject> subjects = open_subjects(load_suite(suite()).fixtures, {}, progress);
    subjects[1].clip = std::make_unique<ThrowingClip>(std::move(subjects[1].clip), reads, std::move(fault));
    RunOptions options;
    options.pipelines = {parse_pipeline("enhanced/cpu")};
    options.repetitions = 1;
    Report report;
    report.suite = "tiny";
    const RunFolder folder(path("out"), report, false);
    report.results = run_subjects(subjects, options, folder, progress);
    judge(report, {});
    return report;
  }

  /// The second fixture failed for that reason and the others are complete.
  static void expect_one_failure(const Report& report, const std::string& reason) {
    ASSERT_EQ(report.results.size(), 3U);
    for (const std::size_t i : {0U, 2U}) {
      EXPECT_EQ(report.results[i].status, ResultStatus::ok) << report.results[i].reason;
      EXPECT_TRUE(report.results[i].timing) << report.results[i].fixture;
    }
    EXPECT_EQ(report.results[1].status, ResultStatus::failed);
    EXPECT_EQ(report.results[1].fixture, "two");
    EXPECT_THAT(report.results[1].reason, HasSubstr(reason));
    EXPECT_THAT(report.results[1].reason, testing::Not(HasSubstr("\n")));
    EXPECT_EQ(report.exit_code, ExitCode::bad_input);
    EXPECT_THAT(report.reasons,
                testing::Contains(AllOf(HasSubstr("two, enhanced/cpu failed"), HasSubstr(reason))));
  }
};

TEST_F(RunSubjects, AFixtureThatRunsOutOfMemoryFailsAlone) {
  expect_one_failure(run(2, [] { throw std::bad_alloc(); }), "out of memory");
}

TEST_F(RunSubjects, AnExceptionOfOpencvFailsOneFixtureAlone) {
  expect_one_failure(run(2, [] { CV_Error(cv::Error::StsAssert, "a matrix of the wrong size"); }),
                     "a matrix of the wrong size");
}

TEST_F(RunSubjects, AnyOtherExceptionFailsOneFixtureAlone) {
  expect_one_failure(run(2, [] { throw std::length_error("too long"); }), "too long");
  expect_one_failure(run(2, [] { throw Error("clip.mp4: is damaged"); }), "clip.mp4: is damaged");
}

TEST_F(RunSubjects, AnExceptionInTheTimedPassesFailsOneFixtureAlone) {
  // Beyond the reads of planning and of the quality pass.
  int reads = 0;
  run(0, [&reads] { ++reads; });
  ASSERT_GT(reads, 12);
  expect_one_failure(run(reads - 1, [] { throw std::bad_alloc(); }), "out of memory");
}

TEST_F(RunSubjects, AnInterruptionEndsTheRun) {
  EXPECT_THROW(run(2, [] { throw Interrupted("interrupted by SIGINT"); }), Interrupted);
}

TEST_F(RunSubjects, DumpsStayInTheirFolderWhateverAFixtureIsCalled) {
  Progress progress(true);
  std::vector<Subject> subjects = open_subjects(load_suite(suite()).fixtures, {}, progress);
  for (const char* name : {"../outside", "/absolute", "..", "a/b"}) {
    subjects[0].name = path("").string() + name;
    if (name[0] == '.') {
      subjects[0].name = name;
    }
    dump_runs(subjects[0], plan_runs(subjects[0], {parse_pipeline("enhanced/cpu")}), path("dumps"),
              {Stage::composite}, [] {});
  }
  std::vector<std::string> beside;
  for (const auto& entry : std::filesystem::directory_iterator(path(""))) {
    beside.push_back(entry.path().filename().string());
  }
  EXPECT_THAT(beside, testing::UnorderedElementsAre("cache", "dumps", "tiny.json"));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path("dumps")), {}), 4);
}

}  // namespace
}  // namespace ffbench
