#include "datasets/suite.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <set>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"

namespace ffbench {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> shipped{"smoke", "held-out", "standard", "full"};

/// Reads the members of a JSON object one by one and refuses what it does not know.
class ObjectReader {
 public:
  ObjectReader(const json& object, std::string place) : object_(object), place_(std::move(place)) {
    if (!object.is_object()) {
      fail("{}: must be an object", place_);
    }
  }

  std::string text(const char* key) {
    const json& value = get(key);
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
      fail("{}.{}: must be a text that is not empty", place_, key);
    }
    return value.get<std::string>();
  }
  std::string text(const char* key, std::string otherwise) {
    return object_.contains(key) ? text(key) : std::move(otherwise);
  }

  int whole(const char* key) {
    const json& value = get(key);
    if (!value.is_number_integer()) {
      fail("{}.{}: must be a whole number", place_, key);
    }
    const bool huge = value.is_number_unsigned() ? value.get<std::uint64_t>() > 1000000
                                                 : value.get<std::int64_t>() < -1000000;
    if (huge) {
      fail("{}.{}: is out of range", place_, key);
    }
    return value.get<int>();
  }
  int whole(const char* key, int otherwise) { return object_.contains(key) ? whole(key) : otherwise; }

  const json& list(const char* key) {
    const json& value = get(key);
    if (!value.is_array() || value.empty()) {
      fail("{}.{}: must be a list that is not empty", place_, key);
    }
    return value;
  }

  /// Fails if there is a member that was not asked for.
  void end() const {
    for (const auto& [key, value] : object_.items()) {
      if (!known_.contains(key)) {
        fail("{}.{}: is unknown; known: {}", place_, key, fmt::join(known_, ", "));
      }
    }
  }
  void also_known(const char* key) { known_.insert(key); }

 private:
  const json& get(const char* key) {
    known_.insert(key);
    const auto found = object_.find(key);
    if (found == object_.end()) {
      fail("{}.{}: is missing", place_, key);
    }
    return *found;
  }

  const json& object_;
  std::string place_;
  std::set<std::string> known_;
};

FixtureSpec parse_fixture(const json& value, const std::string& place) {
  ObjectReader reader(value, place);
  for (const char* key : {"name", "scenario", "width", "height", "frames", "crop_size", "warp_template"}) {
    reader.also_known(key);
  }
  reader.end();
  FixtureSpec spec;
  spec.scenario = reader.text("scenario");
  spec.name = reader.text("name", spec.scenario);
  spec.width = reader.whole("width");
  spec.height = reader.whole("height");
  spec.frames = reader.whole("frames");
  spec.crop_size = reader.whole("crop_size", spec.crop_size);
  spec.warp_template = reader.text("warp_template", spec.warp_template);
  validate(spec, place);
  return spec;
}

}  // namespace

SuiteSpec parse_suite(std::string_view text, std::string_view file) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::exception& error) {
    fail("{}: is no JSON: {}", file, error.what());
  }
  const std::string name(file);
  if (!document.is_object() || document.value("schema", json()) != "ffbench.suite/1") {
    fail("{}: schema: must be \"ffbench.suite/1\"", file);
  }
  ObjectReader reader(document, name + ": suite");
  for (const char* key : {"schema", "name", "description", "fixtures"}) {
    reader.also_known(key);
  }
  reader.end();
  SuiteSpec suite;
  suite.name = reader.text("name");
  suite.description = reader.text("description");
  std::set<std::string> names;
  const json& list = reader.list("fixtures");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string place = fmt::format("{}: fixtures[{}]", file, i);
    FixtureSpec spec = parse_fixture(list[i], place);
    if (!names.insert(spec.name).second) {
      fail("{}.name: there is a fixture '{}' before; names must differ", place, spec.name);
    }
    suite.fixtures.push_back(std::move(spec));
  }
  return suite;
}

SuiteSpec load_suite(std::string_view name_or_path) {
  std::filesystem::path path;
  if (name_or_path.ends_with(".json")) {
    path = name_or_path;
  } else {
    if (std::find(shipped.begin(), shipped.end(), name_or_path) == shipped.end()) {
      fail("suite '{}' is unknown; known: {}, or a file that ends in .json", name_or_path,
           fmt::join(shipped, ", "));
    }
    path = data_path(fmt::format("datasets/suites/{}.json", name_or_path));
  }
  return parse_suite(read_file(path), path.string());
}

std::vector<std::string> suite_names() {
  return {shipped.begin(), shipped.end()};
}

}  // namespace ffbench
