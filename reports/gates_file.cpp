#include <set>

#include "core/json/json_reader.hpp"
#include "core/system/atomic_file.hpp"
#include "reports/gate_words.hpp"
#include "reports/gates.hpp"
#include "reports/metric_table.hpp"

namespace ffbench {
namespace {

std::vector<std::string> patterns_of(const JsonReader& json, const std::string& key) {
  const auto found = json.find(key);
  if (!found) {
    return {};
  }
  std::vector<std::string> patterns = found->texts();
  for (const std::string& pattern : patterns) {
    if (pattern.empty() || pattern == "!") {
      found->wrong("an empty pattern matches nothing; leave '{}' out to match everything", key);
    }
  }
  return patterns;
}

double threshold_of(const JsonReader& json, const Metric& metric) {
  if (json.is_boolean()) {
    if (metric.kind != MetricKind::boolean) {
      json.wrong("metric '{}' is a number, the threshold is true or false", metric.name);
    }
    return json.flag() ? 1 : 0;
  }
  if (metric.kind == MetricKind::boolean) {
    json.wrong("metric '{}' is true or false, so must the threshold be", metric.name);
  }
  return json.number();
}

Gate read_gate(const JsonReader& unnamed) {
  const std::string name = unnamed.at("name").text();
  // From here on errors call the gate by its name.
  const JsonReader json = unnamed.called("gate '" + name + "'");
  json.only({"name", "description", "metric", "op", "threshold", "class", "fixtures", "pipelines", "presets",
             "where", "optional", "may_be_absent", "expected", "reason"});
  Gate gate;
  gate.name = name;
  if (name.empty()) {
    json.wrong("a gate needs a name");
  }
  gate.description = json.text_or("description", "");
  gate.metric = json.at("metric").text();
  const Metric* metric = find_metric(gate.metric);
  if (metric == nullptr) {
    json.wrong("there is no metric '{}'; metrics are {}", gate.metric, metric_names());
  }
  gate.op = json.at("op").one_of<GateOp>(gate_op_names);
  gate.threshold = threshold_of(json.at("threshold"), *metric);
  gate.gate_class = json.at("class").one_of<GateClass>(gate_class_names);
  gate.fixtures = patterns_of(json, "fixtures");
  gate.pipelines = patterns_of(json, "pipelines");
  gate.presets = patterns_of(json, "presets");
  gate.where = patterns_of(json, "where");
  for (const std::string& condition : gate.where) {
    if (!find_condition(condition)) {
      json.wrong("there is no condition '{}'; conditions are {}, each also after '!'", condition,
                 condition_names());
    }
  }
  gate.optional = json.flag_or("optional", false);
  gate.may_be_absent = json.text_or("may_be_absent", "");
  gate.expected_reason = json.text_or("reason", "");
  if (const auto expected = json.find("expected")) {
    if (expected->text() != "fail") {
      expected->wrong("'{}' is not 'fail', the only verdict that can be expected", expected->text());
    }
    gate.expected_fail = true;
  }
  if (gate.expected_fail != !gate.expected_reason.empty()) {
    json.wrong("'expected': 'fail' and a 'reason' for it go together; give both or neither");
  }
  return gate;
}

}  // namespace

GateFile gates_from_json(std::string_view text, const std::string& origin) {
  const JsonReader json = parse_json(text, origin);
  json.only({"schema", "gates"});
  json.require_schema("ffbench.gates/1");
  GateFile file{.origin = origin, .gates = {}};
  std::set<std::string> names;
  for (const JsonReader& item : json.at("gates").items()) {
    file.gates.push_back(read_gate(item));
    if (!names.insert(file.gates.back().name).second) {
      item.wrong("a second gate '{}'; give it a name of its own", file.gates.back().name);
    }
  }
  return file;
}

GateFile read_gates(const std::filesystem::path& path) {
  return gates_from_json(read_file(path), path.string());
}

}  // namespace ffbench
