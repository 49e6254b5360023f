#include "harness/swap_model/swap_description.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/warp_template.hpp"

namespace ffbench {
namespace {

using nlohmann::json;

/// A JSON object with its place, for messages.
class Object {
 public:
  Object(const json& value, std::string place, const std::string& origin)
      : value_(value), place_(std::move(place)), origin_(origin) {
    if (!value.is_object()) {
      fail("{}: {}: expected an object", origin_, place_.empty() ? "the file" : place_);
    }
  }

  [[nodiscard]] bool has(const char* key) const { return value_.contains(key); }

  [[nodiscard]] const json& at(const char* key) const {
    if (!has(key)) {
      fail("{}: {}: is missing", origin_, path(key));
    }
    return value_.at(key);
  }

  [[nodiscard]] std::string text(const char* key) const {
    const json& value = at(key);
    if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
      wrong(key, "expected a non-empty text");
    }
    return value.get<std::string>();
  }

  [[nodiscard]] std::array<double, 3> triple(const char* key) const {
    const json& value = at(key);
    if (!value.is_array() || value.size() != 3) {
      wrong(key, "expected three numbers");
    }
    std::array<double, 3> numbers{};
    for (std::size_t i = 0; i < 3; ++i) {
      if (!value[i].is_number() || !std::isfinite(value[i].get<double>())) {
        wrong(key, "expected three numbers");
      }
      numbers[i] = value[i].get<double>();
    }
    return numbers;
  }

  [[nodiscard]] Object object(const char* key) const { return {at(key), path(key), origin_}; }

  [[noreturn]] void wrong(const char* key, std::string_view what) const {
    fail("{}: {}: {}", origin_, path(key), what);
  }

  /// Refuses keys that nobody asked for: a mistyped key would be ignored in silence.
  void allow_only(std::initializer_list<std::string_view> keys) const {
    for (const auto& item : value_.items()) {
      if (std::find(keys.begin(), keys.end(), item.key()) == keys.end()) {
        fail("{}: {}: unknown key; known: {}", origin_, path(item.key().c_str()),
             fmt::join(keys.begin(), keys.end(), ", "));
      }
    }
  }

 private:
  [[nodiscard]] std::string path(const char* key) const { return place_.empty() ? key : place_ + "." + key; }

  const json& value_;
  std::string place_;
  const std::string& origin_;
};

NetworkPicture parse_picture(const Object& object) {
  NetworkPicture picture;
  picture.input = object.text("input");
  picture.warp_template = object.text("template");
  warp_template(picture.warp_template);
  const json& size = object.at("size");
  if (!size.is_number_integer() || size.get<long long>() < 8 || size.get<long long>() > 4096) {
    object.wrong("size", "expected a whole number from 8 to 4096");
  }
  picture.size = size.get<int>();
  picture.mean = object.triple("mean");
  picture.standard_deviation = object.triple("standard_deviation");
  for (double deviation : picture.standard_deviation) {
    if (!(deviation > 0)) {
      object.wrong("standard_deviation", "expected three numbers above 0");
    }
  }
  const std::string channels = object.text("channels");
  if (channels != "rgb" && channels != "bgr") {
    object.wrong("channels", "expected rgb or bgr");
  }
  picture.rgb = channels == "rgb";
  return picture;
}

std::vector<float> parse_vector(const Object& source) {
  const json& values = source.at("values");
  std::vector<float> numbers;
  for (const json& value : values) {
    if (!value.is_number() || !std::isfinite(value.get<double>())) {
      source.wrong("values", "expected numbers");
    }
    numbers.push_back(value.get<float>());
  }
  if (!values.is_array() || numbers.empty()) {
    source.wrong("values", "expected a list of numbers");
  }
  return numbers;
}

}  // namespace

SwapDescription parse_swap_description(std::string_view text, const std::string& origin) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::parse_error& error) {
    fail("{}: byte {}: not JSON", origin, error.byte);
  } catch (const json::exception& error) {
    fail("{}: not JSON: {}", origin, error.what());
  }
  const Object root(document, "", origin);
  root.allow_only({"schema", "target", "output", "denormalise", "source"});
  if (root.text("schema") != "ffbench.swap_model/1") {
    root.wrong("schema", "expected ffbench.swap_model/1");
  }
  SwapDescription description;
  const Object target = root.object("target");
  target.allow_only({"input", "template", "size", "mean", "standard_deviation", "channels"});
  description.target = parse_picture(target);
  description.output = root.text("output");
  if (root.has("denormalise")) {
    if (!root.at("denormalise").is_boolean()) {
      root.wrong("denormalise", "expected true or false");
    }
    description.denormalise = root.at("denormalise").get<bool>();
  }
  if (root.has("source")) {
    const Object source = root.object("source");
    const std::string kind = source.text("kind");
    if (kind == "image") {
      source.allow_only({"kind", "input", "template", "size", "mean", "standard_deviation", "channels"});
      description.source_kind = SourceInput::image;
      description.source = parse_picture(source);
    } else if (kind == "vector") {
      source.allow_only({"kind", "input", "values"});
      description.source_kind = SourceInput::vector;
      description.source.input = source.text("input");
      description.source_vector = parse_vector(source);
    } else {
      source.wrong("kind", "expected image or vector");
    }
  }
  return description;
}

std::filesystem::path description_path(const std::filesystem::path& model) {
  std::filesystem::path path = model;
  return path.replace_extension(".swap.json");
}

}  // namespace ffbench
