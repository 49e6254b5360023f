#include <algorithm>
#include <string>

#include <fmt/core.h>

#include "core/json/json_reader.hpp"
#include "reports/figures.hpp"
#include "reports/html_view.hpp"
#include "reports/mustache_data.hpp"

namespace ffbench {
namespace {

using kainjow::mustache::data;

/// A row of a Google Benchmark file.
struct Measured {
  std::string name;  ///< OPERATOR/BACKEND/...
  double microseconds = 0;
  double bytes_per_second = 0;
};

double in_microseconds(double time, const std::string& unit) {
  return unit == "ns" ? time / 1e3 : unit == "ms" ? time * 1e3 : unit == "s" ? time * 1e6 : time;
}

std::vector<Measured> measured_in(const JsonReader& json) {
  std::vector<Measured> rows;
  for (const JsonReader& item : json.at("benchmarks").items()) {
    const auto bandwidth = item.find("bytes_per_second");
    const std::string kind = item.text_or("run_type", "iteration");
    const std::string aggregate = item.text_or("aggregate_name", "");
    if (!bandwidth || (kind == "aggregate" && aggregate != "median")) {
      continue;
    }
    rows.push_back(
        {.name = item.text_or("run_name", item.at("name").text()),
         .microseconds = in_microseconds(item.at("real_time").number(), item.text_or("time_unit", "ns")),
         .bytes_per_second = bandwidth->number()});
  }
  // Where repetitions were made, the median alone stands for them.
  const auto repeated = [&](const Measured& row) {
    return std::ranges::count(rows, row.name, &Measured::name) > 1;
  };
  std::vector<Measured> single;
  for (const Measured& row : rows) {
    if (!repeated(row)) {
      single.push_back(row);
    } else {
      const auto at = std::ranges::find(single, row.name, &Measured::name);
      if (at == single.end()) {
        single.push_back(row);
      } else {
        *at = row;  // aggregates follow their repetitions
      }
    }
  }
  return single;
}

}  // namespace

void put_roofline(const std::filesystem::path& bench, data& page) {
  page["roofline"] = flag(false);
  if (bench.empty()) {
    return;
  }
  const JsonReader json = read_json(bench);
  const JsonReader given = json.at("context").at("copy_bandwidth_bytes_per_second");
  const std::string text = given.text();
  double roof = 0;
  try {
    roof = std::stod(text);
  } catch (const std::exception&) {
    given.wrong("'{}' is not a number", text);
  }
  if (!(roof > 0)) {
    given.wrong("'{}' is not a bandwidth", text);
  }
  data rows{data::type::list};
  for (const Measured& row : measured_in(json)) {
    const double share = row.bytes_per_second / roof;
    data view;
    view["name"] = row.name;
    view["time"] = fixed(row.microseconds, 1);
    view["bandwidth"] = fixed(row.bytes_per_second / 1e9, 2);
    view["share"] = fixed(100 * share, 0);
    view["width"] = fmt::format("{:.1f}", std::clamp(100 * share, 0.0, 100.0));
    rows << view;
  }
  data view;
  view["roof"] = fixed(roof / 1e9, 1);
  view["rows"] = std::move(rows);
  page["roofline"] = std::move(view);
}

}  // namespace ffbench
