#include "harness/swap_model/swap_description.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/json/json_reader.hpp"
#include "core/warp_template.hpp"

namespace ffbench {
namespace {

std::array<double, 3> triple(const JsonReader& json) {
  const std::array<double, 3> numbers = json.numbers_of<3>();
  if (!std::ranges::all_of(numbers, [](double number) { return std::isfinite(number); })) {
    json.wrong("expected three numbers");
  }
  return numbers;
}

NetworkPicture parse_picture(const JsonReader& json) {
  NetworkPicture picture;
  picture.input = json.at("input").text_not_empty();
  picture.warp_template = json.at("template").text_not_empty();
  warp_template(picture.warp_template);
  picture.size = json.at("size").integer_from(8, 4096);
  picture.mean = triple(json.at("mean"));
  const JsonReader deviation = json.at("standard_deviation");
  picture.standard_deviation = triple(deviation);
  if (!std::ranges::all_of(picture.standard_deviation, [](double number) { return number > 0; })) {
    deviation.wrong("expected three numbers above 0");
  }
  constexpr std::array<std::string_view, 2> orders{"bgr", "rgb"};
  picture.rgb = json.at("channels").one_of<int>(orders) == 1;
  return picture;
}

std::vector<float> parse_vector(const JsonReader& json) {
  std::vector<float> numbers;
  for (const double value : json.numbers()) {
    if (!std::isfinite(value)) {
      json.wrong("expected numbers");
    }
    numbers.push_back(static_cast<float>(value));
  }
  if (numbers.empty()) {
    json.wrong("expected a list of numbers");
  }
  return numbers;
}

}  // namespace

SwapDescription parse_swap_description(std::string_view text, const std::string& origin) {
  const JsonReader json = parse_json(text, origin);
  json.only({"schema", "target", "output", "denormalise", "source"});
  json.require_schema("ffbench.swap_model/1");
  SwapDescription description;
  const JsonReader target = json.at("target");
  target.only({"input", "template", "size", "mean", "standard_deviation", "channels"});
  description.target = parse_picture(target);
  description.output = json.at("output").text_not_empty();
  description.denormalise = json.flag_or("denormalise", description.denormalise);
  if (const auto source = json.find("source")) {
    constexpr std::array<std::string_view, 2> kinds{"image", "vector"};
    if (source->at("kind").one_of<int>(kinds) == 0) {
      source->only({"kind", "input", "template", "size", "mean", "standard_deviation", "channels"});
      description.source_kind = SourceInput::image;
      description.source = parse_picture(*source);
    } else {
      source->only({"kind", "input", "values"});
      description.source_kind = SourceInput::vector;
      description.source.input = source->at("input").text_not_empty();
      description.source_vector = parse_vector(source->at("values"));
    }
  }
  return description;
}

std::filesystem::path description_path(const std::filesystem::path& model) {
  std::filesystem::path path = model;
  return path.replace_extension(".swap.json");
}

}  // namespace ffbench
