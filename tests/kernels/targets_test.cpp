#include "kernels/cpu/targets.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"
#include "kernels/cpu/warp.hpp"
#include "tests/support/images.hpp"

namespace ffbench::cpu {
namespace {

void run_an_operator() {
  const BgrImage frame = test::noise_image(40, 40, 1);
  BgrImage crop(32, 32);
  warp(frame.view(), AffineF{}, crop.view());
}

TEST(Targets, NamesEveryInstructionSetThatWasBuilt) {
  std::vector<std::string> names;
  for (const Target& target : targets()) {
    names.push_back(target.name);
  }
  EXPECT_THAT(names, testing::IsSupersetOf({"AVX3", "AVX2", "SSE4", "SSSE3"}));
  EXPECT_TRUE(names.back() == "SCALAR" || names.back() == "EMU128") << names.back();
}

TEST(Targets, EachForcedTargetIsTheOneThatRuns) {
  int ran = 0;
  for (const Target& target : targets()) {
    if (target.supported) {
      const ForcedTarget forced(target.name);
      EXPECT_EQ(active_target(), target.name);
      run_an_operator();
      EXPECT_EQ(last_target_run(), target.name);
      ++ran;
    } else {
      EXPECT_FALSE(target.reason.empty());
    }
  }
  EXPECT_GE(ran, 1);
}

TEST(Targets, WithoutForceTheWidestRuns) {
  const auto all = targets();
  const auto widest = std::find_if(all.begin(), all.end(), [](const Target& t) { return t.supported; });
  ASSERT_NE(widest, all.end());
  run_an_operator();
  EXPECT_EQ(last_target_run(), widest->name);
}

TEST(Targets, AHiddenTargetIsVisiblyNotSupportedAndCannotBeForced) {
  const std::string widest = active_target();
  const HiddenTargets hidden({widest});
  const auto all = targets();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Target& t) { return t.name == widest; });
  EXPECT_FALSE(found->supported);
  EXPECT_EQ(found->reason, "hidden");
  EXPECT_THROW(ForcedTarget{widest}, Error);
  run_an_operator();
  EXPECT_NE(last_target_run(), widest);
}

TEST(Targets, AnUnknownNameListsTheKnownOnes) {
  try {
    const ForcedTarget forced("AVX9");
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("AVX9"), testing::HasSubstr("AVX2")));
  }
}

}  // namespace
}  // namespace ffbench::cpu
