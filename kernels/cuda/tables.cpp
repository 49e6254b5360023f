#include "kernels/cuda/tables.hpp"

#include <algorithm>
#include <cmath>

#include "core/numeric/math.hpp"

namespace ffbench::cuda {
namespace {

constexpr std::uint32_t one = 65536;

std::int64_t to_q16(double value) {
  return static_cast<std::int64_t>(value * 65536 + 0.5);  // NOLINT(bugprone-incorrect-roundings)
}

/// Weights of the offsets 0 ... radius of a Gaussian in 1/65536; both sides together sum to 65536.
std::vector<std::uint32_t> gaussian(double sigma) {
  const auto radius = static_cast<std::size_t>(std::max(1, static_cast<int>(std::ceil(4 * sigma))));
  std::vector<double> values(radius + 1);
  double total = 0;
  for (std::size_t i = 0; i <= radius; ++i) {
    const double ratio = static_cast<double>(i) / sigma;
    values[i] = math::exp(-0.5 * (ratio * ratio));
    total += i == 0 ? values[i] : 2 * values[i];
  }
  std::vector<std::uint32_t> weights(radius + 1);
  std::uint32_t sides = 0;
  for (std::size_t i = 1; i <= radius; ++i) {
    const double scaled = one * (values[i] / total) + 0.5;
    weights[i] = static_cast<std::uint32_t>(scaled);
    sides += 2 * weights[i];
  }
  weights[0] = one - sides;
  return weights;
}

}  // namespace

const LightTables& light_tables() {
  static const LightTables tables = [] {
    LightTables made;
    for (std::size_t v = 0; v < 256; ++v) {
      const double s = static_cast<double>(v) / 255.0;
      const double light = s <= 0.04045 ? s / 12.92 : math::pow_12_5((s + 0.055) / 1.055);
      // The contract's own rounding.
      made.linear[v] =
          static_cast<std::uint16_t>(65535 * light + 0.5);  // NOLINT(bugprone-incorrect-roundings)
    }
    std::uint32_t code = 0;
    for (std::uint32_t value = 0; value < made.code_of.size(); ++value) {
      while (code < 255 && 2 * value > std::uint32_t{made.linear[code]} + made.linear[code + 1]) {
        ++code;
      }
      made.code_of[value] = static_cast<std::uint8_t>(code);
    }
    return made;
  }();
  return tables;
}

std::vector<std::uint32_t> box_profile(int size, double blur, int padding_low, int padding_high) {
  const int amount = static_cast<int>(size * 0.5 * blur);
  const int border = std::max(amount / 2, 1);
  const int first = std::max(border, size * padding_low / 100);
  const int last = size - 1 - std::max(border, size * padding_high / 100);
  const std::vector<std::uint32_t> weights =
      amount > 0 ? gaussian(amount * 0.25) : std::vector<std::uint32_t>{one};
  const int radius = static_cast<int>(weights.size()) - 1;
  std::vector<std::uint32_t> profile(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    const int begin = std::max(first, i - radius);
    const int end = std::min(last, i + radius);
    for (int at = begin; at <= end; ++at) {
      profile[static_cast<std::size_t>(i)] += weights[static_cast<std::size_t>(std::abs(at - i))];
    }
  }
  const std::uint32_t edge = std::min(std::max(profile.front(), profile.back()), one - 1);
  for (std::uint32_t& p : profile) {
    const std::uint64_t above = p > edge ? p - edge : 0;
    p = static_cast<std::uint32_t>((above * one + (one - edge) / 2) / (one - edge));
  }
  return profile;
}

SeamBand seam_band(const Preset& preset) {
  return {static_cast<float>(preset.seam_low), static_cast<float>(1 / (preset.seam_high - preset.seam_low)),
          preset.seam ? static_cast<float>(16 * preset.seam_lift) : 0.0F};
}

GainLimits gain_limits(const Preset& preset) {
  return {to_q16(preset.gains_min), to_q16(preset.gains_max), to_q16(1 - preset.gains_beta)};
}

}  // namespace ffbench::cuda
