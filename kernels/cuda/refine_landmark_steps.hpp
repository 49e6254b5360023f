#pragma once

#include <cstdint>

#include "core/numeric/refinement.hpp"
#include "kernels/cuda/arithmetic.hpp"

// NUMERICS.md, "Landmark refinement". Steps 1 to 3 are written for a team of threads that share the
// work: a warp on the device and, for tests without one, a single thread on the host. The network's
// layers here are those of the host; the device's are in refine_landmark.cu. A team has
//   each(n, f)     calls f(i) for i < n in any order; all threads see the results when it returns
//   sums<N>(n, f)  calls f(i, sums) for i < n, which adds to N sums below 2^50; all get them
namespace ffbench::cuda {

/// Weights of the taps at -1, 0, 1, 2, by phase.
struct ReadTables {
  std::int32_t value[read_phases][4];
  std::int32_t slope[read_phases][4];
};

/// The networks and the contract's tables in the form that kernels read. The weights of four
/// inputs, which are multiplied at once, share a word; neighbouring words belong to neighbouring
/// channels.
struct RefinementTables {
  static constexpr int channels = RefinementNetwork::channels;
  static constexpr int input_words = RefinementNetwork::inputs / 4;
  static constexpr int channel_words = channels / 4;
  static_assert(RefinementNetwork::inputs % 4 == 0 && channels % 16 == 0);

  struct Network {
    std::int32_t weights1[9][input_words][channels];
    std::int32_t weights2[9][channel_words][channels];
    std::int32_t weights3[2][RefinementNetwork::pixels2 * channel_words];
    std::int32_t bias1[channels];
    std::int32_t shift1[channels];
    std::int32_t bias2[channels];
    std::int32_t shift2[channels];
    std::int32_t bias3[2];
    std::int32_t shift3[2];
  };

  ReadTables read;
  Network networks[landmark_kinds];
};

/// A patch to register: the frame around a landmark, and the reference.
struct RefinementItem {
  std::int16_t reference[reference_pixels];
  std::uint8_t view[view_pixels];
  std::uint8_t kind;
};

struct RefinementOffset {
  std::int32_t x, y;
};

template <int N>
struct TeamSums {
  std::int64_t of[N];
};

/// The intermediate values of one patch.
struct RefinementScratch {
  static constexpr int read_rows = patch_side + 3;
  static constexpr int side1 = RefinementNetwork::side1;

  std::int32_t value_rows[read_rows * patch_side];
  std::int32_t slope_rows[read_rows * patch_side];
  std::int32_t value[patch_pixels];  ///< of the reference, later normalised, as are its slopes
  std::int32_t slope_x[patch_pixels];
  std::int32_t slope_y[patch_pixels];
  std::int32_t patch[patch_pixels];  ///< later the difference
  alignas(16) std::int8_t input[patch_pixels * RefinementNetwork::inputs];
  alignas(16) std::int8_t first[side1 * side1 * RefinementNetwork::channels];
  alignas(16) std::int8_t second[RefinementNetwork::pixels2 * RefinementNetwork::channels];
};

/// sum + the products of four signed bytes each.
FFBENCH_DEVICE std::int32_t dot4(std::int32_t a, std::int32_t b, std::int32_t sum) {
#ifdef __CUDA_ARCH__
  return __dp4a(a, b, sum);
#else
  for (int k = 0; k < 32; k += 8) {
    sum += static_cast<std::int8_t>(static_cast<std::uint32_t>(a) >> k) *
           static_cast<std::int8_t>(static_cast<std::uint32_t>(b) >> k);
  }
  return sum;
#endif
}

/// Loads 4 bytes as a word, or 16 bytes as four words, aligned to their size.
FFBENCH_DEVICE std::int32_t load_word(const std::int8_t* at) {
#ifdef __CUDA_ARCH__
  return *reinterpret_cast<const std::int32_t*>(at);
#else
  std::int32_t word = 0;
  __builtin_memcpy(&word, at, sizeof word);
  return word;
#endif
}

struct alignas(16) FourWords {
  std::int32_t word[4];
};

FFBENCH_DEVICE FourWords load_words(const std::int8_t* at) {
#ifdef __CUDA_ARCH__
  return *reinterpret_cast<const FourWords*>(at);
#else
  FourWords words;
  __builtin_memcpy(&words, at, sizeof words);
  return words;
#endif
}

/// n / d, rounded towards zero, of integers below 2^53 in magnitude, d above 0. The device computes
/// in binary64: a quotient that is not an integer is at least 1 / d away from the next one, which
/// is more than half a unit in the last place, so that it does not round to an integer.
FFBENCH_DEVICE std::int64_t quotient(std::int64_t n, std::int64_t d) {
#ifdef __CUDA_ARCH__
  return __double2ll_rz(__ddiv_rn(__ll2double_rn(n), __ll2double_rn(d)));
#else
  return n / d;
#endif
}

FFBENCH_DEVICE std::int64_t limited(std::int64_t v, std::int64_t most) {
  return v < -most ? -most : (v > most ? most : v);
}

FFBENCH_DEVICE std::int32_t magnitude(std::int32_t v) {
  return v < 0 ? -v : v;
}

/// Divides by 2^shift and rounds to the nearest, halves up.
FFBENCH_DEVICE std::int32_t requantised(std::int32_t sum, std::int32_t shift) {
  return (sum + (1 << (shift - 1))) >> shift;
}

FFBENCH_DEVICE std::int8_t activation(std::int32_t sum, std::int32_t shift) {
  const std::int32_t v = requantised(sum, shift);
  return static_cast<std::int8_t>(v < 0 ? 0 : (v > 127 ? 127 : v));
}

/// An offset in phases, limited to what the margins allow.
FFBENCH_DEVICE std::int32_t offset_phases(std::int32_t offset) {
  constexpr int step = offset_steps / read_phases;
  return static_cast<std::int32_t>(limited((offset + step / 2) >> 6, read_phases - 1));
}

/// Step 1: the reference and its slopes at (s, t).
template <typename Team>
FFBENCH_DEVICE void read_reference(const Team& team, const ReadTables& tables, const RefinementItem& item,
                                   int s, int t, RefinementScratch& work) {
  const std::int32_t* across = tables.value[s & (read_phases - 1)];
  const std::int32_t* across_slope = tables.slope[s & (read_phases - 1)];
  const std::int32_t* down = tables.value[t & (read_phases - 1)];
  const std::int32_t* down_slope = tables.slope[t & (read_phases - 1)];
  // The patch begins two pixels into the reference. The taps begin one pixel before, or two where s
  // is negative: s is below one pixel in magnitude.
  const int first_x = s < 0 ? 0 : 1;
  const int first_y = t < 0 ? 0 : 1;
  team.each(RefinementScratch::read_rows * patch_side, [&](int i) {
    const std::int16_t* from =
        item.reference + (first_y + i / patch_side) * reference_side + first_x + i % patch_side;
    std::int32_t v = 32;
    std::int32_t g = 32;
    for (int k = 0; k < 4; ++k) {
      v += across[k] * from[k];
      g += across_slope[k] * from[k];
    }
    work.value_rows[i] = v >> 6;
    work.slope_rows[i] = g >> 6;
  });
  constexpr int margin = (view_side - patch_side) / 2;
  team.each(patch_pixels, [&](int i) {
    std::int32_t v = 8192;
    std::int32_t gx = 8192;
    std::int32_t gy = 8192;
    for (int k = 0; k < 4; ++k) {
      v += down[k] * work.value_rows[i + k * patch_side];
      gx += down[k] * work.slope_rows[i + k * patch_side];
      gy += down_slope[k] * work.value_rows[i + k * patch_side];
    }
    work.value[i] = v >> 14;
    work.slope_x[i] = gx >> 14;
    work.slope_y[i] = gy >> 14;
    work.patch[i] = item.view[(i / patch_side + margin) * view_side + i % patch_side + margin];
  });
}

/// Step 2: brings everything to the reference's contrast. `patch` becomes the difference.
template <typename Team>
FFBENCH_DEVICE void normalise(const Team& team, RefinementScratch& work) {
  const auto totals = team.template sums<4>(patch_pixels, [&](int i, std::int64_t* sums) {
    sums[0] += work.value[i];
    sums[1] += work.slope_x[i];
    sums[2] += work.slope_y[i];
    sums[3] += work.patch[i];
  });
  const auto about = [](std::int32_t v, std::int64_t total) {
    return patch_pixels * v - static_cast<std::int32_t>(total);
  };
  const auto spreads = team.template sums<2>(patch_pixels, [&](int i, std::int64_t* sums) {
    sums[0] += magnitude(about(work.value[i], totals.of[0]));
    sums[1] += magnitude(about(work.patch[i], totals.of[3]));
  });
  // 121 times the sum of deviations, at least that of deviations of one level each.
  constexpr std::int64_t least = patch_pixels * patch_pixels * reference_steps;
  const std::int64_t scale =
      quotient(std::int64_t{32 * patch_pixels} << 24, spreads.of[0] > least ? spreads.of[0] : least);
  const auto normal = [scale](std::int32_t v) {
    return static_cast<std::int32_t>(limited((v * scale + (1 << 23)) >> 24, 127));
  };
  team.each(patch_pixels, [&](int i) {
    work.value[i] = normal(about(work.value[i], totals.of[0]));
    work.slope_x[i] = normal(about(work.slope_x[i], totals.of[1]));
    work.slope_y[i] = normal(about(work.slope_y[i], totals.of[2]));
    work.patch[i] = about(work.patch[i], totals.of[3]);
  });
  const auto fit = team.template sums<3>(patch_pixels, [&](int i, std::int64_t* sums) {
    sums[0] += work.value[i] * work.value[i];
    sums[1] += work.patch[i] * work.value[i];
    sums[2] += magnitude(work.value[i]);
  });
  const std::int64_t spread_r = 2 * fit.of[2];
  const std::int64_t spread_p = spreads.of[1];
  const bool alike = fit.of[1] > 0 && fit.of[0] * spread_p <= spread_r * fit.of[1];
  const std::int64_t gain =
      alike ? quotient(fit.of[0] << 20, fit.of[1]) : quotient(spread_r << 20, spread_p > 1 ? spread_p : 1);
  team.each(patch_pixels, [&](int i) {
    work.patch[i] =
        static_cast<std::int32_t>(limited(((work.patch[i] * gain + (1 << 19)) >> 20) - work.value[i], 127));
  });
}

/// Step 3: the least-squares step. Writes the network's input.
template <typename Team>
FFBENCH_DEVICE RefinementOffset least_squares(const Team& team, RefinementScratch& work) {
  const auto normal = team.template sums<3>(patch_pixels, [&](int i, std::int64_t* sums) {
    sums[0] += work.slope_x[i] * work.slope_x[i];
    sums[1] += work.slope_y[i] * work.slope_y[i];
    sums[2] += work.slope_x[i] * work.slope_y[i];
  });
  const std::int64_t xx = 512 + normal.of[0];
  const std::int64_t yy = 512 + normal.of[1];
  const std::int64_t xy = normal.of[2];
  const std::int64_t det = xx * yy - xy * xy;
  constexpr std::int64_t one = std::int64_t{1} << 32;
  const std::int64_t cxx = quotient(yy * one, det);
  const std::int64_t cyy = quotient(xx * one, det);
  const std::int64_t cxy = quotient(xy * one, det);
  const auto u = team.template sums<2>(patch_pixels, [&](int i, std::int64_t* sums) {
    const std::int64_t gx = work.slope_x[i];
    const std::int64_t gy = work.slope_y[i];
    const std::int64_t d = work.patch[i];
    const std::int64_t ux = (cxy * gy - cxx * gx) * d;
    const std::int64_t uy = (cxy * gx - cyy * gy) * d;
    sums[0] += ux;
    sums[1] += uy;
    std::int8_t* input = work.input + i * RefinementNetwork::inputs;
    input[0] = static_cast<std::int8_t>(work.value[i]);
    input[1] = static_cast<std::int8_t>(d);
    input[2] = static_cast<std::int8_t>(limited((ux + (1 << 22)) >> 23, 127));
    input[3] = static_cast<std::int8_t>(limited((uy + (1 << 22)) >> 23, 127));
  });
  return {static_cast<std::int32_t>(limited((u.of[0] + (1 << 19)) >> 20, offset_steps)),
          static_cast<std::int32_t>(limited((u.of[1] + (1 << 19)) >> 20, offset_steps))};
}

/// The last layer's output from the sums of its products.
FFBENCH_DEVICE RefinementOffset network_offset(const RefinementTables::Network& net, std::int64_t x,
                                               std::int64_t y) {
  const auto offset = [&net](std::int64_t products, int axis) {
    const auto sum = static_cast<std::int32_t>(products + net.bias3[axis]);
    return static_cast<std::int32_t>(limited(requantised(sum, net.shift3[axis]), offset_steps));
  };
  return {offset(x, 0), offset(y, 1)};
}

/// Step 4 on the host. A member of the team does a row of one channel, so that each weight is read
/// once for the whole row.
template <typename Team>
FFBENCH_DEVICE RefinementOffset apply_network(const Team& team, const RefinementTables::Network& net,
                                              RefinementScratch& work) {
  constexpr int channels = RefinementTables::channels;
  constexpr int inputs = RefinementNetwork::inputs;
  constexpr int side1 = RefinementNetwork::side1;
  constexpr int side2 = RefinementNetwork::side2;
  team.each(side1 * channels, [&](int i) {
    const int y = i / channels;
    const int c = i % channels;
    std::int32_t sums[side1];
    for (std::int32_t& sum : sums) {
      sum = net.bias1[c];
    }
    for (int k = 0; k < 9; ++k) {
      const std::int8_t* from = work.input + ((y + k / 3) * patch_side + k % 3) * inputs;
      for (int g = 0; g < RefinementTables::input_words; ++g) {
        const std::int32_t weights = net.weights1[k][g][c];
        for (int x = 0; x < side1; ++x) {
          sums[x] = dot4(weights, load_word(from + x * inputs + 4 * g), sums[x]);
        }
      }
    }
    for (int x = 0; x < side1; ++x) {
      work.first[(y * side1 + x) * channels + c] = activation(sums[x], net.shift1[c]);
    }
  });
  team.each(side2 * channels, [&](int i) {
    const int y = i / channels;
    const int c = i % channels;
    std::int32_t sums[side2];
    for (std::int32_t& sum : sums) {
      sum = net.bias2[c];
    }
    for (int k = 0; k < 9; ++k) {
      const std::int8_t* from = work.first + ((y + k / 3) * side1 + k % 3) * channels;
      for (int g = 0; g < RefinementTables::channel_words; g += 4) {
        for (int x = 0; x < side2; ++x) {
          const FourWords words = load_words(from + x * channels + 4 * g);
          for (int n = 0; n < 4; ++n) {
            sums[x] = dot4(net.weights2[k][g + n][c], words.word[n], sums[x]);
          }
        }
      }
    }
    for (int x = 0; x < side2; ++x) {
      work.second[(y * side2 + x) * channels + c] = activation(sums[x], net.shift2[c]);
    }
  });
  const auto products = team.template sums<2>(RefinementNetwork::pixels2 * RefinementTables::channel_words,
                                              [&](int i, std::int64_t* sums) {
                                                const std::int32_t word = load_word(work.second + 4 * i);
                                                sums[0] += dot4(net.weights3[0][i], word, 0);
                                                sums[1] += dot4(net.weights3[1][i], word, 0);
                                              });
  return network_offset(net, products.of[0], products.of[1]);
}

/// One iteration: where the patch is compared with the reference, and the result.
struct RefinementIteration {
  std::int32_t s = 0;  ///< phases
  std::int32_t t = 0;
  RefinementOffset moved{0, 0};

  RefinementIteration() = default;
  /// Steps 1 to 3, from the offset `before` of the previous iteration. Writes the network's input.
  template <typename Team>
  FFBENCH_DEVICE RefinementIteration(const Team& team, const ReadTables& tables, const RefinementItem& item,
                                     const RefinementOffset& before, RefinementScratch& work)
      : s(-offset_phases(before.x)), t(-offset_phases(before.y)) {
    read_reference(team, tables, item, s, t, work);
    normalise(team, work);
    moved = least_squares(team, work);
  }

  /// The offset, with the network's contribution added.
  [[nodiscard]] FFBENCH_DEVICE RefinementOffset offset(const RefinementOffset& network) const {
    constexpr int step = offset_steps / read_phases;
    return {static_cast<std::int32_t>(limited(moved.x + network.x - s * step, offset_steps)),
            static_cast<std::int32_t>(limited(moved.y + network.y - t * step, offset_steps))};
  }
};

/// A team of one thread.
struct SingleThread {
  template <typename Do>
  FFBENCH_DEVICE void each(int count, Do work) const {
    for (int i = 0; i < count; ++i) {
      work(i);
    }
  }
  template <int N, typename Do>
  FFBENCH_DEVICE TeamSums<N> sums(int count, Do work) const {
    TeamSums<N> result{};
    for (int i = 0; i < count; ++i) {
      work(i, result.of);
    }
    return result;
  }
};

/// The operator on the host.
inline RefinementOffset refine_landmark_on_host(const RefinementTables& tables, const RefinementItem& item,
                                                RefinementScratch& work) {
  const SingleThread alone;
  RefinementOffset offset{0, 0};
  for (int i = 0; i < refinement_iterations; ++i) {
    const RefinementIteration iteration(alone, tables.read, item, offset, work);
    offset = iteration.offset(apply_network(alone, tables.networks[item.kind], work));
  }
  return offset;
}

}  // namespace ffbench::cuda
