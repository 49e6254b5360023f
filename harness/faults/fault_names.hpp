#pragma once

#include <array>
#include <string>
#include <string_view>

namespace ffbench::faults {

/// The faults that ffbench_faulty has; `compare::fault_variable` chooses one.
inline constexpr std::array<std::string_view, 26> names{
    "one-bit", "race", "race-cuda", "stale-parameter", "stale-parameter-cuda", "dropped-frame", "frozen-plan",
    "lagged-plan", "alternating-plan", "duplicated-frame", "swapped-channels", "gain-pumping", "mask-jump",
    "tail-spike", "uninitialised", "border", "slow-stage-10", "first-frame", "gpu-on-cpu", "slow-3", "leak",
    "crash",
    // Not faults of the pipeline: a run has to survive these or report them.
    "device-lost", "gpu-lost", "gpu-little-memory", "gpu-no-memory"};

/// The fault that this process is to have; empty for none. Throws `Error` where it is not one of
/// `names`.
const std::string& active_fault();

}  // namespace ffbench::faults
