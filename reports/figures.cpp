#include "reports/figures.hpp"

#include <array>
#include <cmath>

#include <fmt/core.h>

namespace ffbench {

std::string figure_text(const Metric& metric, double value, int digits) {
  if (metric.kind == MetricKind::boolean) {
    return value != 0 ? "true" : "false";
  }
  std::string text = metric.kind == MetricKind::integer && value == std::floor(value)
                         ? fmt::format("{:.0f}", value)
                         : fmt::format("{:.{}g}", value, digits);
  if (!metric.unit.empty()) {
    text.append(" ").append(metric.unit);
  }
  return text;
}

std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) {
    return "-";
  }
  std::string text = fmt::format("{:.{}f}", value, decimals);
  if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) {
    text.erase(0, 1);
  }
  return text;
}

std::string fixed(const Result& result, std::string_view metric, int decimals) {
  const Metric* row = find_metric(metric);
  const auto value = row == nullptr ? std::nullopt : row->get(result);
  return value ? fixed(*value, decimals) : "-";
}

std::string seconds_text(double seconds) {
  const double size = std::abs(seconds);
  if (!std::isfinite(seconds)) {
    return "-";
  }
  const auto scaled = [](double value, const char* unit) {
    const double magnitude = std::abs(value);
    return fmt::format("{:.{}f} {}", value, magnitude < 9.995 ? 2 : magnitude < 99.95 ? 1 : 0, unit);
  };
  return size >= 0.9995      ? scaled(seconds, "s")
         : size >= 0.9995e-3 ? scaled(seconds * 1e3, "ms")
                             : scaled(seconds * 1e6, "us");
}

std::string count_text(std::int64_t count) {
  std::string text = fmt::format("{}", count);
  constexpr std::string_view narrow_space = "\u202f";
  const std::size_t first_digit = count < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first_digit + 3;) {
    at -= 3;
    text.insert(at, narrow_space);
  }
  return text;
}

std::string bytes_text(double bytes) {
  constexpr std::array<const char*, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  std::size_t unit = 0;
  while (std::abs(bytes) >= 1024 && unit + 1 < units.size()) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{:.{}f} {}", bytes, unit == 0 ? 0 : 2, units[unit]);
}

}  // namespace ffbench
