#include "harness/determinism/determinism.hpp"

#include <atomic>
#include <new>
#include <random>

#include <gmock/gmock.h>

#include "core/system/interruption.hpp"
#include "harness/determinism/fresh_process.hpp"
#include "tests/harness/faulty_executor.hpp"
#include "tests/harness/tiny_suite.hpp"

namespace ffbench {
namespace {

using test::Fault;
using test::FaultyExecutor;
using testing::HasSubstr;

/// Executors with a fault; `acts` is asked once a pass.
MakeExecutor faulty(const Fault& fault, std::function<bool(const ExecutorTuning&)> acts) {
  return [fault, acts](const Pipeline& pipeline, const Subject& subject, const ExecutorTuning& tuning) {
    Pipeline on_host = pipeline;
    on_host.backend = Backend::cpu;
    PipelineExecutor made = make_executor(on_host, subject, {.threads = tuning.threads});
    made.executor = std::make_unique<FaultyExecutor>(std::move(made.executor), fault,
                                                     [acts, tuning] { return acts(tuning); });
    return made;
  };
}

class DeterminismCheck : public test::TinySuite {
 protected:
  DeterminismOptions options_on(const std::string& pipeline) {
    DeterminismOptions options;
    options.suite = suite();
    options.pipelines = {parse_pipeline(pipeline)};
    options.runs = 3;
    options.processes = 0;
    return options;
  }

  static DeterminismReport check(const DeterminismOptions& options) {
    Progress progress(true);
    return check_determinism(options, progress);
  }
};

TEST_F(DeterminismCheck, SoundBackendsGiveOneDigestOverEveryAxis) {
  DeterminismOptions options = options_on("enhanced/cpu");
  options.pipelines.push_back(parse_pipeline("enhanced/reference"));
  options.pipelines.push_back(parse_pipeline("base-3.5.0"));
  const DeterminismReport report = check(options);
  EXPECT_EQ(report.exit_code(), ExitCode::ok) << report.text();
  ASSERT_EQ(report.rows.size(), 3U);
  EXPECT_EQ(report.rows[0].runs, 6 * report.rows[0].variants) << "three watched, three not";
  EXPECT_GE(report.rows[0].variants, 4) << "two numbers of threads, at least two SIMD targets";
  EXPECT_EQ(report.rows[1].variants, 1);
  EXPECT_EQ(report.rows[0].digests, report.rows[1].digests) << "cpu computes what the reference does";
  EXPECT_EQ(report.rows[0].digests.size(), 6U);
}

TEST_F(DeterminismCheck, AnExceptionFailsItsFixtureAndAnInterruptionEndsTheCheck) {
  DeterminismOptions options = options_on("enhanced/reference");
  options.make = [](const Pipeline&, const Subject&, const ExecutorTuning&) -> PipelineExecutor {
    throw std::bad_alloc();
  };
  const DeterminismReport report = check(options);
  ASSERT_EQ(report.rows.size(), 1U);
  EXPECT_THAT(report.rows[0].failure, HasSubstr("out of memory"));
  EXPECT_EQ(report.exit_code(), ExitCode::bad_input);
  options.make = [](const Pipeline&, const Subject&, const ExecutorTuning&) -> PipelineExecutor {
    throw Interrupted("interrupted by SIGINT");
  };
  EXPECT_THROW(check(options), Interrupted);
}

TEST_F(DeterminismCheck, OneOddRunIsFoundWithItsPlaceAndBothValues) {
  const auto passes = std::make_shared<std::atomic<int>>(0);
  DeterminismOptions options = options_on("enhanced/cpu");
  options.make = faulty({.stage = Stage::gains, .frame = 4, .x = 5, .y = 2, .channel = 1, .bits = 4},
                        [passes](const ExecutorTuning&) { return ++*passes == 8; });
  const DeterminismReport report = check(options);
  EXPECT_EQ(report.exit_code(), ExitCode::incorrect);
  const DeterminismRow& row = report.rows.at(0);
  EXPECT_EQ(row.differing, 1);
  ASSERT_TRUE(row.first);
  EXPECT_EQ(row.first->stage, "gains");
  EXPECT_EQ(row.first->frame, 4);
  EXPECT_EQ(row.first->run, 2) << "the eighth pass is the second of the second variant";
  EXPECT_THAT(row.first->variant, HasSubstr("2 threads"));
  ASSERT_TRUE(row.first->place) << row.first->note;
  EXPECT_EQ(row.first->place->x, 5);
  EXPECT_EQ(row.first->place->y, 2);
  EXPECT_EQ(row.first->place->channel, 1);
  EXPECT_EQ(row.first->place->expected ^ row.first->place->actual, 4);
  EXPECT_THAT(row.first->note, HasSubstr("1 of 12288 bytes"));
  EXPECT_THAT(report.text(), HasSubstr("stage gains, frame 4"));
  EXPECT_THAT(report.json(), HasSubstr("\"identical\": false"));
}

TEST_F(DeterminismCheck, ANumberOfThreadsThatChangesABitIsFound) {
  DeterminismOptions options = options_on("enhanced/cpu");
  options.make = faulty({.stage = Stage::composite, .frame = 0, .x = 100, .y = 50, .channel = 2, .bits = 1},
                        [](const ExecutorTuning& tuning) { return tuning.threads == 2; });
  const DeterminismReport report = check(options);
  const DeterminismRow& row = report.rows.at(0);
  EXPECT_EQ(row.differing * 4, row.runs) << "every watched run of every variant with two threads";
  ASSERT_TRUE(row.first && row.first->place);
  EXPECT_EQ(row.first->place->x, 100);
  EXPECT_EQ(row.first->place->face, -1);
}

TEST_F(DeterminismCheck, WhatDependsOnTheBatchIsFound) {
  DeterminismOptions options = options_on("enhanced/cpu");
  options.pipelines[0].backend = Backend::cuda;  // its axes; the executors are the test's
  options.axes.device_count = 1;
  options.axes.batches = {1, 4};
  options.make =
      faulty({.stage = Stage::hysteresis, .frame = 5, .x = 1, .y = 1, .channel = 0, .bits = 128},
             [](const ExecutorTuning& tuning) { return tuning.cuda.batch == 4 && !tuning.cuda.graphs; });
  const DeterminismReport report = check(options);
  const DeterminismRow& row = report.rows.at(0);
  EXPECT_EQ(row.variants, 8);
  EXPECT_EQ(row.runs, 48);
  EXPECT_EQ(row.differing, 6);
  ASSERT_TRUE(row.first && row.first->place);
  EXPECT_EQ(row.first->variant, "batch 4, 1 stream, graphs off, device 0");
  EXPECT_EQ(row.first->place->frame, 5);
}

TEST_F(DeterminismCheck, WhatIsMadeOnlyWhileNothingIsObservedIsFound) {
  DeterminismOptions options = options_on("enhanced/cpu");
  options.make =
      faulty({.stage = Stage::composite, .frame = 3, .x = 7, .y = 9, .channel = 1, .unwatched = true},
             [](const ExecutorTuning& tuning) { return tuning.threads == 2; });
  const DeterminismReport report = check(options);
  EXPECT_EQ(report.exit_code(), ExitCode::incorrect);
  const DeterminismRow& row = report.rows.at(0);
  EXPECT_EQ(row.differing * 4, row.runs) << "the unwatched runs of every variant with two threads";
  ASSERT_TRUE(row.first && row.first->place);
  EXPECT_THAT(row.first->variant, HasSubstr("unwatched"));
  EXPECT_EQ(row.first->frame, 3);
  EXPECT_EQ(row.first->place->x, 7);
  EXPECT_EQ(row.first->place->y, 9);
  EXPECT_EQ(row.first->place->expected ^ row.first->place->actual, 4);
}

TEST_F(DeterminismCheck, AFirstRunThatWasTheOddOneIsSaid) {
  const auto passes = std::make_shared<std::atomic<int>>(0);
  DeterminismOptions options = options_on("enhanced/cpu");
  options.make =
      faulty({.stage = Stage::warp, .frame = 1}, [passes](const ExecutorTuning&) { return ++*passes == 1; });
  const DeterminismReport report = check(options);
  EXPECT_EQ(report.exit_code(), ExitCode::incorrect);
  ASSERT_TRUE(report.rows.at(0).first);
  EXPECT_EQ(report.rows[0].first->stage, "warp");
  EXPECT_THAT(report.rows[0].first->note, HasSubstr("did not make its first image again"));
}

/// A trace that expects these images, each with another digest than any image has.
StageTrace expecting(const std::vector<ImageKey>& keys) {
  StageTrace trace;
  for (const ImageKey& key : keys) {
    trace.images[key] = {1, 2};
  }
  return trace;
}

TEST_F(DeterminismCheck, OfSeveralDifferencesTheFirstIsNamedWhateverTheOrderInWhichTheyCome) {
  const std::uint8_t pixel[3] = {1, 2, 3};
  const std::vector<ImageKey> keys{{2, Stage::warp, 0}, {2, Stage::mask, 0}, {3, Stage::warp, 0}};
  const StageTrace expected = expecting(keys);
  // As a frame after the other gives them, as a batch does (stage by stage), and backwards.
  for (const std::vector<std::size_t>& order :
       {std::vector<std::size_t>{0, 1, 2}, {0, 2, 1}, {2, 1, 0}, {1, 0, 2}, {1, 2, 0}}) {
    StageTracer tracer(&expected);
    for (const std::size_t i : order) {
      tracer.image(keys[i].frame, keys[i].face_id, keys[i].stage, pixel, 1, 1, 3, 3);
    }
    ASSERT_TRUE(tracer.difference());
    EXPECT_EQ(tracer.difference()->image, keys[0]) << testing::PrintToString(order);
  }
}

TEST_F(DeterminismCheck, OfSeveralRunsThatDifferTheFirstIsNamed) {
  const auto passes = std::make_shared<std::atomic<int>>(0);
  DeterminismOptions options = options_on("enhanced/cpu");
  options.make = faulty({.stage = Stage::gains, .frame = 4, .x = 5, .y = 2, .channel = 1, .bits = 4},
                        [passes](const ExecutorTuning&) { return ++*passes >= 8; });
  const DeterminismReport report = check(options);
  const DeterminismRow& row = report.rows.at(0);
  EXPECT_GT(row.differing, 2);
  ASSERT_TRUE(row.first);
  EXPECT_EQ(row.first->run, 2) << "the eighth pass is the second of the second variant";
}

TEST_F(DeterminismCheck, AnImageThatIsMissingIsADifference) {
  StageTrace expected;
  expected.images[{2, Stage::warp, 0}] = {1, 2};
  expected.images[{3, Stage::warp, 0}] = {1, 2};
  StageTracer tracer(&expected);
  const std::uint8_t pixel[3] = {1, 2, 3};
  tracer.image(3, 0, Stage::warp, pixel, 1, 1, 3, 3);
  const auto difference = tracer.difference();
  ASSERT_TRUE(difference);
  EXPECT_EQ(difference->image.frame, 2);
  EXPECT_FALSE(difference->actual);
}

TEST_F(DeterminismCheck, AnOutcomeSurvivesTheWayBetweenProcesses) {
  PassOutcome outcome;
  outcome.executor = "cpu AVX2";
  outcome.trace.plan = {{1, 0xffffffffffffffff}};
  outcome.trace.images[{7, Stage::composite, -1}] = {3, 4};
  outcome.trace.stages["composite"] = "00";
  outcome.difference =
      TraceDifference{std::nullopt, {7, Stage::composite, -1}, StageRecorder::Entry{1, 1, 3, {9, 8, 7}}};
  const PassOutcome read = outcome_from_cbor(outcome_to_cbor(outcome), "here");
  EXPECT_EQ(read.executor, outcome.executor);
  EXPECT_EQ(read.trace.plan, outcome.trace.plan);
  EXPECT_EQ(read.trace.images, outcome.trace.images);
  EXPECT_EQ(read.trace.stages, outcome.trace.stages);
  ASSERT_TRUE(read.difference && read.difference->actual);
  EXPECT_EQ(read.difference->image, outcome.difference->image);
  EXPECT_EQ(read.difference->actual->pixels, outcome.difference->actual->pixels);
  EXPECT_THROW(outcome_from_cbor("nonsense", "here"), Error);
}

TEST_F(DeterminismCheck, APlanThatDiffersIsFoundBeforeAnyPixel) {
  DeterminismOptions options = options_on("enhanced/cpu");
  Progress progress(true);
  std::vector<Subject> subjects;
  const ClipPlan plan{64, {FramePlan{}, FramePlan{{FacePlan{}}}}, {}};
  ClipPlan other = plan;
  other.frames[1].faces[0].pose.yaw = 5e-324;  // the smallest step there is
  EXPECT_EQ(plan_digests(plan)[0], plan_digests(other)[0]);
  EXPECT_NE(plan_digests(plan)[1], plan_digests(other)[1]);
}

}  // namespace
}  // namespace ffbench
