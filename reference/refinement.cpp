#include "reference/refinement.hpp"

#include <algorithm>
#include <vector>

#include "reference/antialiased_warp.hpp"

namespace ffbench::reference {
namespace {

/// Divides by 2^shift, to the nearest, halves up; the shift of negative numbers is arithmetic.
std::int32_t requantised(std::int32_t sum, std::int32_t shift) {
  return (sum + (1 << (shift - 1))) >> shift;
}

std::int32_t activation(std::int32_t sum, std::int32_t shift) {
  return std::clamp(requantised(sum, shift), 0, 127);
}

}  // namespace

std::array<std::uint8_t, patch_pixels> patch_luma(ConstBgrView patch) {
  std::array<std::uint8_t, patch_pixels> luma{};
  std::size_t i = 0;
  for (int y = 0; y < patch_side; ++y) {
    for (int x = 0; x < patch_side; ++x) {
      const std::uint8_t* p = patch.pixel(x, y);
      luma[i++] = static_cast<std::uint8_t>((29 * p[0] + 150 * p[1] + 77 * p[2] + 128) >> 8);
    }
  }
  return luma;
}

std::array<std::int8_t, patch_pixels> normalised_patch(const std::array<std::uint8_t, patch_pixels>& luma) {
  std::int32_t sum = 0;
  for (const std::uint8_t v : luma) {
    sum += v;
  }
  std::int32_t spread = 0;
  for (const std::uint8_t v : luma) {
    spread += std::abs(patch_pixels * v - sum);
  }
  // 121 times the sum of deviations; of a patch without contrast, of one level each.
  spread = std::max(spread, patch_pixels * patch_pixels);
  std::array<std::int8_t, patch_pixels> result{};
  for (std::size_t i = 0; i < luma.size(); ++i) {
    // 32 is the mean deviation of the result.
    const std::int64_t scaled = std::int64_t{patch_pixels * luma[i] - sum} * (32 * patch_pixels);
    result[i] = static_cast<std::int8_t>(std::clamp<std::int64_t>(scaled / spread, -127, 127));
  }
  return result;
}

PatchOffset refine_patch(const RefinementNetwork& net, const std::array<std::int8_t, patch_pixels>& patch) {
  constexpr int channels = RefinementNetwork::channels;
  constexpr int side1 = RefinementNetwork::side1;
  constexpr int side2 = RefinementNetwork::side2;
  const auto at = [](int i) { return static_cast<std::size_t>(i); };

  std::vector<std::int32_t> first(at(side1 * side1 * channels));  // [y][x][channel]
  for (int y = 0; y < side1; ++y) {
    for (int x = 0; x < side1; ++x) {
      for (int out = 0; out < channels; ++out) {
        std::int32_t sum = net.bias1[at(out)];
        for (int ky = 0; ky < 3; ++ky) {
          for (int kx = 0; kx < 3; ++kx) {
            sum += net.weights1[at((out * 3 + ky) * 3 + kx)] * patch[at((y + ky) * patch_side + x + kx)];
          }
        }
        first[at((y * side1 + x) * channels + out)] = activation(sum, net.shift1[at(out)]);
      }
    }
  }

  std::vector<std::int32_t> second(at(side2 * side2 * channels));
  for (int y = 0; y < side2; ++y) {
    for (int x = 0; x < side2; ++x) {
      for (int out = 0; out < channels; ++out) {
        std::int32_t sum = net.bias2[at(out)];
        for (int ky = 0; ky < 3; ++ky) {
          for (int kx = 0; kx < 3; ++kx) {
            for (int in = 0; in < channels; ++in) {
              sum += net.weights2[at(((out * 3 + ky) * 3 + kx) * channels + in)] *
                     first[at(((y + ky) * side1 + x + kx) * channels + in)];
            }
          }
        }
        second[at((y * side2 + x) * channels + out)] = activation(sum, net.shift2[at(out)]);
      }
    }
  }

  std::array<std::int32_t, 2> offset{};
  for (int axis = 0; axis < 2; ++axis) {
    std::int32_t sum = net.bias3[at(axis)];
    for (int i = 0; i < side2 * side2 * channels; ++i) {
      sum += net.weights3[at(axis * side2 * side2 * channels + i)] * second[at(i)];
    }
    offset[at(axis)] = std::clamp(requantised(sum, net.shift3[at(axis)]), -offset_steps, offset_steps);
  }
  return {offset[0], offset[1]};
}

PatchOffset refine_landmark(ConstBgrView frame, const AffineF& patch_to_frame,
                            const RefinementNetwork& network) {
  BgrImage patch(patch_side, patch_side);
  antialiased_warp(frame, patch_to_frame, patch.view());
  return refine_patch(network, normalised_patch(patch_luma(patch.view())));
}

}  // namespace ffbench::reference
