#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "reports/figures.hpp"
#include "reports/html_view.hpp"
#include "reports/mustache_data.hpp"

namespace ffbench {
namespace {

using kainjow::mustache::data;

data texts(const std::vector<std::string>& lines, std::size_t first, std::size_t last) {
  data list{data::type::list};
  for (std::size_t i = first; i < std::min(last, lines.size()); ++i) {
    list << data{"text", lines[i]};
  }
  return list;
}

std::ptrdiff_t count(const Report& report, GateVerdict verdict) {
  return std::ranges::count(report.gates, verdict, &GateResult::verdict);
}

std::string counts(const Report& report) {
  std::string out = fmt::format("{} results, {} gate checks passed", report.results.size(),
                                count(report, GateVerdict::pass));
  for (const auto& [verdict, words] : {std::pair{GateVerdict::fail, "failed"},
                                       {GateVerdict::unexpected_pass, "passed unexpectedly"},
                                       {GateVerdict::expected_fail, "failed as expected"},
                                       {GateVerdict::inconclusive, "inconclusive"},
                                       {GateVerdict::skipped, "skipped"},
                                       {GateVerdict::error, "in error"}}) {
    if (const auto number = count(report, verdict); number > 0) {
      out += fmt::format(", {} {}", number, words);
    }
  }
  return out;
}

data expected_views(const Report& report) {
  std::map<std::string, std::pair<int, std::string>> by_name;
  for (const GateResult& gate : report.gates) {
    if (gate.verdict == GateVerdict::expected_fail) {
      auto& [number, reason] = by_name[gate.name];
      ++number;
      const auto mark = gate.reason.rfind("expected: ");
      reason = mark == std::string::npos ? gate.reason : gate.reason.substr(mark + 10);
    }
  }
  data list{data::type::list};
  for (const auto& [name, figures] : by_name) {
    data view;
    view["name"] = name;
    view["count"] = fmt::format("{} {}", figures.first, figures.first == 1 ? "result" : "results");
    view["reason"] = figures.second;
    list << view;
  }
  return list;
}

data gate_groups(const Report& report) {
  struct Group {
    const char* title;
    std::vector<GateVerdict> verdicts;
    const char* tone;
    bool open;
  };
  const std::array<Group, 4> groups{{
      {"Failed", {GateVerdict::error, GateVerdict::fail, GateVerdict::unexpected_pass}, "bad", true},
      {"Undecided", {GateVerdict::inconclusive, GateVerdict::skipped}, "warn", true},
      {"Failed as expected", {GateVerdict::expected_fail}, "warn", false},
      {"Passed", {GateVerdict::pass}, "good", false},
  }};
  data list{data::type::list};
  for (const Group& group : groups) {
    data gates{data::type::list};
    std::size_t number = 0;
    for (const GateResult& gate : report.gates) {
      if (std::ranges::find(group.verdicts, gate.verdict) == group.verdicts.end()) {
        continue;
      }
      std::string verdict(name_of(gate.verdict));
      std::ranges::replace(verdict, '_', ' ');
      data view;
      view["class"] = group.tone;
      view["verdict"] = verdict;
      view["name"] = gate.name;
      view["fixture"] = gate.fixture;
      view["pipeline"] = gate.pipeline;
      view["reason"] = gate.reason;
      gates << view;
      ++number;
    }
    if (number > 0) {
      data view;
      view["title"] = group.title;
      view["count"] = fmt::format("{}", number);
      view["open"] = flag(group.open);
      view["gates"] = std::move(gates);
      list << view;
    }
  }
  return list;
}

data matrix_views(const Report& report) {
  data list{data::type::list};
  for (const Result& result : report.results) {
    if (!result.equality && !result.determinism) {
      continue;
    }
    data view;
    view["fixture"] = result.fixture;
    view["pipeline"] = result.pipeline;
    view["equality"] = "-";
    view["equality_class"] = "none";
    view["determinism"] = "-";
    view["determinism_class"] = "none";
    view["digest"] = result.determinism ? result.determinism->digest : "";
    if (const auto& equality = result.equality) {
      std::string text =
          equality->mismatches == 0
              ? fmt::format("✓ {} bytes equal {}", count_text(equality->bytes_compared), equality->against)
              : fmt::format("✗ {} of {} bytes differ from {}", count_text(equality->mismatches),
                            count_text(equality->bytes_compared), equality->against);
      if (const auto& first = equality->first) {
        text += fmt::format("; first in {}, frame {}, face {}, x {}, y {}, channel {}: expected {}, is {}",
                            first->stage, first->frame, first->face, first->x, first->y, first->channel,
                            first->expected, first->actual);
      }
      view["equality"] = text;
      view["equality_class"] = equality->mismatches == 0 ? "good" : "bad";
    }
    if (const auto& determinism = result.determinism) {
      view["determinism"] = fmt::format("{} {} runs {}", determinism->identical ? "✓" : "✗",
                                        determinism->runs, determinism->identical ? "identical" : "differ");
      view["determinism_class"] = determinism->identical ? "good" : "bad";
    }
    list << view;
  }
  return list;
}

data environment_views(const Environment& environment) {
  data list{data::type::list};
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty()) {
      data view;
      view["name"] = name;
      view["value"] = value;
      list << view;
    }
  };
  add("CPU", environment.cpu);
  add("cores", environment.cores > 0 ? fmt::format("{}", environment.cores) : "");
  add("system", environment.os);
  add("GPU", environment.gpu.empty() ? "none" : environment.gpu);
  add("driver", environment.driver);
  add("CUDA", environment.cuda);
  add("commit", environment.commit + (environment.dirty.value_or(false) ? " with local changes" : ""));
  add("started", environment.started);
  add("compiler", environment.compiler);
  add("flags", environment.flags);
  add("binary", environment.binary_digest);
  add("OpenCV", environment.opencv);
  add("FFmpeg", environment.ffmpeg);
  add("detector", environment.detector);
  for (const auto& [name, value] : environment.more) {
    add(name, value);
  }
  return list;
}

}  // namespace

std::string fixture_id(std::size_t index) {
  return fmt::format("f{}", index);
}

void put_summary(const Report& report, data& page) {
  constexpr std::size_t shown_reasons = 8;
  constexpr std::array<const char*, 4> signs{"✓", "✗", "?", "!"};
  constexpr std::array<const char*, 4> words{"PASS", "FAIL", "INCONCLUSIVE", "ERROR"};
  constexpr std::array<const char*, 4> sentences{"Every gate passed", "A gate failed",
                                                 "Not enough evidence for a verdict",
                                                 "The run could not be judged"};
  const auto verdict = static_cast<std::size_t>(report.verdict);
  std::string sentence = sentences[verdict];
  if (report.exit_code == ExitCode::incorrect) {
    sentence = "Wrong: bytes differ or runs are not deterministic";
  } else if (report.verdict == Outcome::fail && report.reasons.size() != 1) {
    sentence = fmt::format("{} gate checks failed", report.reasons.size());
  } else if (report.verdict == Outcome::pass && count(report, GateVerdict::expected_fail) > 0) {
    sentence = "Every gate passed or failed as expected";
  }
  page["suite"] = report.suite;
  page["verdict"] = std::string(name_of(report.verdict));
  page["verdict_word"] = words[verdict];
  page["verdict_sign"] = signs[verdict];
  page["verdict_sentence"] = sentence;
  page["exit_code"] = fmt::format("{}", static_cast<int>(report.exit_code));
  page["counts"] = counts(report);
  page["has_reasons"] = flag(!report.reasons.empty());
  page["reasons"] = texts(report.reasons, 0, shown_reasons);
  page["has_more_reasons"] = flag(report.reasons.size() > shown_reasons);
  page["more_reasons"] = texts(report.reasons, shown_reasons, report.reasons.size());
  page["more_reasons_count"] =
      fmt::format("{}", report.reasons.size() - std::min(report.reasons.size(), shown_reasons));
  page["has_expected"] = flag(count(report, GateVerdict::expected_fail) > 0);
  page["expected_count"] = fmt::format("{}", count(report, GateVerdict::expected_fail));
  page["expected"] = expected_views(report);
  page["warnings"] = texts(report.warnings, 0, report.warnings.size());
  put_results(report, page);
  page["gate_groups"] = gate_groups(report);
  page["matrix"] = matrix_views(report);
  page["environment"] = environment_views(report.environment);
  page["has_command"] = flag(!report.command_line.empty());
  page["command_line"] = report.command_line;
}

}  // namespace ffbench
