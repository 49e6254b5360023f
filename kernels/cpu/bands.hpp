#pragma once

#include <memory>

#include "kernels/cpu/row_range.hpp"

namespace ffbench::cpu {

/// Runs bands of rows on several threads: oneTBB, or std::thread in builds with
/// FFBENCH_PLAIN_THREADS. Which thread takes which band is not fixed, so a band's result must
/// depend on its rows alone.
class Bands {
 public:
  /// `threads` >= 1; throws `Error` otherwise.
  explicit Bands(int threads);
  ~Bands();
  Bands(const Bands&) = delete;
  Bands& operator=(const Bands&) = delete;

  [[nodiscard]] int threads() const { return threads_; }

  /// Calls body(RowRange) for bands of `height` rows (the last may be lower) that together are [0,
  /// rows). With one thread in order and without allocating. The first exception is rethrown after
  /// all have ended.
  template <typename Body>
  void run(int rows, int height, const Body& body) {
    run_erased(
        rows, height, [](const void* b, RowRange band) { (*static_cast<const Body*>(b))(band); }, &body);
  }

 private:
  using Call = void (*)(const void* body, RowRange band);
  void run_erased(int rows, int height, Call call, const void* body);

  struct Arena;
  int threads_;
  std::unique_ptr<Arena> arena_;
};

/// Throws `Error` where the calling thread does not round to nearest even or flushes subnormal
/// numbers: results would differ.
void check_float_mode();

}  // namespace ffbench::cpu
