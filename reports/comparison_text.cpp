// A comparison for a terminal, and as Markdown for a pull request.

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "reports/comparison.hpp"
#include "reports/escape.hpp"
#include "reports/figures.hpp"
#include "reports/terminal.hpp"
#include "reports/text_layout.hpp"

namespace ffbench {
namespace {

constexpr std::array<std::string_view, 6> words{"PASS",    "FAIL",      "INCONCLUSIVE",
                                                "INVALID", "INCORRECT", "ERROR"};
constexpr std::array<std::string_view, 6> colours{"32", "31", "33", "33", "31", "31"};
constexpr std::array<std::string_view, 6> signs{"✅", "❌", "⚠️", "⚠️", "⛔", "⛔"};

std::string_view word(CompareVerdict verdict) {
  return words[static_cast<std::size_t>(verdict)];
}

std::string runtime_word(const ComparedResult& result) {
  if (!result.runtime) {
    return "-";
  }
  return std::string(result.runtime->judged ? word(result.runtime->verdict) : "not judged");
}

std::string bytes_word(const ComparedResult& result) {
  return !result.bytes_compared ? "-" : result.same_bytes ? "equal" : "differ";
}

std::string commit_of(const ComparedSide& side) {
  return side.commit.empty() ? side.label : fmt::format("{} ({})", side.label, side.commit.substr(0, 12));
}

/// "+0.52 %", "new" where there was none.
std::string growth_text(std::uint64_t base, std::uint64_t head) {
  return base == 0 ? (head == 0 ? "-" : "new")
                   : percent_text(static_cast<double>(head) / static_cast<double>(base) - 1, 2);
}

class Page {
 public:
  explicit Page(const TerminalStyle& style) : style_(style) {}

  [[nodiscard]] std::string ink(std::string_view code, std::string_view text) const {
    return style_.colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }
  [[nodiscard]] std::string safe(std::string_view text) const { return printable(text, style_.unicode); }
  void line(std::string_view text) { out.append(text).append("\n"); }
  void paragraph(std::string_view text, std::size_t indent, std::string_view code = "0") {
    const auto width = static_cast<std::size_t>(std::max(style_.width, 40));
    for (const std::string& part : wrapped(safe(text), width - indent)) {
      line(std::string(indent, ' ') + (code == "0" ? part : ink(code, part)));
    }
  }

  std::string out;

 private:
  TerminalStyle style_;
};

void print_runtime(Page& page, const RuntimeComparison& runtime) {
  const auto figures =
      fmt::format("{} -> {} a pass, ratio {}", seconds_text(runtime.base_s), seconds_text(runtime.head_s),
                  runtime.judged ? ratio_text(runtime.ratio) : fixed(runtime.ratio.ratio, 3));
  page.paragraph(figures, 2);
  if (runtime.judged) {
    page.paragraph(
        fmt::format("{} pairs, {} voided, noise {} a pair, slow-downs from {} are found{}", runtime.pairs,
                    runtime.voided, percent_text(runtime.sigma), percent_text(runtime.detectable),
                    runtime.noise_floor
                        ? fmt::format("; calibrated noise floor {}", percent_text(*runtime.noise_floor, 2))
                        : "; not calibrated"),
        2, "2");
  }
  for (std::size_t i = 1; i < runtime.figures.size(); ++i) {
    const JudgedFigure& figure = runtime.figures[i];
    page.paragraph(
        fmt::format("{}: {} -> {} a pass, ratio {}, {}, {} pairs, noise {}", figure.text(),
                    seconds_text(figure.base_s), seconds_text(figure.head_s), ratio_text(figure.ratio),
                    word(figure.verdict), figure.pairs, percent_text(figure.sigma)),
        2, figure.verdict == CompareVerdict::fail ? "31" : "2");
  }
  std::string stages;
  for (const StageDifference& stage : runtime.stages) {
    stages += fmt::format("{}{} {} -> {} ms", stages.empty() ? "" : ", ", stage.stage,
                          fixed(stage.base_ms, 3), fixed(stage.head_ms, 3));
  }
  if (!stages.empty()) {
    page.paragraph("per frame: " + stages, 2, "2");
  }
}

void print_instructions(Page& page, const InstructionComparison& instructions) {
  page.paragraph(
      fmt::format("instructions: {} -> {} ({}), {} frame{} on {}{}, counted by callgrind", instructions.base,
                  instructions.head, growth_text(instructions.base, instructions.head), instructions.frames,
                  instructions.frames == 1 ? "" : "s", instructions.head_executor,
                  instructions.base_executor == instructions.head_executor
                      ? ""
                      : fmt::format(" (base: {})", instructions.base_executor)),
      2);
  std::string parts;
  for (const CountedPart& part : instructions.parts) {
    parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", part.part, growth_text(part.base, part.head));
  }
  if (instructions.parts.size() > 1) {
    page.paragraph(parts, 4, "2");
  }
}

}  // namespace

std::string to_terminal(const Comparison& comparison, const TerminalStyle& style) {
  Page page(style);
  page.paragraph(fmt::format("base  {}", commit_of(comparison.base)), 0);
  page.paragraph(fmt::format("head  {}", commit_of(comparison.head)), 0);
  page.line("");
  for (const ComparedResult& result : comparison.results) {
    page.line(fmt::format("{}  {}  {}", page.ink("1", page.safe(result.fixture)), page.safe(result.pipeline),
                          page.ink(colours[static_cast<std::size_t>(result.verdict)], word(result.verdict))));
    if (!result.absent.empty()) {
      page.paragraph(result.absent, 2);
      continue;
    }
    if (result.runtime) {
      print_runtime(page, *result.runtime);
    }
    if (result.instructions) {
      print_instructions(page, *result.instructions);
    }
    for (const std::string& finding : result.findings) {
      page.paragraph(finding, 2, result.verdict == CompareVerdict::pass ? "0" : "33");
    }
    for (const MetricDifference& metric : result.metrics) {
      page.paragraph(fmt::format("{}: {} -> {}", metric.metric, fixed(metric.base, 4), fixed(metric.head, 4)),
                     4, "2");
    }
  }
  page.line("");
  for (const std::string& note : comparison.notes) {
    page.paragraph("note: " + note, 0, "2");
  }
  page.line(
      fmt::format("{}, exit code {}",
                  page.ink(colours[static_cast<std::size_t>(comparison.verdict)], word(comparison.verdict)),
                  static_cast<int>(exit_code_of(comparison.verdict))));
  return std::move(page.out);
}

namespace {

/// Where a device's clock and its stages were judged beside the host's.
std::string figures_table(const Comparison& comparison) {
  std::string rows;
  for (const ComparedResult& result : comparison.results) {
    const bool several = result.runtime && result.runtime->figures.size() > 1;
    for (std::size_t i = 0; several && i < result.runtime->figures.size(); ++i) {
      const JudgedFigure& figure = result.runtime->figures[i];
      rows += fmt::format("| {} | {} | {} | {} | {} | {} |\n", markdown_escape(result.fixture),
                          markdown_escape(result.pipeline), figure.text(), word(figure.verdict),
                          ratio_text(figure.ratio), figure.pairs);
    }
  }
  return rows.empty() ? rows
                      : "\n| fixture | pipeline | clock | verdict | head / base (bounds) | pairs |\n"
                        "|---|---|---|---|--:|--:|\n" +
                            rows;
}

std::string instructions_table(const Comparison& comparison) {
  std::string rows;
  for (const ComparedResult& result : comparison.results) {
    if (!result.instructions) {
      continue;
    }
    std::string parts;
    for (const CountedPart& part : result.instructions->parts) {
      parts +=
          fmt::format("{}{} {}", parts.empty() ? "" : ", ", part.part, growth_text(part.base, part.head));
    }
    rows +=
        fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", markdown_escape(result.fixture),
                    markdown_escape(result.pipeline), result.instructions->base, result.instructions->head,
                    growth_text(result.instructions->base, result.instructions->head), parts,
                    markdown_escape(result.instructions->head_executor));
  }
  return rows.empty()
             ? rows
             : "\n| fixture | pipeline | instructions, base | head | change | by stage | counted on |\n"
               "|---|---|--:|--:|--:|---|---|\n" +
                   rows;
}

}  // namespace

std::string to_markdown(const Comparison& comparison) {
  std::string out =
      fmt::format("## {} ffbench: {}\n\n`{}` against `{}`\n\n",
                  signs[static_cast<std::size_t>(comparison.verdict)], word(comparison.verdict),
                  markdown_escape(commit_of(comparison.head)), markdown_escape(commit_of(comparison.base)));
  constexpr std::size_t most = 20;
  for (std::size_t i = 0; i < std::min(most, comparison.reasons.size()); ++i) {
    out += fmt::format("- {}\n", markdown_escape(comparison.reasons[i]));
  }
  if (comparison.reasons.size() > most) {
    out += fmt::format("- and {} more\n", comparison.reasons.size() - most);
  }
  out += comparison.reasons.empty() ? "" : "\n";
  out +=
      "| fixture | pipeline | runtime | head / base (bounds) | pairs | slowest stage | bytes | figures that "
      "differ |\n";
  out += "|---|---|---|--:|--:|---|---|--:|\n";
  for (const ComparedResult& result : comparison.results) {
    const auto* runtime = result.runtime ? &*result.runtime : nullptr;
    out += fmt::format(
        "| {} | {} | {} | {} | {} | {} | {} | {} |\n", markdown_escape(result.fixture),
        markdown_escape(result.pipeline),
        result.absent.empty() ? runtime_word(result) : markdown_escape(result.absent),
        runtime == nullptr ? "-"
        : runtime->judged  ? ratio_text(runtime->ratio)
                           : fixed(runtime->ratio.ratio, 3),
        runtime == nullptr || !runtime->judged ? std::string("-") : std::to_string(runtime->pairs),
        runtime == nullptr || runtime->slowest_stage.empty() ? "-" : runtime->slowest_stage,
        bytes_word(result), result.metrics.size());
  }
  out += figures_table(comparison) + instructions_table(comparison);
  for (const std::string& note : comparison.notes) {
    out += fmt::format("\n> {}\n", markdown_escape(note));
  }
  return out + fmt::format("\nExit code {}.\n", static_cast<int>(exit_code_of(comparison.verdict)));
}

}  // namespace ffbench
