#include "harness/verify/verify_stages.hpp"

#include <gmock/gmock.h>

#include "harness/verify/ledger_file.hpp"
#include "tests/harness/faulty_executor.hpp"
#include "tests/harness/tiny_suite.hpp"

namespace ffbench {
namespace {

using test::Fault;
using test::FaultyExecutor;
using testing::HasSubstr;

class VerifyStages : public test::TinySuite {
 protected:
  StageVerifyReport verify(const Fault* fault = nullptr) {
    StageVerifyOptions options;
    options.suites = {suite()};
    options.backends = {"cpu"};
    if (fault != nullptr) {
      options.make = [fault](const Pipeline& pipeline, const Subject& subject, const ExecutorTuning& tuning) {
        PipelineExecutor made = make_executor(pipeline, subject, tuning);
        made.executor =
            std::make_unique<FaultyExecutor>(std::move(made.executor), *fault, [] { return true; });
        made.executor->restart();
        return made;
      };
    }
    Progress progress(true);
    return verify_stages(options, progress);
  }
};

TEST_F(VerifyStages, EveryByteOfEveryStageIsCompared) {
  const StageVerifyReport report = verify();
  ASSERT_EQ(report.rows.size(), 1U);
  EXPECT_EQ(report.exit_code(), ExitCode::ok) << report.text();
  // Three crops of three channels, two masks, and the frame.
  EXPECT_EQ(report.bytes(), std::int64_t{frames} * (64 * 64 * (3 * 3 + 2) + 160 * 96 * 3));
  EXPECT_EQ(report.bytes("tiny", Backend::cpu), report.bytes());
  EXPECT_EQ(report.bytes("tiny", Backend::cuda), 0);
  EXPECT_EQ(report.reference.at("tiny").at("clip").size(), 6U);
}

TEST_F(VerifyStages, OneFlippedBitIsFoundWithItsPlaceAndBothValues) {
  const Fault fault{.stage = Stage::mask, .frame = 3, .x = 17, .y = 9, .channel = 0, .bits = 16};
  const StageVerifyReport report = verify(&fault);
  EXPECT_EQ(report.exit_code(), ExitCode::incorrect);
  EXPECT_EQ(report.mismatches(), 1);
  ASSERT_TRUE(report.rows.at(0).equality.first);
  const Mismatch& first = *report.rows[0].equality.first;
  EXPECT_EQ(first.stage, "mask");
  EXPECT_EQ(first.frame, 3);
  EXPECT_EQ(first.x, 17);
  EXPECT_EQ(first.y, 9);
  EXPECT_EQ(first.expected ^ first.actual, 16);
  EXPECT_THAT(report.text(),
              HasSubstr(fmt::format("tiny/clip on cpu: stage mask, frame 3, face {}, x 17, y 9, "
                                    "channel 0: expected {}, got {}",
                                    first.face, first.expected, first.actual)));
}

TEST_F(VerifyStages, ABackendThatThrowsFailsItsRowAndALedgerTakesNothing) {
  class ThrowingExecutor final : public Executor {
   public:
    [[nodiscard]] std::string description() const override { return "throwing"; }
    void restart() override {}
    void execute(int, ConstBgrView, const FramePlan&, BgrView) override { throw std::bad_alloc(); }
  };
  StageVerifyOptions options;
  options.suites = {suite()};
  options.backends = {"cpu"};
  options.make = [](const Pipeline&, const Subject&, const ExecutorTuning&) {
    return PipelineExecutor{std::make_unique<ThrowingExecutor>(), nullptr};
  };
  Progress progress(true);
  const StageVerifyReport report = verify_stages(options, progress);
  EXPECT_EQ(report.exit_code(), ExitCode::bad_input);
  EXPECT_THAT(report.text(), HasSubstr("failed: frame 0: out of memory"));
  Ledger ledger;
  EXPECT_THROW(update_ledger(ledger, report), Error);
}

TEST_F(VerifyStages, ALedgerTakesNothingThatDiffers) {
  Ledger ledger;
  const Fault fault;
  const StageVerifyReport wrong = verify(&fault);
  try {
    update_ledger(ledger, wrong);
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::incorrect);
    EXPECT_THAT(error.what(), HasSubstr("nothing is written"));
  }
  EXPECT_TRUE(ledger.reference.empty());
  const StageVerifyReport right = verify();
  update_ledger(ledger, right);
  EXPECT_EQ(ledger.reference, right.reference);
  EXPECT_TRUE(ledger.attestations.empty()) << "only a device can be attested";
}

TEST_F(VerifyStages, ABackendThatIsAskedForAndMissingFails) {
  if (why_unavailable(Backend::cuda).empty()) {
    GTEST_SKIP() << "this machine has a CUDA device";
  }
  StageVerifyOptions options;
  options.suites = {suite()};
  Progress progress(true);
  const StageVerifyReport all = verify_stages(options, progress);
  EXPECT_EQ(all.exit_code(), ExitCode::ok);
  EXPECT_THAT(all.text(), HasSubstr("skipped: " + why_unavailable(Backend::cuda)));
  options.backends = {"cuda"};
  EXPECT_EQ(verify_stages(options, progress).exit_code(), ExitCode::bad_input);
  options.backends = {"cudda"};
  EXPECT_THROW(verify_stages(options, progress), Error);
}

TEST_F(VerifyStages, AnExecutorThatGivesUpIsAFailureAndNoMismatch) {
  StageVerifyOptions options;
  options.suites = {suite()};
  options.backends = {"cpu"};
  options.make = [](const Pipeline&, const Subject&, const ExecutorTuning&) -> PipelineExecutor {
    fail("out of memory");
  };
  Progress progress(true);
  const StageVerifyReport report = verify_stages(options, progress);
  EXPECT_EQ(report.exit_code(), ExitCode::bad_input);
  EXPECT_THAT(report.text(), HasSubstr("failed: out of memory"));
  EXPECT_EQ(report.mismatches(), 0);
}

}  // namespace
}  // namespace ffbench
