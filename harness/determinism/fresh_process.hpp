#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/determinism/pass.hpp"

namespace ffbench {

/// Runs one pass of a variant in a fresh process of `program` and compares it with `expected`.
/// Throws `Error` where the process fails; the reason is on standard error.
PassOutcome run_in_fresh_process(const std::filesystem::path& program, const std::string& suite,
                                 const std::string& fixture, const Pipeline& pipeline, const Variant& variant,
                                 const StageTrace& expected);

/// The other side: runs the pass, with the trace in the file EXCHANGE to expect, and leaves the
/// outcome there.
void run_as_fresh_process(const std::filesystem::path& exchange, Subject& subject, const Pipeline& pipeline,
                          const Variant& variant, const MakeExecutor& make);

/// What the two sides exchange: a trace, and the image that differs, as CBOR.
std::string outcome_to_cbor(const PassOutcome& outcome);
/// Throws `Error` that begins with `origin`.
PassOutcome outcome_from_cbor(std::string_view bytes, const std::string& origin);

}  // namespace ffbench
