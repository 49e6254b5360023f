#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/compare/operator_benches.hpp"
#include "harness/compare/sample.hpp"

namespace ffbench::compare {

/// A slow-down of operators, added on purpose.
struct OperatorSlowdown {
  double share = 0;           ///< 0.03: 3 % of a run
  std::string operator_name;  ///< empty: all
};

/// `5`, `2.5@warp`: percent, and the operator. Throws `Error` that lists the operators.
OperatorSlowdown parse_operator_slowdown(std::string_view text);

struct OperatorSampleOptions {
  std::vector<std::string> benches;  ///< names as `OperatorBench::name` gives them
  int passes = 5;
  std::optional<OperatorSlowdown> slowdown;  ///< of the cpu's operators
  int turn_socket = -1;                      ///< see `Turns`
  bool first = false;
};

/// The bench of that name; throws `Error` where none of `known` has it.
const OperatorBench& operator_bench(const std::vector<OperatorBench>& known, const std::string& name);
/// Who computes a bench now, with the SIMD target: "cpu AVX2".
std::string executor_of(const OperatorBench& bench);
/// The bytes of all outputs, guards and padding left out.
std::string digest_of_outputs(operators::Problem& problem);

inline constexpr const char* operator_samples_schema = "ffbench.operator-samples/1";

/// One observation of each bench, all in one process: the problem is made, computed once for its
/// bytes, and timed over passes. A pass on the cpu is as many runs as take some milliseconds, on
/// the device a replayed graph of them; its time is that of one run. Buffers are the same in each
/// run: what is measured is a warm cache. With a turn socket each pass is a turn; problems are made
/// by both processes at once. `fixture` of a sample is the case, `pipeline` is
/// `OperatorBench::pipeline`. Throws `Error` for names that are unknown or cannot run.
std::vector<Sample> measure_operators(const OperatorSampleOptions& options);

/// A document with all samples, on one line.
std::string to_json(const std::vector<Sample>& samples);

/// Throws `Error` for anything else; `origin` names it.
std::vector<Sample> operator_samples_from_json(std::string_view text, const std::string& origin);

}  // namespace ffbench::compare
