#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ffbench {

/// XXH3-128 of everything a stage made of a fixture, over all frames and faces, by name of the
/// stage.
using StageDigests = std::map<std::string, std::string>;
/// By name of the fixture.
using FixtureDigests = std::map<std::string, StageDigests>;

/// What a GPU was seen to compute, equal to the reference of that day.
struct Attestation {
  std::string suite;
  std::string device;
  std::string driver;
  std::string cuda;
  std::string commit;
  bool dirty = false;  ///< the commit had local changes
  std::string date;    ///< UTC, ISO 8601
  std::int64_t bytes_compared = 0;
  FixtureDigests fixtures;
};

/// Recorded digests that tie runs on a GPU to the reference (ci/ledger.json; schema:
/// ci/ledger.schema.json).
struct Ledger {
  static constexpr const char* schema = "ffbench.ledger/1";
  /// By suite: preset `default` on the backend `reference`
  std::map<std::string, FixtureDigests> reference;
  std::vector<Attestation> attestations;  ///< one a suite and device
};

/// Throws `Error` that names file and place of what is wrong.
Ledger ledger_from_json(std::string_view text, const std::string& origin);
std::string to_json(const Ledger& ledger);
/// The ledger in that file; an empty one where there is no file.
Ledger read_ledger(const std::filesystem::path& path);

/// A digest that is not the recorded one; an empty one is missing there.
struct DigestDifference {
  std::string fixture;
  std::string stage;
  std::string recorded;
  std::string actual;
};

/// What differs between recorded digests and those of today, in the order of the pipeline's stages:
/// the first is where the change begins. `whole`: fixtures that are recorded and were not computed
/// count too.
std::vector<DigestDifference> digest_differences(const FixtureDigests& recorded, const FixtureDigests& actual,
                                                 bool whole);

/// "talk warp", "talk warp and 3 more": which digests differ, the first of them by name.
std::string describe(const std::vector<DigestDifference>& differences);

/// The ledger beside what was computed of a suite.
struct LedgerCheck {
  std::string suite;
  bool recorded = false;                      ///< the ledger has the suite
  std::size_t fixtures = 0;                   ///< computed
  std::vector<DigestDifference> differences;  ///< of the reference
  struct Attested {
    const Attestation* attestation = nullptr;
    std::string stale;  ///< what differs, in words; empty: it still holds
  };
  std::vector<Attested> attestations;

  /// One line on the reference and one on each attestation.
  [[nodiscard]] std::vector<std::string> lines() const;
};

/// `ledger` outlives the result.
LedgerCheck check_ledger(const Ledger& ledger, const std::string& suite, const FixtureDigests& computed,
                         bool whole);

/// Puts an attestation in the place of the one of the same suite and device.
void attest(Ledger& ledger, Attestation attestation);

}  // namespace ffbench
