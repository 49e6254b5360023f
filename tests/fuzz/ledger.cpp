// Ledgers: what was read is written and read again to the same, and compared with other digests.

#include "reports/ledger.hpp"

#include <cstdlib>

#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  fuzz::accepts(
      [](std::string_view text) {
        Ledger ledger = ledger_from_json(text, "fuzz");
        const std::string written = to_json(ledger);
        if (to_json(ledger_from_json(written, "again")) != written) {
          std::abort();
        }
        for (const auto& [suite, fixtures] : ledger.reference) {
          if (!check_ledger(ledger, suite, fixtures, true).differences.empty()) {
            std::abort();
          }
          static_cast<void>(check_ledger(ledger, suite, {}, true).lines());
        }
        if (!ledger.attestations.empty()) {
          attest(ledger, ledger.attestations.back());
        }
      },
      data, size);
  return 0;
}
