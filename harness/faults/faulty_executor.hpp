#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "core/executor.hpp"

namespace ffbench::faults {

/// An executor that does what `inner`, whose making began at `begun`, does, but for the fault of
/// that name.
std::unique_ptr<Executor> make_faulty_executor(std::unique_ptr<Executor> inner, std::string fault,
                                               std::chrono::steady_clock::time_point begun);

}  // namespace ffbench::faults
