#include "core/system/data_path.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "tests/support/paths.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

TEST(DataPath, IsFoundFromThePlaceOfTheProgram) {
  ::unsetenv("FFBENCH_DATA");
  EXPECT_TRUE(std::filesystem::equivalent(data_path("ci/gates.json"), test::source_path("ci/gates.json")));
  EXPECT_EQ(data_path("datasets/suites"), std::filesystem::canonical(test::source_path("datasets/suites")));
}

TEST(DataPath, IsFoundInTheNamedFolderFirst) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "ci");
  std::ofstream(folder.path() / "ci/gates.json") << "{}";
  ::setenv("FFBENCH_DATA", folder.path().c_str(), 1);
  EXPECT_EQ(data_path("ci/gates.json"), std::filesystem::canonical(folder.path()) / "ci/gates.json");
  EXPECT_TRUE(std::filesystem::equivalent(data_path("ci/ledger.json"), test::source_path("ci/ledger.json")));
  ::unsetenv("FFBENCH_DATA");
}

TEST(DataPath, OfAParentIsTheLastThatIsLookedAt) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "ci");
  std::ofstream(folder.path() / "ci/gates.json") << "{}";
  std::ofstream(folder.path() / "ci/of_parent.json") << "{}";
  ::unsetenv("FFBENCH_DATA");
  ::setenv("FFBENCH_DATA_OF_PARENT", folder.path().c_str(), 1);
  EXPECT_TRUE(std::filesystem::equivalent(data_path("ci/gates.json"), test::source_path("ci/gates.json")));
  EXPECT_EQ(data_path("ci/of_parent.json"), std::filesystem::canonical(folder.path()) / "ci/of_parent.json");
  ::unsetenv("FFBENCH_DATA_OF_PARENT");
  share_data_with_children();
  EXPECT_TRUE(std::filesystem::equivalent(std::getenv("FFBENCH_DATA_OF_PARENT"), test::source_path("")));
  ::unsetenv("FFBENCH_DATA_OF_PARENT");
}

TEST(DataPath, WhatIsNowhereIsRefusedWithThePlaceAndTheRemedy) {
  ::unsetenv("FFBENCH_DATA");
  EXPECT_THAT([] { data_path("datasets/suites/none.json"); },
              testing::ThrowsMessage<Error>(testing::AllOf(
                  testing::StartsWith("datasets/suites/none.json: not found in "),
                  testing::HasSubstr("share/ffbench"), testing::HasSubstr("set FFBENCH_DATA"))));
}

}  // namespace
}  // namespace ffbench
