#include "kernels/cpu/gains.hpp"

#include <algorithm>
#include <cstring>

#include "core/numeric/math.hpp"

namespace ffbench::cpu {
namespace {

using LinearTable = std::array<std::uint32_t, 256>;

/// NUMERICS.md, "Linear light".
const LinearTable& linear_table() {
  static const LinearTable table = [] {
    LinearTable values{};
    for (std::size_t v = 0; v < 256; ++v) {
      const double s = static_cast<double>(v) / 255.0;
      const double linear = s <= 0.04045 ? s / 12.92 : math::pow_12_5((s + 0.055) / 1.055);
      // The contract's own rounding, here and below.
      values[v] = static_cast<std::uint32_t>(65535 * linear + 0.5);  // NOLINT(bugprone-incorrect-roundings)
    }
    return values;
  }();
  return table;
}

std::int64_t to_q16(double value) {
  return static_cast<std::int64_t>(value * 65536 + 0.5);  // NOLINT(bugprone-incorrect-roundings)
}

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

LinearSums gain_statistics_rows(ConstBgrView crop, RowRange rows) {
  const LinearTable& linear = linear_table();
  LinearSums sums{};
  const int first = crop.height / 4;
  int y = std::max(first, rows.begin);
  y += (y - first) & 1;
  for (; y < std::min(crop.height - crop.height / 4, rows.end); y += 2) {
    // A row has at most 2^14 terms of 16 bits.
    std::uint32_t b = 0;
    std::uint32_t g = 0;
    std::uint32_t r = 0;
    const int begin = crop.width / 4;
    const std::uint8_t* pixel = crop.row(y) + 3 * static_cast<std::ptrdiff_t>(begin);
    for (int x = begin; x < crop.width - crop.width / 4; x += 2, pixel += 6) {
      b += linear[pixel[0]];
      g += linear[pixel[1]];
      r += linear[pixel[2]];
    }
    sums[0] += b;
    sums[1] += g;
    sums[2] += r;
  }
  return sums;
}

LinearSums gain_statistics(ConstBgrView crop) {
  return gain_statistics_rows(crop, {0, crop.height});
}

void update_gains(const LinearSums& target, const LinearSums& swapped, const Preset& preset, bool hold,
                  GainState& state) {
  if (hold && state.started) {
    return;
  }
  const std::int64_t low = to_q16(preset.gains_min);
  const std::int64_t high = to_q16(preset.gains_max);
  const std::int64_t weight = to_q16(1 - preset.gains_beta);
  for (std::size_t c = 0; c < 3; ++c) {
    const std::uint64_t t = target[c];
    const std::uint64_t s = swapped[c];
    const std::int64_t ratio = s == 0 ? 65536 : static_cast<std::int64_t>((t * 65536 + s / 2) / s);
    const std::int64_t limited = std::clamp(ratio, low, high);
    std::int64_t& gain = state.gain[c];
    gain = state.started ? gain + (((limited - gain) * weight + 32768) >> 16) : limited;
  }
  state.started = true;
}

GainTables gain_tables(const GainState& state) {
  const LinearTable& linear = linear_table();
  GainTables tables;
  for (std::size_t c = 0; c < 3; ++c) {
    const std::int64_t k = (state.gain[c] + 128) >> 8;
    // Neither values nor codes ever fall, so the search goes on where it ended.
    std::uint32_t code = 0;
    for (std::size_t v = 0; v < 256; ++v) {
      const std::int64_t scaled = (linear[v] * k + 128) >> 8;
      const auto value = static_cast<std::uint32_t>(std::min<std::int64_t>(scaled, 65535));
      while (code < 255 && 2 * value > linear[code] + linear[code + 1]) {
        ++code;
      }
      tables[c][v] = static_cast<std::uint8_t>(code);
    }
  }
  return tables;
}

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
