#include "reports/markdown.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/core.h>

#include "reports/escape.hpp"
#include "reports/figures.hpp"

namespace ffbench {
namespace {

constexpr std::size_t most_reasons = 20;

std::string speedup(const Result& result) {
  return result.timing && result.timing->speedup_vs_base ? fixed(*result.timing->speedup_vs_base, 2) + " x"
                                                         : std::string("-");
}

std::string outliers(const Result& result) {
  return result.quality && result.quality->delta
             ? fmt::format("{} ({} tail)", fixed(result, "quality.delta.outliers.count", 0),
                           fixed(result, "quality.delta.outliers.tail_count", 0))
             : std::string("-");
}

std::string equality(const Result& result) {
  if (!result.equality) {
    return "-";
  }
  return result.equality->mismatches == 0 ? "equal"
                                          : fmt::format("{} bytes differ", result.equality->mismatches);
}

std::string row(const Result& result) {
  if (result.status != ResultStatus::ok) {
    return fmt::format("| {} | {} | {}: {} | | | | | | |\n", markdown_escape(result.fixture),
                       markdown_escape(result.pipeline), name_of(result.status),
                       markdown_escape(result.reason));
  }
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", markdown_escape(result.fixture),
                     markdown_escape(result.pipeline),
                     result.timing ? seconds_text(result.timing->total_s.median) : "-", speedup(result),
                     fixed(result, "quality.tpsnr.seed.mean", 2),
                     fixed(result, "quality.tpsnr.seed.tail_mean", 2), outliers(result),
                     fixed(result, "truth.nmf", 2), equality(result));
}

}  // namespace

std::string to_markdown(const Report& report) {
  constexpr std::array<std::string_view, 4> signs{"✅ pass", "❌ fail", "⚠️ inconclusive", "⛔ error"};
  std::string out = fmt::format("## ffbench {}: {}\n\n", markdown_escape(report.suite),
                                signs[static_cast<std::size_t>(report.verdict)]);
  for (std::size_t i = 0; i < std::min(report.reasons.size(), most_reasons); ++i) {
    out += fmt::format("- {}\n", markdown_escape(report.reasons[i]));
  }
  if (report.reasons.size() > most_reasons) {
    out += fmt::format("- and {} more, in report.html\n", report.reasons.size() - most_reasons);
  }
  out += report.reasons.empty() ? "" : "\n";
  out +=
      "| fixture | pipeline | pixel stages | speed-up vs base | mean tPSNR, dB | tail tPSNR, dB | outliers | "
      "NMF | equality |\n";
  out += "|---|---|--:|--:|--:|--:|--:|--:|---|\n";
  for (const Result& result : report.results) {
    out += row(result);
  }
  const auto count = [&](GateVerdict verdict) {
    return std::ranges::count(report.gates, verdict, &GateResult::verdict);
  };
  out += fmt::format(
      "\nGates: {} passed, {} failed, {} failed as expected, {} passed unexpectedly, {} skipped, {} "
      "inconclusive, {} in error. Exit code {}.\n",
      count(GateVerdict::pass), count(GateVerdict::fail), count(GateVerdict::expected_fail),
      count(GateVerdict::unexpected_pass), count(GateVerdict::skipped), count(GateVerdict::inconclusive),
      count(GateVerdict::error), static_cast<int>(report.exit_code));
  for (const std::string& warning : report.warnings) {
    out += fmt::format("\n> {}\n", markdown_escape(warning));
  }
  return out;
}

}  // namespace ffbench
