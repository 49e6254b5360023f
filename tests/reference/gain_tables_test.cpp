#include "reference/gain_tables.hpp"

#include <gtest/gtest.h>

namespace ffbench::reference {
namespace {

GainState state_of(double gain) {
  GainState state;
  state.gain.fill(static_cast<std::int64_t>(gain * 65536 + 0.5));
  state.started = true;
  return state;
}

TEST(GainTables, UnitGainIsTheIdentity) {
  const GainTables tables = gain_tables(state_of(1));
  for (std::size_t v = 0; v < 256; ++v) {
    EXPECT_EQ(tables[0][v], v);
  }
}

TEST(GainTables, AreMonotoneAndSaturate) {
  for (double gain : {0.5, 0.77, 1.3, 2.0}) {
    const GainTables tables = gain_tables(state_of(gain));
    for (std::size_t v = 1; v < 256; ++v) {
      EXPECT_GE(tables[1][v], tables[1][v - 1]);
    }
  }
  EXPECT_EQ(gain_tables(state_of(2))[2][255], 255);
}

}  // namespace
}  // namespace ffbench::reference
