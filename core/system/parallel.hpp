#pragma once

#include <functional>

namespace ffbench {

/// Runs body(i) for 0 <= i < count on up to `threads` threads and returns when all are done. Which
/// thread takes which i is not fixed, so bodies must not depend on it. The first exception thrown
/// is rethrown here, after all have ended.
void parallel_for(int count, int threads, const std::function<void(int)>& body);

/// The number of hardware threads, at least 1.
int hardware_threads();

}  // namespace ffbench
