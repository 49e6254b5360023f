#include "kernels/cpu/box_mask.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/numeric/math.hpp"

namespace ffbench::cpu {
namespace {

constexpr std::uint32_t one = 65536;

/// sums[k] is the weight of the offsets 1 ... k of a Gaussian in 1/65536, one side; the middle
/// takes what both sides leave.
std::vector<std::uint32_t> one_sided_sums(double sigma) {
  const int radius = std::max(1, static_cast<int>(std::ceil(4 * sigma)));
  std::vector<double> values(static_cast<std::size_t>(radius) + 1);
  double total = 0;
  for (int i = 0; i <= radius; ++i) {
    const double ratio = i / sigma;
    const double value = math::exp(-0.5 * (ratio * ratio));
    values[static_cast<std::size_t>(i)] = value;
    total += i == 0 ? value : 2 * value;
  }
  std::vector<std::uint32_t> sums(values.size());
  for (std::size_t i = 1; i < values.size(); ++i) {
    // The contract's own rounding.
    const double scaled = one * (values[i] / total) + 0.5;
    sums[i] = sums[i - 1] + static_cast<std::uint32_t>(scaled);
  }
  return sums;
}

}  // namespace

std::vector<std::uint32_t> box_profile(int size, double blur, int padding_low, int padding_high) {
  const int amount = static_cast<int>(size * 0.5 * blur);
  const int border = std::max(amount / 2, 1);
  const int first = std::max(border, size * padding_low / 100);
  const int last = size - 1 - std::max(border, size * padding_high / 100);
  const std::vector<std::uint32_t> sums =
      amount > 0 ? one_sided_sums(amount * 0.25) : std::vector<std::uint32_t>{0};
  const int radius = static_cast<int>(sums.size()) - 1;
  const std::uint32_t middle = one - 2 * sums.back();
  // The weight of all offsets up to `offset`.
  const auto up_to = [&](int offset) -> std::uint32_t {
    const int k = std::clamp(offset, -radius - 1, radius);
    return k < 0 ? sums.back() - sums[static_cast<std::size_t>(-k - 1)]
                 : sums.back() + middle + sums[static_cast<std::size_t>(k)];
  };

  std::vector<std::uint32_t> profile(static_cast<std::size_t>(size));
  for (int i = 0; i < size && first <= last; ++i) {
    profile[static_cast<std::size_t>(i)] = up_to(last - i) - up_to(first - 1 - i);
  }
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
  // The run of the full value that the two slopes enclose.
  const auto full = std::find(across.begin(), across.end(), one);
  const auto full_end = std::find_if(full, across.end(), [](std::uint32_t q) { return q != one; });
  const std::ptrdiff_t begin = full - across.begin();
  const std::ptrdiff_t end = full_end - across.begin();

  for (int y = 0; y < mask.height; ++y) {
    std::uint8_t* row = mask.row(y);
    const std::uint64_t q = down[static_cast<std::size_t>(y)];
    const auto value = [&](std::uint64_t p) {
      return static_cast<std::uint8_t>((p * q * 255 + (std::uint64_t{1} << 31)) >> 32);
    };
    for (std::ptrdiff_t x = 0; x < begin; ++x) {
      row[x] = value(across[static_cast<std::size_t>(x)]);
    }
    std::fill(row + begin, row + end, value(one));
    for (std::ptrdiff_t x = end; x < mask.width; ++x) {
      row[x] = value(across[static_cast<std::size_t>(x)]);
    }
  }
}

const MaskImage& BoxMaskCache::get(int width, int height, double blur, const MaskPadding& padding) {
  if (mask_.width() != width || mask_.height() != height || blur_ != blur || padding_ != padding) {
    mask_.resize(width, height);
    box_mask(blur, padding, mask_.view());
    blur_ = blur;
    padding_ = padding;
  }
  return mask_;
}

}  // namespace ffbench::cpu
