#include "kernels/cpu/bands.hpp"

#include <algorithm>
#include <cfenv>
#include <limits>

#include "core/error.hpp"

#if defined(FFBENCH_PLAIN_THREADS)
#include "core/system/parallel.hpp"
#else
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>
#endif

namespace ffbench::cpu {
namespace {

RowRange band_of(int index, int rows, int height) {
  return {index * height, std::min((index + 1) * height, rows)};
}

}  // namespace

void check_float_mode() {
  const volatile float smallest = std::numeric_limits<float>::denorm_min();
  const volatile float normal = std::numeric_limits<float>::min();
  const float read = smallest * 2.0F;
  const float made = normal * 0.5F;
  if (std::fegetround() != FE_TONEAREST || read == 0.0F || made == 0.0F) {
    throw Error(
        "cpu backend: a thread does not round to nearest even, or flushes subnormal numbers to zero; "
        "link without -ffast-math and leave the floating-point environment as it was",
        ExitCode::bad_input);
  }
}

#if defined(FFBENCH_PLAIN_THREADS)
struct Bands::Arena {
  explicit Arena(int) {}
};
#else
struct Bands::Arena {
  /// As many threads as were requested, even where the machine has fewer.
  explicit Arena(int threads)
      : limit(tbb::global_control::max_allowed_parallelism,
              std::max<std::size_t>(
                  static_cast<std::size_t>(threads),
                  tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism))),
        arena(threads) {}
  tbb::global_control limit;
  tbb::task_arena arena;
};
#endif

Bands::Bands(int threads) : threads_(threads) {
  if (threads < 1) {
    fail("threads: {} given, expected at least 1", threads);
  }
  if (threads > 1) {
    arena_ = std::make_unique<Arena>(threads);
  }
}

Bands::~Bands() = default;

void Bands::run_erased(int rows, int height, Call call, const void* body) {
  const int bands = (rows + height - 1) / height;
  if (arena_ == nullptr) {
    check_float_mode();
    for (int i = 0; i < bands; ++i) {
      call(body, band_of(i, rows, height));
    }
    return;
  }
  const auto one_band = [=](int i) {
    check_float_mode();
    call(body, band_of(i, rows, height));
  };
#if defined(FFBENCH_PLAIN_THREADS)
  parallel_for(bands, threads_, one_band);
#else
  arena_->arena.execute([&] { tbb::parallel_for(0, bands, one_band); });
#endif
}

}  // namespace ffbench::cpu
