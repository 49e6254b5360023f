#include "reports/ledger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.hpp"

namespace ffbench {
namespace {

const std::string a(32, 'a');
const std::string b(32, 'b');

Attestation attestation(const std::string& device, const std::string& digest) {
  return {"smoke",
          device,
          "1.2",
          "13.0",
          "0123456789ab",
          false,
          "2026-01-01T00:00:00Z",
          17,
          {{"talk", {{"warp", digest}}}}};
}

TEST(Ledger, TellsWhichDigestsDiffer) {
  const FixtureDigests recorded{{"talk", {{"warp", a}, {"mask", a}}}, {"turn", {{"warp", a}}}};
  EXPECT_TRUE(digest_differences(recorded, recorded, true).empty());

  const FixtureDigests changed{{"talk", {{"warp", b}, {"gains", a}}}};
  const auto part = digest_differences(recorded, changed, false);
  ASSERT_EQ(part.size(), 3U) << "one changed, one went, one is new";
  EXPECT_EQ(describe(part), "talk warp and 2 more");
  EXPECT_EQ(digest_differences(recorded, changed, true).size(), 4U) << "and a fixture that is gone";
}

TEST(Ledger, NamesTheStageWhereAChangeBegins) {
  // Every stage from gains on differs; by name, composite would come first.
  const StageDigests before{{"composite", a}, {"gains", a}, {"mask", a}, {"swap", a}, {"warp", a}};
  StageDigests now = before;
  now["composite"] = now["gains"] = now["mask"] = b;
  StageDigests later = before;
  later["composite"] = later["mask"] = b;
  Ledger ledger;
  ledger.reference["smoke"] = {{"drift", before}, {"talk", before}};
  const LedgerCheck check = check_ledger(ledger, "smoke", {{"drift", later}, {"talk", now}}, true);
  ASSERT_EQ(check.differences.size(), 5U);
  EXPECT_EQ(check.differences[0].fixture, "talk");
  EXPECT_EQ(check.differences[0].stage, "gains");
  EXPECT_THAT(check.lines(),
              testing::ElementsAre("smoke: reference differs from what is recorded: the change begins at "
                                   "stage gains: talk gains and 4 more"));
}

TEST(Ledger, AnAttestationIsStaleOnceTheReferenceMovedOn) {
  Ledger ledger;
  ledger.reference["smoke"] = {{"talk", {{"warp", b}}}};
  attest(ledger, attestation("old", a));
  attest(ledger, attestation("new", b));
  const LedgerCheck check = check_ledger(ledger, "smoke", ledger.reference["smoke"], true);
  EXPECT_TRUE(check.differences.empty());
  ASSERT_EQ(check.attestations.size(), 2U);
  EXPECT_EQ(check.attestations[0].stale, "talk warp");
  EXPECT_EQ(check.attestations[1].stale, "");
  EXPECT_THAT(check.lines(),
              testing::ElementsAre("smoke: reference as recorded, 1 fixtures",
                                   testing::HasSubstr("stale: old"), testing::HasSubstr("attested by new")));
}

TEST(Ledger, ADeviceIsAttestedOnceASuite) {
  Ledger ledger;
  attest(ledger, attestation("device", a));
  attest(ledger, attestation("device", b));
  ASSERT_EQ(ledger.attestations.size(), 1U);
  EXPECT_EQ(ledger.attestations[0].fixtures.at("talk").at("warp"), b);
}

TEST(Ledger, NoFileIsAnEmptyLedgerAndABrokenOneIsNamed) {
  EXPECT_TRUE(read_ledger("/nowhere/ledger.json").reference.empty());
  try {
    ledger_from_json(
        R"({"schema": "ffbench.ledger/1", "reference": {"smoke": {"talk": {"warp": "xyz"}}}, "attestations": []})",
        "ledger.json");
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("ledger.json"),
                                             testing::HasSubstr("reference.smoke.talk.warp"),
                                             testing::HasSubstr("--update-ledger")));
  }
}

}  // namespace
}  // namespace ffbench
