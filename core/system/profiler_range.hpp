#pragma once

#include <cstdint>

namespace ffbench {

/// A span of this thread's time that profilers show: an NVTX range in the domain `ffbench`, its
/// kind as the category. Ranges of a thread end in the reverse of the order in which they began.
/// Without a profiler, and in a build without NVTX's headers, nothing happens.
class ProfilerRange {
 public:
  enum class Kind : std::uint32_t { fixture = 1, frame, stage };

  /// `name` is copied; `number` goes with it as the payload: the index of a frame, say.
  ProfilerRange(Kind kind, const char* name, std::int64_t number = 0);
  ~ProfilerRange();
  ProfilerRange(const ProfilerRange&) = delete;
  ProfilerRange& operator=(const ProfilerRange&) = delete;

  /// Whether this build has NVTX's headers.
  [[nodiscard]] static bool built_in();
};

}  // namespace ffbench
