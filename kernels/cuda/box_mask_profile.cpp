#include "kernels/cuda/box_mask_profile.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>

#include "core/numeric/math.hpp"

namespace ffbench::cuda {
namespace {

constexpr std::uint32_t one = 65536;

/// Weights of a Gaussian at the offsets 0 ... radius, in 1/65536. Those of both sides sum to 65536.
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

}  // namespace ffbench::cuda
