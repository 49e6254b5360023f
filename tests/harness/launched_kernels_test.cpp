#include "harness/verify/launched_kernels.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "kernels/cuda/backend.hpp"
#include "tests/harness/tiny_suite.hpp"

namespace ffbench {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<operators::Operator> table_without(const std::string& name) {
  std::vector<operators::Operator> rows = operators::table();
  std::erase_if(rows, [&name](const operators::Operator& row) { return row.name == name; });
  return rows;
}

TEST(LaunchedKernels, EveryKernelNamesARowOfTheTable) {
  const std::vector<cuda::RegisteredKernel> kernels = cuda::registered_kernels();
  EXPECT_THAT(kernels_without_row(kernels, operators::table()), IsEmpty());
  if (!cuda::with_toolkit) {
    EXPECT_THAT(kernels, IsEmpty());
    GTEST_SKIP() << "built without CUDA: there are no kernels";
  }
  EXPECT_GE(kernels.size(), 25U) << "kernels register themselves before main";
  std::set<std::string> names;
  for (const cuda::RegisteredKernel& kernel : kernels) {
    EXPECT_TRUE(names.insert(kernel.name).second) << kernel.name << " is registered twice";
  }
  EXPECT_THAT(names, Contains("pack_crops_single_kernel"));
  EXPECT_THAT(names, Contains("warp_kernel<1, 4, 4>"));
}

TEST(LaunchedKernels, ARowThatIsDeletedIsMissedByName) {
  if (!cuda::with_toolkit) {
    GTEST_SKIP() << "built without CUDA: there are no kernels";
  }
  const std::vector<cuda::RegisteredKernel> kernels = cuda::registered_kernels();
  std::set<std::string> rows;
  for (const cuda::RegisteredKernel& kernel : kernels) {
    rows.insert(kernel.row);
  }
  rows.erase("");
  EXPECT_GE(rows.size(), 10U);
  for (const std::string& row : rows) {
    const std::vector<std::string> missing = kernels_without_row(kernels, table_without(row));
    EXPECT_THAT(missing, Contains(HasSubstr("(row '" + row + "')"))) << row;
  }
  // A row that stays, but without the backend, is as good as deleted.
  std::vector<operators::Operator> on_host = operators::table();
  for (operators::Operator& row : on_host) {
    if (row.name == "hold-masks") {
      std::erase_if(row.backends, [](const operators::Backend& b) { return b.name.starts_with("cuda"); });
    }
  }
  EXPECT_THAT(kernels_without_row(kernels, on_host),
              testing::ElementsAre("hold_masks_kernel (row 'hold-masks')"));
}

TEST(LaunchedKernels, WhatPipelinesRunAndNoCaseReachesIsNamed) {
  LaunchReport report;
  report.backends = {
      {"cuda", {"a_kernel", "b_kernel", "c_kernel"}, {"a_kernel", "c_kernel", "d_kernel"}, ""}};
  EXPECT_THAT(report.backends[0].not_compared(), testing::ElementsAre("b_kernel"));
  EXPECT_THAT(report.text(),
              HasSubstr("b_kernel on cuda: pipelines run it, and no case of an operator does"));
  EXPECT_EQ(report.exit_code(), ExitCode::incorrect);
  report.backends[0].comparison.insert("b_kernel");
  EXPECT_EQ(report.exit_code(), ExitCode::ok);
  report.mismatches = 1;
  EXPECT_EQ(report.exit_code(), ExitCode::incorrect);
  report.mismatches = 0;
  report.without_row = {"e_kernel (row 'e')"};
  EXPECT_THAT(report.text(), HasSubstr("e_kernel (row 'e'): the operator table has no such row for cuda"));
  EXPECT_EQ(report.exit_code(), ExitCode::incorrect);
}

class LaunchCheck : public test::TinySuite {
 protected:
  LaunchReport check(const std::vector<operators::Operator>& rows) const {
    LaunchOptions options;
    options.suites = {suite()};
    options.operators = rows;
    Progress progress(true);
    return check_launches(options, progress);
  }
};

TEST_F(LaunchCheck, EveryFunctionThatThePipelinesRunOnTheProcessorIsCompared) {
  const LaunchReport report = check(operators::table());
  ASSERT_EQ(report.backends.size(), 2U);
  const LaunchedFunctions& on_cpu = report.backends[0];
  EXPECT_EQ(on_cpu.backend, "cpu");
  EXPECT_THAT(on_cpu.pipelines, testing::IsSupersetOf({"WarpRows", "AreaMaskRows", "HysteresisRows",
                                                       "CompositeRows", "Refine"}));
  EXPECT_THAT(on_cpu.not_compared(), IsEmpty());
  if (cuda::why_unavailable().empty()) {
    EXPECT_THAT(report.backends[1].not_compared(), IsEmpty());
    EXPECT_FALSE(report.backends[1].pipelines.empty());
  } else {
    EXPECT_EQ(report.backends[1].skipped, cuda::why_unavailable());
  }
  EXPECT_EQ(report.exit_code(), ExitCode::ok) << report.text();
}

TEST_F(LaunchCheck, ARowThatIsDeletedLeavesItsFunctionUncompared) {
  const LaunchReport report = check(table_without("area-mask"));
  EXPECT_THAT(report.backends[0].not_compared(), testing::ElementsAre("AreaMaskRows"));
  EXPECT_EQ(report.exit_code(), ExitCode::incorrect);
}

}  // namespace
}  // namespace ffbench
