#pragma once

#include <string>
#include <vector>

#include "harness/compare/session.hpp"

namespace ffbench::compare {

/// Whether a combination is a case of an operator, not a pipeline on a fixture.
bool is_operator(const Combination& combination);

/// OPERATOR/BACKEND/CASE of such a combination.
std::string bench_of(const Combination& combination);

/// The benches that both programs have and can run here, as combinations. `only_in_one` receives
/// the others. Throws `Error` where a program cannot say, or they have none in common.
std::vector<Combination> common_benches(const Arm& base, const Arm& head,
                                        const std::vector<std::string>& globs,
                                        std::vector<std::string>& only_in_one);

/// Measures quad after quad until every bench is decided. A pair is two processes, each of which
/// measures all benches that are open. Stored pairs are not measured again.
void run_operator_session(const SessionOptions& options, PairStore& store, Progress& progress);

}  // namespace ffbench::compare
