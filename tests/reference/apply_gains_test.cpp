#include "reference/apply_gains.hpp"

#include <gtest/gtest.h>

namespace ffbench::reference {
namespace {

TEST(ApplyGains, KeepsChannelsApart) {
  GainState state;
  state.gain[0] = 2 * 65536;
  BgrImage crop(1, 1);
  crop.view().pixel(0, 0)[0] = 100;
  crop.view().pixel(0, 0)[1] = 100;
  crop.view().pixel(0, 0)[2] = 100;
  apply_gains(gain_tables(state), crop.view());
  // L[100] = 8354; twice that is 16708, between the codes 137 (16442) and 138 (16711).
  EXPECT_EQ(crop.view().pixel(0, 0)[0], 138);
  EXPECT_EQ(crop.view().pixel(0, 0)[1], 100);
  EXPECT_EQ(crop.view().pixel(0, 0)[2], 100);
}

}  // namespace
}  // namespace ffbench::reference
