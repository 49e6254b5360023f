#pragma once

#include <memory>
#include <string>

#include "core/executor.hpp"

namespace ffbench::faults {

/// An executor that does what `inner` does, but for the fault of that name.
std::unique_ptr<Executor> make_faulty_executor(std::unique_ptr<Executor> inner, std::string fault);

}  // namespace ffbench::faults
