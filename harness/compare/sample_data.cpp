#include <algorithm>
#include <cmath>
#include <cstdint>

#include <nlohmann/json.hpp>

#include "core/json/json_text.hpp"
#include "harness/compare/sample.hpp"

namespace ffbench::compare {

std::vector<double> Sample::times(const Figure& figure) const {
  if (figure.clock == host_clock && figure.stage.empty()) {
    return passes;
  }
  if (figure.clock != device_clock) {
    return {};
  }
  if (figure.stage.empty()) {
    return device_passes;
  }
  const auto found = device_stages.find(figure.stage);
  return found == device_stages.end() ? std::vector<double>() : found->second;
}

nlohmann::ordered_json json_of(const Sample& sample) {
  return {{"schema", Sample::schema},
          {"fixture", sample.fixture},
          {"pipeline", sample.pipeline},
          {"executor", sample.executor},
          {"passes", sample.passes},
          {"seconds", sample.seconds},
          {"device_passes", sample.device_passes},
          {"device_stages", sample.device_stages},
          {"first_frame_s", sample.first_frame_s},
          {"stages", sample.stages},
          {"digest", sample.digest},
          {"identical", sample.identical},
          {"growth_bytes", sample.growth_bytes},
          {"environment", sample.environment},
          {"voided", sample.voided}};
}

std::string to_json(const Sample& sample) {
  return json_text(json_of(sample));
}

Sample sample_from_json(std::string_view text, const std::string& origin) {
  return sample_of(parse_json(text, origin, {.hint = "is this an ffbench of this version?"}));
}

Sample sample_of(const JsonReader& json) {
  json.require_schema(Sample::schema, "use builds of the same age");
  Sample sample;
  sample.fixture = json.at("fixture").text();
  sample.pipeline = json.at("pipeline").text();
  sample.executor = json.at("executor").text();
  sample.passes = json.at("passes").numbers();
  sample.seconds = json.at("seconds").number();
  // Builds that know of no device's clock leave these out.
  if (const auto passes = json.find("device_passes")) {
    sample.device_passes = passes->numbers();
  }
  if (const auto stages = json.find("device_stages")) {
    for (const auto& [stage, passes] : stages->members()) {
      sample.device_stages.emplace(stage, passes.numbers());
    }
  }
  sample.first_frame_s = json.at("first_frame_s").number();
  sample.stages = json.at("stages").numbers_by_name();
  sample.digest = json.at("digest").text();
  sample.identical = json.at("identical").flag();
  constexpr std::int64_t most_bytes = std::int64_t{1} << 53U;
  sample.growth_bytes = json.at("growth_bytes").whole_from(-most_bytes, most_bytes);
  sample.environment = json.at("environment").texts_by_name();
  sample.voided = json.at("voided").text();
  const std::size_t count = std::max(sample.passes.size(), sample.device_passes.size());
  const auto took_time = [count](const std::vector<double>& passes) {
    return passes.size() == count &&
           std::ranges::all_of(passes, [](double seconds) { return seconds > 0 && std::isfinite(seconds); });
  };
  const bool all_took_time =
      (sample.passes.empty() || took_time(sample.passes)) &&
      (sample.device_passes.empty() || took_time(sample.device_passes)) &&
      std::ranges::all_of(sample.device_stages, [&](const auto& stage) { return took_time(stage.second); });
  if (count == 0 || !all_took_time || !(sample.seconds > 0) || !std::isfinite(sample.seconds) ||
      !(sample.first_frame_s >= 0)) {
    json.wrong("a sample without times");
  }
  return sample;
}

}  // namespace ffbench::compare
