#pragma once

#include <array>
#include <string_view>

namespace ffbench::faults {

/// The faults that ffbench_faulty has; the environment variable FFBENCH_FAULT chooses one, none without it.
inline constexpr const char* variable = "FFBENCH_FAULT";
inline constexpr std::array<std::string_view, 20> names{
    "one-bit",      "race",          "stale-parameter",  "dropped-frame", "duplicated-frame",
    "frozen-plan",  "lagged-plan",   "alternating-plan", "tail-spike",    "swapped-channels",
    "gain-pumping", "mask-jump",     "border",           "uninitialised", "leak",
    "slow-3",       "slow-stage-10", "first-frame",      "gpu-on-cpu",    "crash"};

}  // namespace ffbench::faults
