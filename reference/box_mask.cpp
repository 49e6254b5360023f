#include "reference/box_mask.hpp"

#include <algorithm>
#include <cmath>

#include "core/numeric/math.hpp"

namespace ffbench::reference {
namespace {

constexpr std::uint32_t one = 65536;

/// Gaussian weights in 1/65536 for offsets 0, 1, ... radius; both sides together sum to exactly
/// 65536.
std::vector<std::uint32_t> gaussian_weights(double sigma) {
  const int radius = std::max(1, static_cast<int>(std::ceil(4 * sigma)));
  std::vector<double> values;
  double total = 0;
  for (int i = 0; i <= radius; ++i) {
    const double ratio = i / sigma;
    values.push_back(math::exp(-0.5 * (ratio * ratio)));
    total += i == 0 ? values.back() : 2 * values.back();
  }
  std::vector<std::uint32_t> weights;
  std::uint32_t others = 0;
  weights.reserve(values.size());
  for (double value : values) {
    weights.push_back(static_cast<std::uint32_t>(std::floor(one * (value / total) + 0.5)));
  }
  for (std::size_t i = 1; i < weights.size(); ++i) {
    others += 2 * weights[i];
  }
  weights[0] = one - others;
  return weights;
}

}  // namespace

std::vector<std::uint32_t> box_profile(int size, double blur, int padding_low, int padding_high) {
  const int amount = static_cast<int>(size * 0.5 * blur);
  const int border = std::max(amount / 2, 1);
  const int first = std::max(border, size * padding_low / 100);
  const int last = size - 1 - std::max(border, size * padding_high / 100);
  const std::vector<std::uint32_t> weights =
      amount > 0 ? gaussian_weights(amount * 0.25) : std::vector<std::uint32_t>{one};
  const int radius = static_cast<int>(weights.size()) - 1;

  std::vector<std::uint32_t> profile(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    for (int k = -radius; k <= radius; ++k) {
      if (i + k >= first && i + k <= last) {
        profile[static_cast<std::size_t>(i)] += weights[static_cast<std::size_t>(k < 0 ? -k : k)];
      }
    }
  }
  // The blur reaches over the crop's edge; what is left there would be a visible box around the
  // face.
  const std::uint32_t edge = std::min(std::max(profile.front(), profile.back()), one - 1);
  for (std::uint32_t& p : profile) {
    const std::uint64_t above = p > edge ? p - edge : 0;
    p = static_cast<std::uint32_t>((above * one + (one - edge) / 2) / (one - edge));
  }
  return profile;
}

void box_mask(double blur, const MaskPadding& padding, MaskView mask) {
  const std::vector<std::uint32_t> across = box_profile(mask.width, blur, padding.left, padding.right);
  const std::vector<std::uint32_t> down = box_profile(mask.height, blur, padding.top, padding.bottom);
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      const std::uint64_t product =
          std::uint64_t{across[static_cast<std::size_t>(x)]} * down[static_cast<std::size_t>(y)];
      mask.row(y)[x] = static_cast<std::uint8_t>((product * 255 + (std::uint64_t{1} << 31)) >> 32);
    }
  }
}

}  // namespace ffbench::reference
