#include "kernels/cpu/apply_gains.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace ffbench::cpu {
namespace {

/// The tables of all channels in one word each, shifted to the channel's byte.
using PackedTables = std::array<std::array<std::uint32_t, 256>, 3>;

PackedTables packed(const GainTables& tables) {
  PackedTables result;
  for (unsigned c = 0; c < 3; ++c) {
    for (std::size_t v = 0; v < 256; ++v) {
      result[c][v] = std::uint32_t{tables[c][v]} << (8 * c);
    }
  }
  return result;
}

}  // namespace

void apply_gains_rows(const GainTables& tables, ConstBgrView from, BgrView to, RowRange rows) {
  const PackedTables table = packed(tables);
  for (int y = rows.begin; y < rows.end; ++y) {
    const std::uint8_t* in = from.row(y);
    std::uint8_t* out = to.row(y);
    int x = 0;
    // Four pixels are three words: read, looked up and written as such. `in` may be `out`.
    for (; x + 4 <= from.width; x += 4, in += 12, out += 12) {
      const std::uint32_t p0 = table[0][in[0]] | table[1][in[1]] | table[2][in[2]];
      const std::uint32_t p1 = table[0][in[3]] | table[1][in[4]] | table[2][in[5]];
      const std::uint32_t p2 = table[0][in[6]] | table[1][in[7]] | table[2][in[8]];
      const std::uint32_t p3 = table[0][in[9]] | table[1][in[10]] | table[2][in[11]];
      const std::uint64_t low = p0 | std::uint64_t{p1} << 24 | std::uint64_t{p2} << 48;
      const std::uint32_t high = p2 >> 16 | p3 << 8;
      std::memcpy(out, &low, sizeof low);
      std::memcpy(out + 8, &high, sizeof high);
    }
    for (; x < from.width; ++x, in += 3, out += 3) {
      for (std::size_t c = 0; c < 3; ++c) {
        out[c] = tables[c][in[c]];
      }
    }
  }
}

void apply_gains(const GainTables& tables, ConstBgrView from, BgrView to) {
  apply_gains_rows(tables, from, to, {0, from.height});
}

}  // namespace ffbench::cpu
