#include "datasets/suite.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/json/json_reader.hpp"
#include "core/named.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"

namespace ffbench {
namespace {

constexpr std::array<std::string_view, 4> shipped{"smoke", "held-out", "standard", "full"};

FixtureSpec parse_fixture(const JsonReader& json, const std::string& place) {
  json.only({"name", "scenario", "width", "height", "frames", "crop_size", "warp_template"});
  const auto text_or = [&json](std::string_view key, const std::string& otherwise) {
    const auto found = json.find(key);
    return found ? found->text_not_empty() : otherwise;
  };
  FixtureSpec spec;
  spec.scenario = json.at("scenario").text_not_empty();
  spec.name = text_or("name", spec.scenario);
  spec.width = json.at("width").integer();
  spec.height = json.at("height").integer();
  spec.frames = json.at("frames").integer();
  if (const auto crop_size = json.find("crop_size")) {
    spec.crop_size = crop_size->integer();
  }
  spec.warp_template = text_or("warp_template", spec.warp_template);
  validate(spec, place);
  return spec;
}

}  // namespace

SuiteSpec parse_suite(std::string_view text, std::string_view file) {
  const JsonReader json = parse_json(text, std::string(file));
  json.require_schema("ffbench.suite/1");
  json.only({"schema", "name", "description", "fixtures"});
  SuiteSpec suite;
  suite.name = json.at("name").text_not_empty();
  suite.description = json.at("description").text_not_empty();
  std::set<std::string> names;
  const JsonReader fixtures = json.at("fixtures");
  for (const JsonReader& item : fixtures.items()) {
    FixtureSpec spec = parse_fixture(item, fmt::format("{}: fixtures[{}]", file, suite.fixtures.size()));
    if (!names.insert(spec.name).second) {
      item.wrong("there is a fixture '{}' before; names must differ", spec.name);
    }
    suite.fixtures.push_back(std::move(spec));
  }
  if (suite.fixtures.empty()) {
    fixtures.wrong("a suite needs a fixture");
  }
  return suite;
}

SuiteSpec load_suite(std::string_view name_or_path) {
  std::filesystem::path path;
  if (name_or_path.ends_with(".json")) {
    path = name_or_path;
  } else {
    index_of_name(shipped, name_or_path, "suite", ", or a file that ends in .json");
    path = data_path(fmt::format("datasets/suites/{}.json", name_or_path));
  }
  return parse_suite(read_file(path), path.string());
}

std::vector<std::string> suite_names() {
  return {shipped.begin(), shipped.end()};
}

}  // namespace ffbench
