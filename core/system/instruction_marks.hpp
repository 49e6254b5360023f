#pragma once

// Which instructions count, for callgrind, where the program runs under it (docs/compare.md). A
// build without callgrind's header, and a program that runs by itself, do nothing here.

namespace ffbench::instruction_marks {

/// Whether this process runs under valgrind and can tell it what counts.
bool available();

/// From here on marks are made; before nothing is instrumented, so that it runs at some speed.
/// `stop` ends it.
void start();
void stop();

namespace detail {
inline bool started = false;  // only one thread makes marks
void zero();
void part(const char* name);
}  // namespace detail

/// Forgets what was counted until here.
inline void begin() {
  if (detail::started) {
    detail::zero();
  }
}

/// Stores the count since the last mark under a name. Names may come again; their counts are added.
inline void end(const char* name) {
  if (detail::started) {
    detail::part(name);
  }
}

/// The name of what is in no stage.
inline constexpr const char* other = "other";

}  // namespace ffbench::instruction_marks
