#pragma once

#include <opencv2/core/utility.hpp>

namespace ffbench {

/// Under ThreadSanitizer detectors do without OpenCV's own threads: the libraries they come from
/// are not instrumented, so that what they hand to each other in the right order looks like a race.
inline void use_threads_that_are_seen() {
#ifdef __SANITIZE_THREAD__
  cv::setNumThreads(1);
#endif
}

}  // namespace ffbench
