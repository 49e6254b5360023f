#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace ffbench {

/// The pixel stages of one face in one frame, in the order in which they run.
enum class Stage { warp, swap, gains, mask, hysteresis, composite };

inline constexpr std::size_t stage_count = 6;
inline constexpr std::array<Stage, stage_count> all_stages{Stage::warp, Stage::swap,       Stage::gains,
                                                           Stage::mask, Stage::hysteresis, Stage::composite};

constexpr std::string_view name_of(Stage stage) {
  constexpr std::array<std::string_view, stage_count> names{"warp", "swap",       "gains",
                                                            "mask", "hysteresis", "composite"};
  return names[static_cast<std::size_t>(stage)];
}

/// Seconds spent in each stage since the last reset.
struct StageTimes {
  std::array<double, stage_count> seconds{};

  double& operator[](Stage stage) { return seconds[static_cast<std::size_t>(stage)]; }
  double operator[](Stage stage) const { return seconds[static_cast<std::size_t>(stage)]; }
};

}  // namespace ffbench
