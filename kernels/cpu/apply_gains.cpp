#include "kernels/cpu/apply_gains.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/apply_gains.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, always.
#include <hwy/highway.h>

#include "kernels/cpu/targets.hpp"

HWY_BEFORE_NAMESPACE();
namespace ffbench::cpu::HWY_NAMESPACE {
namespace {

#if HWY_TARGET == HWY_AVX3_DL

/// Tables in registers: an instruction looks 64 bytes up in half a table.
class Lookup {
 public:
  explicit Lookup(const GainTables& tables) {
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t quarter = 0; quarter < 4; ++quarter) {
        table_[c][quarter] = _mm512_loadu_si512(tables[c].data() + 64 * quarter);
      }
    }
  }

  /// 64 bytes, the first of which belongs to channel `kFirst`. A byte is replaced once, by its own
  /// channel's half: masks are disjoint, and where a mask is clear the value stays.
  template <int kFirst>
  HWY_INLINE __m512i Of(__m512i bytes) const {
    const __mmask64 upper = _mm512_movepi8_mask(bytes);
    for (int c = 0; c < 3; ++c) {
      const __mmask64 mine = every_third << ((c - kFirst + 3) % 3);
      bytes = _mm512_mask2_permutex2var_epi8(table_[c][0], bytes, mine & ~upper, table_[c][1]);
      bytes = _mm512_mask2_permutex2var_epi8(table_[c][2], bytes, mine & upper, table_[c][3]);
    }
    return bytes;
  }

 private:
  static constexpr __mmask64 every_third = 0x9249249249249249;
  __m512i table_[3][4];
};

void ApplyGainsRows(const GainTables& tables, ConstBgrView from, BgrView to, RowRange rows) {
  record_target(HWY_TARGET);
  const Lookup lookup(tables);
  const auto bytes = static_cast<std::ptrdiff_t>(from.row_bytes());
  for (int y = rows.begin; y < rows.end; ++y) {
    const std::uint8_t* in = from.row(y);
    std::uint8_t* out = to.row(y);
    std::ptrdiff_t i = 0;
    // Three times 64 bytes are 64 pixels.
    for (; i + 192 <= bytes; i += 192) {
      _mm512_storeu_si512(out + i, lookup.Of<0>(_mm512_loadu_si512(in + i)));
      _mm512_storeu_si512(out + i + 64, lookup.Of<1>(_mm512_loadu_si512(in + i + 64)));
      _mm512_storeu_si512(out + i + 128, lookup.Of<2>(_mm512_loadu_si512(in + i + 128)));
    }
    // What is left of a row, in steps of 63 bytes, 21 pixels.
    for (; i < bytes; i += 63) {
      const std::ptrdiff_t count = std::min<std::ptrdiff_t>(63, bytes - i);
      const __mmask64 there = (__mmask64{1} << count) - 1;
      _mm512_mask_storeu_epi8(out + i, there, lookup.Of<0>(_mm512_maskz_loadu_epi8(there, in + i)));
    }
  }
}

#else

/// The tables of all channels in one word each, shifted to the channel's byte.
using PackedTables = std::array<std::array<std::uint32_t, 256>, 3>;

PackedTables Packed(const GainTables& tables) {
  PackedTables result;
  for (unsigned c = 0; c < 3; ++c) {
    for (std::size_t v = 0; v < 256; ++v) {
      result[c][v] = std::uint32_t{tables[c][v]} << (8 * c);
    }
  }
  return result;
}

void ApplyGainsRows(const GainTables& tables, ConstBgrView from, BgrView to, RowRange rows) {
  record_target(HWY_TARGET);
  const PackedTables table = Packed(tables);
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

#endif

}  // namespace
}  // namespace ffbench::cpu::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ffbench::cpu {
namespace {
HWY_EXPORT(ApplyGainsRows);
}

void apply_gains_rows(const GainTables& tables, ConstBgrView from, BgrView to, RowRange rows) {
  HWY_DYNAMIC_DISPATCH(ApplyGainsRows)(tables, from, to, rows);
}

void apply_gains(const GainTables& tables, ConstBgrView from, BgrView to) {
  apply_gains_rows(tables, from, to, {0, from.height});
}

}  // namespace ffbench::cpu
#endif
