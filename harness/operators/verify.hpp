#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/operators/operator.hpp"

namespace ffbench::operators {

/// What to compare. Globs as in core/system/glob.hpp; an empty list means everything.
struct VerifyOptions {
  std::vector<std::string> operators;  ///< globs of operator names
  std::vector<std::string> backends;   ///< globs of backend names
  std::vector<std::string> targets;    ///< globs of SIMD targets
  std::vector<std::string> cases;      ///< globs of case names
  /// After the listed cases, random ones follow until the inputs and outputs of all cases of an
  /// operator, backend and target held this many bytes.
  std::uint64_t minimum_bytes = 0;
  std::uint64_t seed = 1;  ///< of the random cases
  /// Called after each operator, backend and target; may be empty.
  std::function<void(const struct VerifyRow&)> progress;
};

/// The first byte that differs.
struct Mismatch {
  std::string operator_name;
  std::string backend;
  std::string target;  ///< the SIMD target that ran; empty for backends without
  std::string case_name;
  std::string plane;
  int x = -1;  ///< -1: a guard or padding byte was changed
  int y = -1;
  int channel = 0;
  int expected = 0;
  int actual = 0;
  std::string parameters;

  /// One line with all of it.
  [[nodiscard]] std::string text() const;
};

/// One operator on one backend and target.
struct VerifyRow {
  std::string operator_name;
  std::string backend;
  std::string target;
  std::uint64_t cases = 0;
  std::uint64_t on_target =
      0;  ///< cases that the target's code computed; the smallest images are done without vectors
  std::uint64_t bytes = 0;       ///< of outputs, compared
  std::uint64_t covered = 0;     ///< bytes of inputs and outputs
  std::uint64_t mismatches = 0;  ///< bytes that differ
  std::optional<Mismatch> first;
  std::string skipped;  ///< why nothing was compared; empty where it was
};

struct VerifyReport {
  std::vector<VerifyRow> rows;

  [[nodiscard]] std::uint64_t bytes() const;
  [[nodiscard]] std::uint64_t mismatches() const;
  /// The first mismatch of all rows.
  [[nodiscard]] std::optional<Mismatch> first() const;
  /// Operators on which two backends, each written by itself, differ from the reference first in
  /// the same byte and agree on its value: there the reference is the likely culprit. A sentence
  /// each.
  [[nodiscard]] std::vector<std::string> suspects() const;
  /// A table for people, skipped rows with their reason.
  [[nodiscard]] std::string text() const;
  /// 0, or 4 where a byte differs.
  [[nodiscard]] int exit_code() const;
};

/// Compares one case on one backend (and SIMD target; empty for backends without) with the
/// reference. Throws `Error` for a target that this machine lacks.
VerifyRow verify_case(const Operator& op, const Case& selected, const Backend& backend,
                      const std::string& target);

/// Compares every selected operator, backend and target with the reference, byte by byte. Throws
/// `Error` where nothing is selected (unknown names list the legal ones) and where a target did not
/// run although it was forced.
VerifyReport verify_operators(const VerifyOptions& options, const std::vector<Operator>& operators = table());

}  // namespace ffbench::operators
