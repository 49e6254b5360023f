#pragma once

#include <memory>

#include "core/executor.hpp"

namespace ffbench::reference {

/// The `enhanced` algorithm in plain scalar code: the reference every other backend is compared
/// with.
std::unique_ptr<Executor> make_executor(const ExecutorOptions& options);

}  // namespace ffbench::reference
