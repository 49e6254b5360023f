#include "reports/ledger.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include <nlohmann/json.hpp>

#include "core/json/json_reader.hpp"
#include "core/json/json_text.hpp"
#include "core/stage.hpp"
#include "core/system/atomic_file.hpp"

namespace ffbench {
namespace {

using nlohmann::json;

std::string digest(const JsonReader& reader) {
  std::string text = reader.text();
  if (text.size() != 32 || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    reader.wrong(
        "'{}' is not a digest of 32 hexadecimal digits; renew it with `ffbench verify --update-ledger`",
        text);
  }
  return text;
}

FixtureDigests fixtures_of(const JsonReader& reader) {
  FixtureDigests fixtures;
  for (const auto& [fixture, stages] : reader.members()) {
    StageDigests& digests = fixtures[fixture];
    for (const auto& [stage, text] : stages.members()) {
      digests.emplace(stage, digest(text));
    }
  }
  return fixtures;
}

Attestation attestation_of(const JsonReader& reader) {
  reader.only({"suite", "device", "driver", "cuda", "commit", "dirty", "date", "bytes_compared", "fixtures"});
  Attestation attestation;
  attestation.suite = reader.at("suite").text();
  attestation.device = reader.at("device").text();
  attestation.driver = reader.at("driver").text();
  attestation.cuda = reader.at("cuda").text();
  attestation.commit = reader.at("commit").text();
  attestation.dirty = reader.flag_or("dirty", false);
  attestation.date = reader.at("date").text();
  attestation.bytes_compared = static_cast<std::int64_t>(reader.at("bytes_compared").number());
  attestation.fixtures = fixtures_of(reader.at("fixtures"));
  return attestation;
}

/// Where a stage stands in the pipeline; behind all of them for a name that is none.
std::size_t place_of(std::string_view stage) {
  return static_cast<std::size_t>(std::ranges::find(all_stages, stage, [](Stage s) { return name_of(s); }) -
                                  all_stages.begin());
}

}  // namespace

Ledger ledger_from_json(std::string_view text, const std::string& origin) {
  const JsonReader reader = parse_json(text, origin);
  reader.require_schema(Ledger::schema, "renew the file with `ffbench verify --update-ledger`");
  reader.only({"schema", "reference", "attestations"});
  Ledger ledger;
  for (const auto& [suite, fixtures] : reader.at("reference").members()) {
    ledger.reference.emplace(suite, fixtures_of(fixtures));
  }
  for (const JsonReader& item : reader.at("attestations").items()) {
    ledger.attestations.push_back(attestation_of(item));
  }
  return ledger;
}

std::string to_json(const Ledger& ledger) {
  json attestations = json::array();
  for (const Attestation& a : ledger.attestations) {
    attestations.push_back({{"suite", a.suite},
                            {"device", a.device},
                            {"driver", a.driver},
                            {"cuda", a.cuda},
                            {"commit", a.commit},
                            {"dirty", a.dirty},
                            {"date", a.date},
                            {"bytes_compared", a.bytes_compared},
                            {"fixtures", a.fixtures}});
  }
  const json document{
      {"schema", Ledger::schema}, {"reference", ledger.reference}, {"attestations", std::move(attestations)}};
  return json_text(document, 1) + "\n";
}

Ledger read_ledger(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error) && !error) {
    return {};
  }
  return ledger_from_json(read_file(path), path.string());
}

std::vector<DigestDifference> digest_differences(const FixtureDigests& recorded, const FixtureDigests& actual,
                                                 bool whole) {
  std::set<std::string> names;
  for (const auto& [fixture, stages] : actual) {
    names.insert(fixture);
  }
  if (whole) {
    for (const auto& [fixture, stages] : recorded) {
      names.insert(fixture);
    }
  }
  const auto stages_of = [](const FixtureDigests& digests, const std::string& fixture) {
    const auto at = digests.find(fixture);
    return at == digests.end() ? StageDigests{} : at->second;
  };
  std::vector<DigestDifference> differences;
  for (const std::string& fixture : names) {
    const StageDigests before = stages_of(recorded, fixture);
    const StageDigests now = stages_of(actual, fixture);
    for (const auto& [stage, text] : before) {
      const auto other = now.find(stage);
      if (other == now.end() || other->second != text) {
        differences.push_back({fixture, stage, text, other == now.end() ? "" : other->second});
      }
    }
    for (const auto& [stage, text] : now) {
      if (!before.contains(stage)) {
        differences.push_back({fixture, stage, "", text});
      }
    }
    if (before.empty() && now.empty() && recorded.contains(fixture) != actual.contains(fixture)) {
      differences.push_back({fixture, "", "", ""});
    }
  }
  // A change shows in every stage behind the one where it begins.
  std::ranges::stable_sort(differences, {}, [](const DigestDifference& difference) {
    return std::tuple(place_of(difference.stage), difference.fixture);
  });
  return differences;
}

std::string describe(const std::vector<DigestDifference>& differences) {
  if (differences.empty()) {
    return "";
  }
  const DigestDifference& first = differences.front();
  const std::string name =
      first.stage.empty() ? first.fixture : fmt::format("{} {}", first.fixture, first.stage);
  return differences.size() == 1 ? name : fmt::format("{} and {} more", name, differences.size() - 1);
}

LedgerCheck check_ledger(const Ledger& ledger, const std::string& suite, const FixtureDigests& computed,
                         bool whole) {
  LedgerCheck check;
  check.suite = suite;
  check.fixtures = computed.size();
  if (const auto recorded = ledger.reference.find(suite); recorded != ledger.reference.end()) {
    check.recorded = true;
    check.differences = digest_differences(recorded->second, computed, whole);
  }
  for (const Attestation& attestation : ledger.attestations) {
    if (attestation.suite == suite) {
      check.attestations.push_back(
          {&attestation, describe(digest_differences(attestation.fixtures, computed, whole))});
    }
  }
  return check;
}

std::vector<std::string> LedgerCheck::lines() const {
  std::vector<std::string> lines;
  if (!recorded) {
    lines.push_back(fmt::format("{}: not in the ledger", suite));
  } else if (differences.empty()) {
    lines.push_back(fmt::format("{}: reference as recorded, {} fixtures", suite, fixtures));
  } else {
    lines.push_back(
        fmt::format("{}: reference differs from what is recorded: {}{}", suite,
                    differences.front().stage.empty()
                        ? std::string()
                        : fmt::format("the change begins at stage {}: ", differences.front().stage),
                    describe(differences)));
  }
  for (const Attested& attested : attestations) {
    const Attestation& a = *attested.attestation;
    const std::string who =
        fmt::format("{} (driver {}, CUDA {}, {}, commit {}{})", a.device, a.driver, a.cuda, a.date,
                    a.commit.substr(0, 12), a.dirty ? " with local changes" : "");
    lines.push_back(attested.stale.empty()
                        ? fmt::format("{}: attested by {}", suite, who)
                        : fmt::format("{}: stale: {}: {} changed since", suite, who, attested.stale));
  }
  return lines;
}

void attest(Ledger& ledger, Attestation attestation) {
  const auto same =
      std::find_if(ledger.attestations.begin(), ledger.attestations.end(), [&](const auto& other) {
        return other.suite == attestation.suite && other.device == attestation.device;
      });
  if (same != ledger.attestations.end()) {
    *same = std::move(attestation);
  } else {
    ledger.attestations.push_back(std::move(attestation));
  }
}

}  // namespace ffbench
