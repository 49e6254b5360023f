#include "reports/terminal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/joined.hpp"
#include "reports/figures.hpp"
#include "reports/text_layout.hpp"

namespace ffbench {
namespace {

enum class Ink { plain, bold, dim, red, green, yellow };

/// Builds the text; knows the style.
class Page {
 public:
  explicit Page(const TerminalStyle& style) : style_(style) {}

  [[nodiscard]] std::string ink(Ink ink, std::string_view text) const {
    if (!style_.colour || ink == Ink::plain) {
      return std::string(text);
    }
    constexpr std::array<std::string_view, 6> codes{"0", "1", "2", "31", "32", "33"};
    return fmt::format("\x1b[{}m{}\x1b[0m", codes[static_cast<std::size_t>(ink)], text);
  }

  [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(std::max(style_.width, 40)); }
  [[nodiscard]] std::string_view dot() const { return style_.unicode ? " · " : ", "; }
  [[nodiscard]] std::string rule() const {
    return ink(Ink::dim,
               style_.unicode ? fmt::format("{:─<{}}", "", width()) : fmt::format("{:-<{}}", "", width()));
  }
  /// Text of others, made safe for a terminal.
  [[nodiscard]] std::string safe(std::string_view text) const { return printable(text, style_.unicode); }

  void line(std::string_view text = "") { out_.append(text).append("\n"); }
  /// Words of `text` over as many lines as needed, each after `indent` blanks.
  void paragraph(std::string_view text, std::size_t indent, Ink colour = Ink::plain) {
    for (const std::string& part : wrapped(safe(text), width() - indent)) {
      line(std::string(indent, ' ') + ink(colour, part));
    }
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  TerminalStyle style_;
  std::string out_;
};

using Results = std::vector<const Result*>;

struct Row {
  std::string_view label;
  std::function<std::string(const Result&)> value;
};

std::string with_unit(const std::string& value, std::string_view unit) {
  return value == "-" ? value : fmt::format("{} {}", value, unit);
}

std::string outlier_text(const Result& result) {
  if (!result.quality || !result.quality->delta) {
    return "-";
  }
  return fmt::format("{} ({} tail)", fixed(result, "quality.delta.outliers.count", 0),
                     fixed(result, "quality.delta.outliers.tail_count", 0));
}

std::string equality_text(const Result& result) {
  return !result.equality                   ? "-"
         : result.equality->mismatches == 0 ? "equal"
                                            : fmt::format("{} bytes off", result.equality->mismatches);
}

/// The first five are the seed's lines under the seed's names.
const std::vector<Row>& rows() {
  static const std::vector<Row> table{
      {"total time", [](const Result& r) { return r.timing ? seconds_text(r.timing->total_s.median) : "-"; }},
      {"FPS", [](const Result& r) { return fixed(r, "timing.fps", 1); }},
      {"mean tPSNR", [](const Result& r) { return with_unit(fixed(r, "quality.tpsnr.seed.mean", 2), "dB"); }},
      {"tail tPSNR (last 30)",
       [](const Result& r) { return with_unit(fixed(r, "quality.tpsnr.seed.tail_mean", 2), "dB"); }},
      {"speed-up vs base",
       [](const Result& r) { return with_unit(fixed(r, "timing.speedup_vs_base", 2), "x"); }},
      {"  in a whole run",
       [](const Result& r) { return with_unit(fixed(r, "timing.whole_run.speedup", 2), "x"); }},
      {"outliers vs base", outlier_text},
      {"jitter (NMF)", [](const Result& r) { return fixed(r, "truth.nmf", 2); }},
      {"TD-PSNR", [](const Result& r) { return with_unit(fixed(r, "truth.td_psnr", 2), "dB"); }},
      {"equality", equality_text},
  };
  return table;
}

std::size_t column_width(const Page& page, const Result& result) {
  std::size_t width = display_width(page.safe(result.pipeline));
  for (const Row& row : rows()) {
    width = std::max(width, display_width(page.safe(row.value(result))));
  }
  return width + 2;
}

/// One block of columns that fits the width.
void print_block(Page& page, const Results& columns) {
  constexpr std::size_t label_width = 22;
  const auto cell = [&](const Result& result, std::string_view text) {
    return fmt::format("{:>{}}", page.safe(text), column_width(page, result));
  };
  std::string head = fmt::format("{:<{}}", "  pixel stages", label_width);
  for (const Result* result : columns) {
    head += page.ink(Ink::bold, cell(*result, result->pipeline));
  }
  page.line(head);
  for (const Row& row : rows()) {
    std::string line = fmt::format("  {:<{}}", row.label, label_width - 2);
    bool any = false;
    for (const Result* result : columns) {
      const std::string value = row.value(*result);
      any = any || value != "-";
      line += cell(*result, value);
    }
    if (any) {
      page.line(line);
    }
  }
}

void print_columns(Page& page, const Results& results) {
  constexpr std::size_t label_width = 22;
  Results block;
  std::size_t used = label_width;
  for (const Result* result : results) {
    const std::size_t width = column_width(page, *result);
    if (!block.empty() && used + width > page.width()) {
      print_block(page, block);
      page.line();
      block.clear();
      used = label_width;
    }
    block.push_back(result);
    used += width;
  }
  if (!block.empty()) {
    print_block(page, block);
  }
}

void print_outliers(Page& page, const Result& result) {
  constexpr std::size_t shown = 3;
  if (!result.quality || !result.quality->delta || result.quality->delta->outliers.empty()) {
    return;
  }
  std::vector<DeltaOutlier> worst = result.quality->delta->outliers;
  std::ranges::stable_sort(worst, {}, &DeltaOutlier::value);
  std::string text = fmt::format("worst outliers of {}: ", result.pipeline);
  for (std::size_t i = 0; i < std::min(shown, worst.size()); ++i) {
    text += fmt::format("{}frame {} {} dB{}", i == 0 ? "" : ", ", worst[i].frame, fixed(worst[i].value, 2),
                        worst[i].tail ? " (tail)" : "");
  }
  if (worst.size() > shown) {
    text += fmt::format(", {} more", worst.size() - shown);
  }
  page.paragraph(text, 2, Ink::yellow);
}

void print_fixture(Page& page, const std::string& fixture, const Results& results) {
  const Result& first = *results.front();
  std::string size = fmt::format("{}x{}{}{} frames{}{} face-frames", first.width, first.height, page.dot(),
                                 first.frames, page.dot(), first.face_frames);
  if (first.crop_size > 0) {
    size += fmt::format("{}crop {}", page.dot(), first.crop_size);
  }
  if (display_width(fixture) + 2 + display_width(size) <= page.width()) {
    page.line(page.ink(Ink::bold, page.safe(fixture)) + "  " + page.ink(Ink::dim, size));
  } else {
    page.paragraph(fixture, 0, Ink::bold);
    page.paragraph(size, 2, Ink::dim);
  }
  Results ran;
  for (const Result* result : results) {
    if (result->status == ResultStatus::ok) {
      ran.push_back(result);
    }
  }
  print_columns(page, ran);
  for (const Result* result : results) {
    if (result->status != ResultStatus::ok) {
      page.paragraph(fmt::format("{}: {}: {}", result->pipeline, name_of(result->status), result->reason), 2,
                     result->status == ResultStatus::failed ? Ink::red : Ink::yellow);
    }
  }
  for (const Result* result : ran) {
    print_outliers(page, *result);
    if (result->timing && !result->timing->invalid.empty()) {
      page.paragraph(fmt::format("{}: times are not evidence: {}", result->pipeline, result->timing->invalid),
                     2, Ink::yellow);
    }
  }
  page.line();
}

/// Who computed what, each pair once.
void print_executors(Page& page, const Report& report) {
  std::vector<std::pair<std::string_view, std::string_view>> seen;
  for (const Result& result : report.results) {
    const std::pair<std::string_view, std::string_view> pair{result.pipeline, result.executor};
    if (!result.executor.empty() && std::ranges::find(seen, pair) == seen.end()) {
      page.paragraph(fmt::format("{} computed by {}", pair.first, pair.second), 0, Ink::dim);
      seen.push_back(pair);
    }
  }
  if (!seen.empty()) {
    page.line();
  }
}

/// What pipelines could not do, each sentence once, with the pipelines it holds for.
void print_notes(Page& page, const Report& report) {
  std::map<std::string_view, std::vector<std::string_view>> pipelines_by_note;
  for (const Result& result : report.results) {
    for (const std::string& note : result.notes) {
      std::vector<std::string_view>& pipelines = pipelines_by_note[note];
      if (std::ranges::find(pipelines, result.pipeline) == pipelines.end()) {
        pipelines.push_back(result.pipeline);
      }
    }
  }
  for (const auto& [note, pipelines] : pipelines_by_note) {
    page.paragraph(fmt::format("note: {} ({})", note, joined(pipelines, ", ")), 0, Ink::dim);
  }
}

void print_gates(Page& page, const Report& report) {
  const auto is_bad = [](const GateResult& gate) {
    return gate.verdict == GateVerdict::fail || gate.verdict == GateVerdict::unexpected_pass ||
           gate.verdict == GateVerdict::error || gate.verdict == GateVerdict::inconclusive;
  };
  for (const GateResult& gate : report.gates) {
    if (is_bad(gate)) {
      page.paragraph(fmt::format("{}: {}: {}{}{}", name_of(gate.verdict), gate.name, gate.fixture,
                                 gate.fixture.empty() ? "" : page.dot(), gate.pipeline),
                     0, gate.verdict == GateVerdict::inconclusive ? Ink::yellow : Ink::red);
      page.paragraph(gate.reason, 4);
    }
  }
  std::map<std::string, std::pair<int, std::string>> expected;
  for (const GateResult& gate : report.gates) {
    if (gate.verdict == GateVerdict::expected_fail) {
      auto& [count, reason] = expected[gate.name];
      ++count;
      reason = gate.reason.substr(std::min(gate.reason.rfind("expected: "), gate.reason.size()));
    }
  }
  for (const auto& [name, figures] : expected) {
    page.paragraph(fmt::format("expected_fail: {} ({} {}); {}", name, figures.first,
                               figures.first == 1 ? "result" : "results", figures.second),
                   0, Ink::dim);
  }
  print_notes(page, report);
  for (const std::string& warning : report.warnings) {
    page.paragraph("warning: " + warning, 0, Ink::yellow);
  }
}

std::string counts(const Report& report) {
  std::string out;
  for (const auto& [verdict, words] : {std::pair{GateVerdict::pass, "passed"},
                                       {GateVerdict::fail, "failed"},
                                       {GateVerdict::expected_fail, "failed as expected"},
                                       {GateVerdict::unexpected_pass, "passed unexpectedly"},
                                       {GateVerdict::skipped, "skipped"},
                                       {GateVerdict::inconclusive, "inconclusive"},
                                       {GateVerdict::error, "in error"}}) {
    const auto count = std::ranges::count(report.gates, verdict, &GateResult::verdict);
    if (count > 0) {
      out += fmt::format("{}{} {}", out.empty() ? "gates: " : ", ", count, words);
    }
  }
  return out.empty() ? "no gates" : out;
}

}  // namespace

TerminalStyle terminal_style(int file_descriptor) {
  TerminalStyle style;
  const auto variable = [](const char* name) -> std::string_view {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
  };
  const bool terminal = isatty(file_descriptor) == 1;
  winsize size{};
  if (const int columns = std::atoi(std::string(variable("COLUMNS")).c_str()); columns > 0) {
    style.width = std::min(columns, 1000);
  } else if (terminal && ioctl(file_descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = size.ws_col;
  }
  style.colour = terminal && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
  std::string locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (locale.empty()) {
      locale = variable(name);
    }
  }
  style.unicode = locale.find("UTF-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  return style;
}

std::string to_terminal(const Report& report, const TerminalStyle& style) {
  Page page(style);
  std::vector<std::pair<std::string, Results>> fixtures;
  for (const Result& result : report.results) {
    const auto found = std::ranges::find(fixtures, result.fixture, &std::pair<std::string, Results>::first);
    auto& group = found != fixtures.end() ? *found : fixtures.emplace_back(result.fixture, Results{});
    group.second.push_back(&result);
  }
  print_executors(page, report);
  for (const auto& [fixture, results] : fixtures) {
    print_fixture(page, fixture, results);
  }
  page.line(page.rule());
  print_gates(page, report);
  constexpr std::array<std::string_view, 4> words{"PASS", "FAIL", "INCONCLUSIVE", "ERROR"};
  constexpr std::array<Ink, 4> inks{Ink::green, Ink::red, Ink::yellow, Ink::red};
  const auto verdict = static_cast<std::size_t>(report.verdict);
  if (report.gates.empty() || report.verdict == Outcome::error) {
    for (const std::string& reason : report.reasons) {
      page.paragraph(reason, 0, inks[verdict]);
    }
  }
  page.paragraph(counts(report), 0);
  page.line(fmt::format("{}{}exit code {}", page.ink(inks[verdict], words[verdict]), page.dot(),
                        static_cast<int>(report.exit_code)));
  return page.take();
}

}  // namespace ffbench
