#pragma once

#include <string>
#include <vector>

#include "harness/operators/operator.hpp"

namespace ffbench::operators {

/// What to time. Globs as in `VerifyOptions`; an empty list means everything. Besides the backends
/// of the table there are "reference" and "opencv".
struct BenchOptions {
  std::vector<std::string> operators;
  std::vector<std::string> backends;
  std::vector<std::string> targets;
  std::vector<std::string> cases;
  /// Google Benchmark's own flags, e.g. --benchmark_out=FILE, --benchmark_min_time=0.2.
  std::vector<std::string> flags;
};

/// Times the benchmark cases of the table through Google Benchmark, one thread, as
/// OPERATOR/BACKEND/TARGET/CASE (no TARGET for backends without). Each is first compared with the
/// reference; one that differs gets no timing, a line on standard error, and makes the result 4.
/// Counters: bytes_per_second of the bytes the operator has to move, copy_share of the bandwidth of
/// a copy beyond the caches measured in the same run (also in the report's context). SIMD targets
/// that cannot run are listed as skipped. Returns 0 or 4; throws `Error` where nothing is selected
/// or a flag is unknown.
int run_benchmarks(const BenchOptions& options, const std::vector<Operator>& operators = table());

}  // namespace ffbench::operators
