#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/json/json_text.hpp"
#include "harness/determinism/determinism.hpp"
#include "harness/verify/verify_stages.hpp"

namespace ffbench {
namespace {

using nlohmann::json;

json to_json(const DeterminismDifference& difference) {
  json result{{"variant", difference.variant},
              {"run", difference.run},
              {"stage", difference.stage},
              {"frame", difference.frame},
              {"note", difference.note}};
  if (const auto& place = difference.place) {
    result["place"] = {
        {"face", place->face},         {"x", place->x},          {"y", place->y}, {"channel", place->channel},
        {"expected", place->expected}, {"actual", place->actual}};
  }
  return result;
}

json to_json(const DeterminismRow& row) {
  const bool ran = row.skipped.empty() && row.failure.empty();
  json result{{"pipeline", row.pipeline},
              {"status", ran                   ? "ok"
                         : row.failure.empty() ? "skipped"
                                               : "failed"}};
  if (!row.fixture.empty()) {
    result["fixture"] = row.fixture;
  }
  if (!ran) {
    result["reason"] = row.failure.empty() ? row.skipped : row.failure;
    return result;
  }
  result["executor"] = row.executor;
  result["variants"] = row.variants;
  result["runs"] = row.runs;
  result["differing"] = row.differing;
  result["identical"] = row.differing == 0;
  result["digests"] = row.digests;
  if (row.first) {
    result["first"] = to_json(*row.first);
  }
  return result;
}

}  // namespace

std::string DeterminismDifference::text() const {
  std::string text = place ? describe(*place) : fmt::format("stage {}, frame {}", stage, frame);
  text += fmt::format("; run {} of {}", run, variant);
  return note.empty() ? text : text + "; " + note;
}

ExitCode DeterminismReport::exit_code() const {
  const auto any = [this](auto condition) { return std::any_of(rows.begin(), rows.end(), condition); };
  if (required_was_skipped || any([](const DeterminismRow& row) { return !row.failure.empty(); })) {
    return ExitCode::bad_input;
  }
  return any([](const DeterminismRow& row) { return row.differing > 0; }) ? ExitCode::incorrect
                                                                          : ExitCode::ok;
}

std::string DeterminismReport::text() const {
  std::string text = fmt::format("{:<18}{:<24}{:>9}{:>6}  {}\n", "fixture", "pipeline", "variants", "runs",
                                 "digest of every output frame");
  for (const DeterminismRow& row : rows) {
    text += fmt::format("{:<18}{:<24}", row.fixture.empty() ? "every fixture" : row.fixture, row.pipeline);
    if (!row.skipped.empty()) {
      text += fmt::format("  skipped: {}\n", row.skipped);
    } else if (!row.failure.empty()) {
      text += fmt::format("  failed: {}\n", row.failure);
    } else {
      const auto output = row.digests.find("composite");
      text += fmt::format("{:>9}{:>6}  {}\n", row.variants, row.runs,
                          row.differing > 0             ? fmt::format("{} runs DIFFER", row.differing)
                          : output == row.digests.end() ? "identical"
                                                        : output->second);
    }
  }
  for (const DeterminismRow& row : rows) {
    if (row.first) {
      text += fmt::format("{} on {}: {}\n", row.pipeline, row.fixture, row.first->text());
    }
  }
  for (const std::string& line : axes) {
    text += line + "\n";
  }
  for (const std::string& line : skipped) {
    text += fmt::format("skipped: {}\n", line);
  }
  return text;
}

std::string DeterminismReport::json() const {
  nlohmann::json results = nlohmann::json::array();
  for (const DeterminismRow& row : rows) {
    results.push_back(to_json(row));
  }
  const nlohmann::json document{
      {"schema", schema}, {"suite", suite},     {"exit_code", static_cast<int>(exit_code())},
      {"axes", axes},     {"skipped", skipped}, {"results", std::move(results)}};
  return json_text(document, 1) + "\n";
}

}  // namespace ffbench
