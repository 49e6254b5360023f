#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/verify/verify_stages.hpp"
#include "reports/ledger.hpp"

namespace ffbench {

/// ci/ledger.json of the tree this program was built from.
std::filesystem::path ledger_path();

std::vector<std::string> suites_of(const Ledger& ledger);

/// Puts the reference's digests into the ledger and, where the CUDA backend ran, what it computed
/// as an attestation of this machine's device. Returns what was done, line by line. Throws `Error`
/// and changes nothing where a byte differs, something failed or a requested backend did not run.
std::vector<std::string> update_ledger(Ledger& ledger, const StageVerifyReport& report);

void write_ledger(const Ledger& ledger, const std::filesystem::path& path);

/// Compares the digests in a suite's results with the ledger: says in the report's environment what
/// holds and which attestation is stale, and warns where the reference is not the recorded one.
/// Results of the reference count, and of a backend that equalled it; preset `default`, swap
/// `source`.
void note_ledger(Report& report, const Ledger& ledger);

}  // namespace ffbench
