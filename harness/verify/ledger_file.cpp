#include "harness/verify/ledger_file.hpp"

#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "harness/system/environment.hpp"

namespace ffbench {
namespace {

/// What the CUDA backend computed of a suite; its digests are the reference's, byte for byte.
Attestation attestation_of(const std::string& suite, const StageVerifyReport& report,
                           const Environment& environment) {
  Attestation attestation;
  attestation.suite = suite;
  attestation.device = environment.gpu;
  attestation.driver = environment.driver;
  attestation.cuda = environment.cuda;
  attestation.commit = environment.commit;
  attestation.dirty = environment.dirty.value_or(false);
  attestation.date = environment.started;
  attestation.bytes_compared = report.bytes(suite, Backend::cuda);
  attestation.fixtures = report.reference.at(suite);
  return attestation;
}

}  // namespace

std::filesystem::path ledger_path() {
  return data_path("ci") / "ledger.json";
}

std::vector<std::string> suites_of(const Ledger& ledger) {
  std::vector<std::string> suites;
  for (const auto& [suite, fixtures] : ledger.reference) {
    suites.push_back(suite);
  }
  return suites;
}

std::vector<std::string> update_ledger(Ledger& ledger, const StageVerifyReport& report) {
  if (const ExitCode code = report.exit_code(); code != ExitCode::ok) {
    throw Error(fmt::format("verify --update-ledger: {}, so nothing is written",
                            code == ExitCode::incorrect    ? "a backend differs from the reference"
                            : report.asked_for_was_skipped ? "a requested backend cannot run here"
                                                           : "a fixture could not be finished"),
                code);
  }
  std::vector<std::string> lines;
  const Environment environment = describe_environment();
  for (const auto& [suite, fixtures] : report.reference) {
    const LedgerCheck before = check_ledger(ledger, suite, fixtures, true);
    lines.push_back(fmt::format("{}: {}", suite,
                                !before.recorded ? "reference recorded"
                                : before.differences.empty()
                                    ? "reference unchanged"
                                    : "reference renewed: " + describe(before.differences)));
    ledger.reference[suite] = fixtures;
    if (report.bytes(suite, Backend::cuda) == 0) {
      continue;
    }
    if (environment.gpu.empty() || environment.commit.empty()) {
      fail("verify --update-ledger: the {} is unknown, so nothing can be attested; {}",
           environment.gpu.empty() ? "device" : "commit",
           environment.gpu.empty() ? "see `ffbench doctor`"
                                   : "build in a git checkout, or set FFBENCH_COMMIT");
    }
    attest(ledger, attestation_of(suite, report, environment));
    lines.push_back(fmt::format("{}: attested by {}", suite, environment.gpu));
  }
  return lines;
}

void write_ledger(const Ledger& ledger, const std::filesystem::path& path) {
  write_file_atomically(path, to_json(ledger));
}

void note_ledger(Report& report, const Ledger& ledger) {
  if (!ledger.reference.contains(report.suite)) {
    return;
  }
  FixtureDigests computed;
  for (const Result& result : report.results) {
    const bool reference =
        result.pipeline == "enhanced/reference" ||
        (result.equality && result.equality->bytes_compared > 0 && result.equality->mismatches == 0);
    if (result.status == ResultStatus::ok && result.preset == "default" && reference && result.determinism &&
        result.pipeline.find('@') == std::string::npos) {
      computed[result.fixture] = result.determinism->stages;
    }
  }
  if (computed.empty()) {
    return;
  }
  const LedgerCheck check = check_ledger(ledger, report.suite, computed, false);
  std::string text;
  for (const std::string& line : check.lines()) {
    text += (text.empty() ? "" : "; ") + line;
  }
  report.environment.more["ledger"] = text;
  if (!check.differences.empty()) {
    report.warnings.push_back(
        fmt::format("the reference is not what ci/ledger.json records: {}; if it was meant to change: "
                    "./ffbench verify --update-ledger",
                    describe(check.differences)));
  }
}

}  // namespace ffbench
