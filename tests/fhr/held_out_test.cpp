#include <algorithm>
#include <cmath>
#include <memory>

#include <gtest/gtest.h>

#include "core/numeric/refinement.hpp"
#include "datasets/synthetic/random.hpp"
#include "kernels/cpu/refine_landmark.hpp"
#include "stability/refinement.hpp"
#include "tools/fhr/records.hpp"

namespace ffbench::fhr {
namespace {

/// Close to normal, variance 1: the sum of twelve even draws.
double bell(const synthetic::RandomStream& random, std::uint64_t at) {
  double sum = -6;
  for (std::uint64_t i = 0; i < 12; ++i) {
    sum += random.uniform(12 * at + i);
  }
  return sum;
}

using Luma = std::array<std::uint8_t, patch_pixels>;

/// The slope along a row or a column of five pixels' worth, fewer at the patch's edge.
double slope(const Luma& luma, int at, int along, int place) {
  const auto v = [&](int steps) { return double(luma[static_cast<std::size_t>(at + steps * along)]); };
  constexpr int last = patch_side - 1;
  if (place == 0) {
    return v(1) - v(0);
  }
  if (place == last) {
    return v(0) - v(-1);
  }
  if (place == 1 || place == last - 1) {
    return (v(1) - v(-1)) / 2;
  }
  return (v(-2) - 8 * v(-1) + 8 * v(1) - v(2)) / 12;
}

/// Cramer-Rao: the least mean squared distance at which the clean patch, known, can be located
/// under white noise of variance 1.
double bound(const Luma& luma) {
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (int i = 0; i < patch_pixels; ++i) {
    const double gx = slope(luma, i, 1, i % patch_side);
    const double gy = slope(luma, i, patch_side, i / patch_side);
    xx += gx * gx;
    yy += gy * gy;
    xy += gx * gy;
  }
  return (xx + yy) / std::max(xx * yy - xy * xy, 1e-9);
}

Luma with_noise(const Luma& clean, double sigma, const synthetic::RandomStream& random) {
  Luma luma;
  for (std::size_t i = 0; i < luma.size(); ++i) {
    luma[i] =
        static_cast<std::uint8_t>(std::clamp(std::lround(clean[i] + sigma * bell(random, i)), 0L, 255L));
  }
  return luma;
}

LandmarkView view_of(const Luma& luma) {
  LandmarkView view{};
  constexpr int margin = (view_side - patch_side) / 2;
  for (int i = 0; i < patch_pixels; ++i) {
    view[static_cast<std::size_t>((i / patch_side + margin) * view_side + i % patch_side + margin)] =
        luma[static_cast<std::size_t>(i)];
  }
  return view;
}

LandmarkReference reference_of(const Record& record) {
  LandmarkReference reference{};
  for (std::size_t i = 0; i < reference.size(); ++i) {
    reference[i] = static_cast<std::int16_t>(reference_steps * record.reference[i]);
  }
  return reference;
}

/// All people that training held out, in a quarter of their views.
const std::vector<Record>& held_out() {
  static const std::vector<Record> records = [] {
    std::vector<Record> all;
    for (int person = 7; person < 480; person += 8) {
      const std::vector<Record> some = records_of_person(person, 4);
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }();
  return records;
}

struct Figures {
  double squared = 0;
  double least = 0;
  int count = 0;
  [[nodiscard]] double ratio() const { return std::sqrt(squared / least); }
  [[nodiscard]] double rms() const { return std::sqrt(squared / count); }
};

/// Of a network on the patches of a kind whose bound is within half a pixel, each under four draws
/// of noise.
template <std::size_t n>
Figures judge(LandmarkKind kind, double sigma, std::array<Draw, n> Record::*draws,
              const RefinementNetwork& network) {
  const auto packed = std::make_unique<const cpu::PackedNetwork>(network);
  const synthetic::RandomStream random(synthetic::key_of("held-out noise"));
  Figures figures;
  std::uint64_t patch = 0;
  for (const Record& record : held_out()) {
    if (record.kind != static_cast<std::uint8_t>(kind)) {
      continue;
    }
    const LandmarkReference reference = reference_of(record);
    for (const Draw& draw : record.*draws) {
      const double limit = sigma * sigma * bound(draw.luma);
      ++patch;
      if (limit >= 0.25) {
        continue;
      }
      for (std::uint64_t i = 0; i < 4; ++i) {
        const Luma seen = with_noise(draw.luma, sigma, random.substream(4 * patch + i));
        const PatchOffset found = cpu::refine_landmark(view_of(seen), reference, *packed);
        const double x = static_cast<double>(found.x) / offset_steps - static_cast<double>(draw.x);
        const double y = static_cast<double>(found.y) / offset_steps - static_cast<double>(draw.y);
        figures.squared += x * x + y * y;
        figures.least += limit;
        ++figures.count;
      }
    }
  }
  return figures;
}

TEST(HeldOutPeople, AreLocatedNearTheCramerRaoBound) {
  const RefinementNetworks& networks = stability::shipped_refinement_networks();
  for (LandmarkKind kind : {LandmarkKind::eye, LandmarkKind::nose, LandmarkKind::mouth}) {
    for (double sigma : {4.0, 8.0, 16.0}) {
      const Figures figures = judge(kind, sigma, &Record::still, networks[static_cast<std::size_t>(kind)]);
      EXPECT_GT(figures.count, 400);
      // At 4 levels, where docs/fhr.md has 1.17 to 1.19 on all views, a quarter of them has some
      // hundredths more.
      EXPECT_LE(figures.ratio(), sigma > 4 ? 1.2 : 1.25)
          << "kind " << static_cast<int>(kind) << ", noise " << sigma << ", " << figures.count << " patches";
    }
  }
}

TEST(HeldOutPeople, WhoMoveAreLocatedBetterThanByLeastSquaresAlone) {
  const RefinementNetworks& networks = stability::shipped_refinement_networks();
  auto silent = std::make_unique<RefinementNetwork>();
  silent->shift1.fill(1);
  silent->shift2.fill(1);
  silent->shift3.fill(1);
  for (LandmarkKind kind : {LandmarkKind::eye, LandmarkKind::nose, LandmarkKind::mouth}) {
    const double rms = judge(kind, 4, &Record::moved, networks[static_cast<std::size_t>(kind)]).rms();
    const double alone = judge(kind, 4, &Record::moved, *silent).rms();
    EXPECT_LT(rms, 0.95 * alone) << "kind " << static_cast<int>(kind) << ": " << rms << " and " << alone;
  }
}

}  // namespace
}  // namespace ffbench::fhr
