#include "reports/benchmark_json.hpp"

#include <cmath>
#include <numeric>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/json/json_text.hpp"
#include "core/numeric/median.hpp"

namespace ffbench {
namespace {

using Json = nlohmann::ordered_json;

Json entry(const std::string& name, const Result& result, double milliseconds) {
  Json json{{"name", name},
            {"family_index", 0},
            {"per_family_instance_index", 0},
            {"run_name", name},
            {"run_type", "iteration"}};
  json["repetitions"] = result.timing->repetitions.size();
  json["threads"] = result.timing->threads;
  json["iterations"] = 1;
  json["real_time"] = milliseconds;
  // Wall time stands for both: the pixel stages are never measured by processor time.
  json["cpu_time"] = milliseconds;
  json["time_unit"] = "ms";
  return json;
}

double deviation(const std::vector<double>& values, double mean) {
  double squares = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  return values.size() < 2 ? 0 : std::sqrt(squares / static_cast<double>(values.size() - 1));
}

Json aggregate(const std::string& name, const Result& result, const char* what, double milliseconds) {
  Json json = entry(name + "_" + what, result, milliseconds);
  json["run_name"] = name;
  json["run_type"] = "aggregate";
  json["aggregate_name"] = what;
  json["aggregate_unit"] = "time";
  json["iterations"] = result.timing->repetitions.size();
  return json;
}

void put_result(const Result& result, int family, Json& out) {
  const std::string name = result.fixture + "/" + result.pipeline;
  std::vector<double> milliseconds;
  for (const double seconds : result.timing->repetitions) {
    milliseconds.push_back(seconds * 1e3);
  }
  const std::size_t first = out.size();
  for (std::size_t i = 0; i < milliseconds.size(); ++i) {
    Json json = entry(name, result, milliseconds[i]);
    json["repetition_index"] = i;
    json["items_per_second"] = result.frames / (milliseconds[i] / 1e3);
    out.push_back(std::move(json));
  }
  const double mean = std::accumulate(milliseconds.begin(), milliseconds.end(), 0.0) /
                      static_cast<double>(milliseconds.size());
  out.push_back(aggregate(name, result, "mean", mean));
  out.push_back(aggregate(name, result, "median", median(milliseconds)));
  out.push_back(aggregate(name, result, "stddev", deviation(milliseconds, mean)));
  for (std::size_t i = first; i < out.size(); ++i) {
    out[i]["family_index"] = family;
  }
}

}  // namespace

std::string to_benchmark_json(const Report& report) {
  const Environment& environment = report.environment;
  Json json;
  json["context"] = {
      {"date", environment.started},   {"host_name", ""},           {"executable", "ffbench"},
      {"num_cpus", environment.cores}, {"mhz_per_cpu", 0},          {"cpu_scaling_enabled", false},
      {"caches", Json::array()},       {"load_avg", Json::array()}, {"library_build_type", "release"}};
  json["context"]["ffbench_suite"] = report.suite;
  json["context"]["ffbench_cpu"] = environment.cpu;
  json["context"]["ffbench_commit"] = environment.commit;
  json["context"]["ffbench_measured"] = "pixel stages";
  json["benchmarks"] = Json::array();
  int family = 0;
  for (const Result& result : report.results) {
    if (result.status == ResultStatus::ok && result.timing && !result.timing->repetitions.empty()) {
      put_result(result, family++, json["benchmarks"]);
    }
  }
  return json_text(json, 2) + "\n";
}

}  // namespace ffbench
