#include "harness/operators/verify.hpp"

#include <cstdlib>
#include <iostream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/error.hpp"
#include "harness/operators/bench.hpp"
#include "kernels/cpu/targets.hpp"

namespace ffbench::operators {
namespace {

TEST(OperatorTable, NamesAreUniqueAndEveryRowIsComplete) {
  std::set<std::string> names;
  for (const Operator& op : table()) {
    EXPECT_TRUE(names.insert(op.name).second) << op.name;
    EXPECT_FALSE(op.description.empty());
    EXPECT_FALSE(op.backends.empty());
    EXPECT_TRUE(op.random);
    bool timed = false;
    for (const Case& listed : op.cases) {
      timed = timed || listed.benchmark;
    }
    EXPECT_TRUE(timed) << op.name << " has no case for the benchmark";
  }
}

TEST(OperatorTable, CaseNamesTellCasesApart) {
  for (const Operator& op : table()) {
    std::set<std::string> names;
    for (const Case& listed : op.cases) {
      EXPECT_TRUE(names.insert(listed.name).second) << op.name << " " << listed.name;
    }
  }
}

class EveryOperator : public testing::TestWithParam<std::string> {};

TEST_P(EveryOperator, EqualsTheReferenceOnEveryTargetAndCase) {
  VerifyOptions options;
  options.operators = {GetParam()};
  const VerifyReport report = verify_operators(options);
  EXPECT_EQ(report.mismatches(), 0U) << report.text();
  EXPECT_GT(report.bytes(), 0U);
  for (const VerifyRow& row : report.rows) {
    if (!row.skipped.empty()) {
      std::cout << row.operator_name << "/" << row.backend << "/" << row.target
                << ": skipped: " << row.skipped << '\n';
    } else {
      EXPECT_GT(row.bytes, 0U);
    }
  }
}

std::vector<std::string> operator_names() {
  std::vector<std::string> names;
  for (const Operator& op : table()) {
    names.push_back(op.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Table, EveryOperator, testing::ValuesIn(operator_names()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

/// Random problems from seeds that RapidCheck draws, until a number of bytes has been compared: ten
/// million, or FFBENCH_VERIFY_BYTES (a nightly run asks for a billion).
TEST(RandomProblems, EqualTheReferenceOnEveryTarget) {
  const char* text = std::getenv("FFBENCH_VERIFY_BYTES");
  const std::uint64_t wanted = text == nullptr ? 10'000'000 : std::strtoull(text, nullptr, 10);
  ASSERT_GT(wanted, 0U) << "FFBENCH_VERIFY_BYTES is no number";
  std::uint64_t bytes = 0;
  for (std::uint64_t round = 0; bytes < wanted; ++round) {
    const bool passed = rc::check("random problems equal the reference", [&] {
      VerifyOptions options;
      options.cases = {"none of the listed"};
      // Each check draws the same numbers, so the round is part of the seed.
      options.seed = mixed(round, *rc::gen::arbitrary<std::uint32_t>());
      options.minimum_bytes = 1;
      const VerifyReport report = verify_operators(options);
      bytes += report.bytes();
      const auto first = report.first();
      if (first) {
        RC_FAIL(first->text());
      }
    });
    ASSERT_TRUE(passed);
  }
  std::cout << bytes << " bytes of random problems compared\n";
  RecordProperty("bytes_compared", std::to_string(bytes));
}

/// The operator with a bit of one output byte flipped, at (5, 2), channel 1, whenever `target` runs
/// the cpu backend.
Operator with_flipped_bit(const Operator& original, std::string target) {
  class FlippedSession final : public Session {
   public:
    FlippedSession(std::unique_ptr<Session> inner, Plane& output, std::string on)
        : inner_(std::move(inner)), output_(output), on_(std::move(on)) {}
    void run() override {
      inner_->run();
      if (cpu::last_target_run() == on_) {
        output_.pixels()[2 * output_.stride() + 5 * output_.channels() + 1] ^= 4;
      }
    }

   private:
    std::unique_ptr<Session> inner_;
    Plane& output_;
    std::string on_;
  };
  class FlippedProblem final : public Problem {
   public:
    FlippedProblem(std::unique_ptr<Problem> inner, std::string on)
        : inner_(std::move(inner)), on_(std::move(on)) {}
    std::vector<Plane*> planes() override { return inner_->planes(); }
    std::vector<Plane*> outputs() override { return inner_->outputs(); }
    std::uint64_t bytes_moved() const override { return inner_->bytes_moved(); }
    std::string describe() const override { return inner_->describe(); }
    std::unique_ptr<Session> session(std::string_view backend) override {
      auto inner = inner_->session(backend);
      if (backend != "cpu") {
        return inner;
      }
      return std::make_unique<FlippedSession>(std::move(inner), *inner_->outputs().front(), on_);
    }

   private:
    std::unique_ptr<Problem> inner_;
    std::string on_;
  };
  Operator result = original;
  for (Case& listed : result.cases) {
    listed.make = [make = listed.make, target]() -> std::unique_ptr<Problem> {
      return std::make_unique<FlippedProblem>(make(), target);
    };
  }
  return result;
}

Operator warp_row() {
  return table().front();
}

TEST(Verify, CatchesOneFlippedBitInOneTargetWithItsPlace) {
  const std::string target = cpu::active_target();
  VerifyOptions options;
  options.cases = {"rotated-30/65x47"};
  const VerifyReport report = verify_operators(options, {with_flipped_bit(warp_row(), target)});
  EXPECT_EQ(report.exit_code(), 4);
  EXPECT_EQ(report.mismatches(), 1U);
  for (const VerifyRow& row : report.rows) {
    EXPECT_EQ(row.mismatches, row.target == target ? 1U : 0U) << row.target;
  }
  const auto first = report.first();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->operator_name, "warp");
  EXPECT_EQ(first->target, target);
  EXPECT_EQ(first->case_name, "rotated-30/65x47");
  EXPECT_EQ(first->x, 5);
  EXPECT_EQ(first->y, 2);
  EXPECT_EQ(first->channel, 1);
  EXPECT_EQ(first->expected ^ first->actual, 4);
  EXPECT_THAT(report.text(),
              testing::AllOf(testing::HasSubstr("warp on cpu/" + target),
                             testing::HasSubstr("rotated-30/65x47"), testing::HasSubstr("x 5, y 2")));
}

/// A report in which these backends differ, each first in the byte with this value.
VerifyReport differing(const std::vector<std::pair<std::string, int>>& backends) {
  VerifyReport report;
  for (const auto& [backend, actual] : backends) {
    VerifyRow& row = report.rows.emplace_back();
    row.operator_name = "gain-tables";
    row.backend = backend;
    row.mismatches = 1;
    row.first = Mismatch{"gain-tables", backend, "", "one/1x1", "tables", 3, 0, 1, 117, actual, "gain 1"};
  }
  return report;
}

TEST(Verify, WhereCpuAndCudasArithmeticDifferAlikeTheReferenceIsSuspect) {
  const VerifyReport alike = differing({{"cpu", 118}, {"cpu", 118}, {"arithmetic-of-cuda", 118}});
  EXPECT_THAT(
      alike.suspects(),
      testing::ElementsAre("gain-tables: cpu and arithmetic-of-cuda differ from the reference alike, so "
                           "suspect the reference (reference/gain_tables.cpp) or the contract before them"));
  EXPECT_THAT(alike.text(), testing::HasSubstr("suspect the reference"));
  EXPECT_THAT(differing({{"cpu", 118}, {"arithmetic-of-cuda", 119}}).suspects(), testing::IsEmpty());
  EXPECT_THAT(differing({{"cpu", 118}, {"cpu", 118}}).suspects(), testing::IsEmpty())
      << "targets of one backend share their code";
  EXPECT_THAT(differing({{"cuda", 118}, {"arithmetic-of-cuda", 118}}).suspects(), testing::IsEmpty())
      << "so do the kinds of cuda";
}

TEST(Verify, AHiddenTargetIsAVisibleSkip) {
  const std::string hidden = cpu::active_target();
  const cpu::HiddenTargets hiding({hidden});
  VerifyOptions options;
  options.operators = {"warp"};
  options.cases = {"identity/*"};
  const VerifyReport report = verify_operators(options);
  EXPECT_EQ(report.exit_code(), 0);
  EXPECT_THAT(report.text(), testing::HasSubstr("skipped: hidden"));
  for (const VerifyRow& row : report.rows) {
    if (row.target == hidden) {
      EXPECT_EQ(row.skipped, "hidden");
      EXPECT_EQ(row.cases, 0U);
    }
  }
}

TEST(Verify, NamesTheOperatorsWhereNothingIsSelected) {
  VerifyOptions options;
  options.operators = {"wrap"};
  try {
    verify_operators(options);
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("warp"), testing::HasSubstr("composite")));
    EXPECT_EQ(error.code(), ExitCode::bad_input);
  }
}

TEST(Bench, AMismatchGivesNoTimingAndFails) {
  Operator flipped = with_flipped_bit(warp_row(), cpu::active_target());
  BenchOptions options;
  options.backends = {"cpu"};
  options.targets = {cpu::active_target()};
  options.cases = {"turned-10/256x256"};
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int result = run_benchmarks(options, {flipped});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("not timed: warp on cpu/"));
  EXPECT_EQ(result, 4);
}

TEST(Bench, ReportsRateAndShareOfTheCopy) {
  BenchOptions options;
  options.operators = {"warp"};
  options.backends = {"cpu", "opencv"};
  options.targets = {cpu::active_target()};
  options.cases = {"turned-10/256x256"};
  options.flags = {"--benchmark_format=json", "--benchmark_min_time=0.001"};
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_benchmarks(options), 0);
  EXPECT_THAT(testing::internal::GetCapturedStdout(),
              testing::AllOf(testing::HasSubstr("warp/cpu/" + cpu::active_target() + "/turned-10/256x256"),
                             testing::HasSubstr("warp/opencv/turned-10/256x256"),
                             testing::HasSubstr("bytes_per_second"), testing::HasSubstr("copy_share"),
                             testing::HasSubstr("copy_bandwidth_bytes_per_second")));
}

TEST(Bench, RefusesUnknownFlagsAndNames) {
  BenchOptions options;
  options.flags = {"--fast"};
  EXPECT_THROW(run_benchmarks(options), Error);
  options.flags = {};
  options.operators = {"wrap"};
  EXPECT_THROW(run_benchmarks(options), Error);
}

}  // namespace
}  // namespace ffbench::operators
