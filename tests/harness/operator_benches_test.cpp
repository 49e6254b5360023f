#include "harness/compare/operator_benches.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "harness/compare/operator_sample.hpp"
#include "harness/compare/operator_session.hpp"
#include "harness/statistics/procedure.hpp"

namespace ffbench::compare {
namespace {

using testing::Contains;
using testing::Each;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> names_of(const std::vector<OperatorBench>& benches) {
  std::vector<std::string> names;
  names.reserve(benches.size());
  for (const OperatorBench& bench : benches) {
    names.push_back(bench.name());
  }
  return names;
}

std::vector<std::string> chosen(const std::vector<std::string>& globs) {
  return names_of(all_operator_benches(globs, operators::table()));
}

// With those of a device, which this machine may lack.
TEST(OperatorBenches, WithoutAGlobAreNoMoreThanAFirstLookCanJudge) {
  const std::vector<std::string> all = chosen({});
  EXPECT_LE(static_cast<int>(all.size()), statistics::largest_family({}));
  EXPECT_GT(all.size(), 60U);
  EXPECT_THAT(all, Each(Not(testing::EndsWith("3840x2160"))));
  for (const operators::Operator& row : operators::table()) {
    const bool timed =
        std::ranges::any_of(row.cases, [](const operators::Case& one) { return one.benchmark; });
    EXPECT_EQ(timed, std::ranges::any_of(
                         all, [&](const std::string& name) { return name.starts_with(row.name + "/"); }))
        << row.name;
  }
  EXPECT_THAT(all, Each(Not(testing::HasSubstr("arithmetic-of-cuda"))));
}

TEST(OperatorBenches, AreChosenByOperatorOrByName) {
  EXPECT_THAT(chosen({"warp"}), Each(testing::StartsWith("warp/")));
  EXPECT_THAT(chosen({"warp"}), Contains("warp/cpu/turned-10/512x512"));
  EXPECT_THAT(chosen({"warp"}), Not(Contains("warp/cpu/turned-10/3840x2160")));
  EXPECT_THAT(chosen({"warp/cpu/turned-10/*"}), Contains("warp/cpu/turned-10/3840x2160"));
  EXPECT_THAT(chosen({"warp/cpu/*"}), Each(testing::StartsWith("warp/cpu/")));
  EXPECT_THAT(chosen({"warp/cpu/*", "gain-tables"}), Contains("gain-tables/cpu/usual"));
  EXPECT_THAT(chosen({"nothing"}), IsEmpty());
  EXPECT_THROW(operator_benches({"nothing"}), Error);
}

TEST(OperatorBenches, AreNamedByOperatorBackendAndCase) {
  const Combination combination{"turned-10/512x512", "operator:warp/cuda:batch"};
  EXPECT_TRUE(is_operator(combination));
  EXPECT_FALSE(is_operator({"talk", "enhanced/cuda"}));
  EXPECT_EQ(bench_of(combination), "warp/cuda:batch/turned-10/512x512");
}

TEST(OperatorSamples, AreOfTheBenchesThatWereAskedFor) {
  OperatorSampleOptions options;
  options.benches = {"gain-tables/cpu/usual", "warp/cpu/turned-10/256x256"};
  options.passes = 3;
  const std::vector<Sample> samples = measure_operators(options);
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[0].pipeline, "operator:gain-tables/cpu");
  EXPECT_EQ(samples[0].fixture, "usual");
  EXPECT_EQ(samples[1].pipeline, "operator:warp/cpu");
  EXPECT_EQ(samples[1].passes.size(), 3U);
  EXPECT_EQ(samples[1].digest.size(), 32U);
  EXPECT_NE(samples[0].digest, samples[1].digest);
  EXPECT_EQ(measure_operators(options)[1].digest, samples[1].digest);
  const std::vector<Sample> read = operator_samples_from_json(to_json(samples), "x");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[1].passes, samples[1].passes);
  EXPECT_THROW(operator_samples_from_json("{\"schema\":\"ffbench.sample/1\"}", "x"), Error);
  options.benches = {"warp/cpu/none"};
  EXPECT_THROW(measure_operators(options), Error);
}

TEST(OperatorSamples, CanBeSlowedDown) {
  EXPECT_EQ(parse_operator_slowdown("5").share, 0.05);
  EXPECT_EQ(parse_operator_slowdown("2.5@warp").operator_name, "warp");
  for (const char* text : {"", "x", "-1", "3@", "3@nose", "3 ", "nan", "1001"}) {
    EXPECT_THROW(parse_operator_slowdown(text), Error) << text;
  }
  OperatorSampleOptions options;
  options.benches = {"gain-tables/cpu/usual", "warp/cpu/turned-10/256x256"};
  options.passes = 9;
  const auto fastest = [&options] {
    std::vector<double> seconds;
    for (const Sample& sample : measure_operators(options)) {
      seconds.push_back(std::ranges::min(sample.passes));
    }
    return seconds;
  };
  const std::vector<double> sound = fastest();
  options.slowdown = OperatorSlowdown{10, "warp"};
  const std::vector<double> slowed = fastest();
  EXPECT_GT(slowed[1], 5 * sound[1]);
  EXPECT_LT(slowed[0], 5 * sound[0]);
}

}  // namespace
}  // namespace ffbench::compare
