#include "core/json/json_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <nlohmann/json.hpp>

#include "core/joined.hpp"
#include "core/json/json_parser.hpp"
#include "core/json/quoted.hpp"
#include "core/system/atomic_file.hpp"

namespace ffbench {
namespace {

using Json = nlohmann::json;

/// The way from `from` to the value at `to`, as in a.b[3]; false where it is not below.
bool find_place(const Json& from, const Json* to, std::string& place) {
  if (&from == to) {
    return true;
  }
  const std::size_t before = place.size();
  if (from.is_object()) {
    for (const auto& [key, member] : from.get_ref<const Json::object_t&>()) {
      place += place.empty() ? "" : ".";
      place += shortened(key);
      if (find_place(member, to, place)) {
        return true;
      }
      place.resize(before);
    }
  } else if (from.is_array()) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      place += fmt::format("[{}]", i);
      if (find_place(from[i], to, place)) {
        return true;
      }
      place.resize(before);
    }
  }
  return false;
}

}  // namespace

struct JsonReader::Source {
  std::shared_ptr<const Json> document;
  const Json* root;        ///< places in errors are relative to it
  std::string root_place;  ///< how `root` is called
  std::string origin;
  std::string hint;
};

JsonReader JsonReader::parse(std::string_view text, bool cbor, const std::string& origin,
                             JsonOptions options) {
  auto source = std::make_shared<Source>();
  source->document = parse_document(text, cbor, origin, options);
  source->root = source->document.get();
  source->origin = origin;
  source->hint = std::move(options.hint);
  const Json& root = *source->root;
  return {std::move(source), root};
}

JsonReader parse_json(std::string_view text, const std::string& origin, JsonOptions options) {
  return JsonReader::parse(text, false, origin, std::move(options));
}

JsonReader parse_cbor(std::string_view bytes, const std::string& origin, JsonOptions options) {
  return JsonReader::parse(bytes, true, origin, std::move(options));
}

JsonReader read_json(const std::filesystem::path& path, JsonOptions options) {
  return parse_json(read_file(path, options.most_bytes), path.string(), std::move(options));
}

std::string JsonReader::place() const {
  std::string place = source_->root_place;
  find_place(*source_->root, value_, place);
  return place.empty() ? "top level" : place;
}

void JsonReader::throw_at_place(const std::string& message) const {
  fail("{}", one_line(fmt::format("{}: {}: {}{}{}", source_->origin, place(), message,
                                  source_->hint.empty() ? "" : "; ", source_->hint)));
}

void JsonReader::expect(bool condition, std::string_view what) const {
  if (!condition) {
    wrong("expected {}, found {}", what, value_->type_name());
  }
}

JsonReader JsonReader::called(std::string place) const {
  auto source = std::make_shared<Source>(*source_);
  source->root = value_;
  source->root_place = std::move(place);
  return {std::move(source), *value_};
}

bool JsonReader::is_object() const {
  return value_->is_object();
}

bool JsonReader::is_null() const {
  return value_->is_null();
}

bool JsonReader::is_boolean() const {
  return value_->is_boolean();
}

bool JsonReader::is_whole() const {
  return value_->is_number_integer();
}

std::string JsonReader::shown() const {
  return shortened(value_->dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::size_t JsonReader::size() const {
  return value_->size();
}

std::optional<JsonReader> JsonReader::find(std::string_view key) const {
  expect(value_->is_object(), "an object");
  const auto found = value_->find(std::string(key));
  return found == value_->end() ? std::nullopt : std::optional(JsonReader(source_, *found));
}

JsonReader JsonReader::at(std::string_view key) const {
  auto found = find(key);
  if (!found) {
    const std::string at = place();
    fail("{}", one_line(fmt::format("{}: {}{}: is missing{}{}", source_->origin,
                                    value_ == source_->root && source_->root_place.empty() ? "" : at + ".",
                                    key, source_->hint.empty() ? "" : "; ", source_->hint)));
  }
  return *std::move(found);
}

std::vector<JsonReader> JsonReader::items() const {
  expect(value_->is_array(), "an array");
  std::vector<JsonReader> result;
  result.reserve(value_->size());
  for (const Json& item : *value_) {
    result.push_back(JsonReader(source_, item));
  }
  return result;
}

std::vector<JsonReader> JsonReader::items_of(std::size_t count) const {
  std::vector<JsonReader> result = items();
  if (result.size() != count) {
    wrong("expected {} items, found {}", count, result.size());
  }
  return result;
}

std::map<std::string, JsonReader> JsonReader::members() const {
  expect(value_->is_object(), "an object");
  std::map<std::string, JsonReader> result;
  for (const auto& [key, member] : value_->get_ref<const Json::object_t&>()) {
    result.emplace(key, JsonReader(source_, member));
  }
  return result;
}

void JsonReader::only(std::initializer_list<std::string_view> keys) const {
  expect(value_->is_object(), "an object");
  for (const auto& [key, unused] : value_->get_ref<const Json::object_t&>()) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      wrong("unknown key '{}'; known: {}", shortened(key),
            joined(std::span(keys.begin(), keys.size()), ", "));
    }
  }
}

void JsonReader::require_schema(std::string_view name, std::string_view remedy) const {
  const JsonReader schema = at("schema");
  if (const std::string found = schema.text(); found != name) {
    schema.wrong("'{}' is not '{}'{}{}", shortened(found), name, remedy.empty() ? "" : "; ", remedy);
  }
}

std::string JsonReader::text() const {
  expect(value_->is_string(), "a text");
  return value_->get<std::string>();
}

std::string JsonReader::text_not_empty() const {
  std::string result = text();
  if (result.empty()) {
    wrong("expected a text that is not empty");
  }
  return result;
}

bool JsonReader::flag() const {
  expect(value_->is_boolean(), "true or false");
  return value_->get<bool>();
}

double JsonReader::number() const {
  expect(value_->is_number(), "a number");
  return value_->get<double>();
}

double JsonReader::number_or_nan() const {
  return value_->is_null() ? std::numeric_limits<double>::quiet_NaN() : number();
}

int JsonReader::integer() const {
  expect(value_->is_number_integer(), "a whole number");
  if (std::abs(value_->get<double>()) > std::numeric_limits<int>::max()) {
    wrong("{} is out of range", value_->dump());
  }
  return value_->get<int>();
}

int JsonReader::integer_from(int least, int most) const {
  return static_cast<int>(whole_from(least, most));
}

std::int64_t JsonReader::whole_from(std::int64_t least, std::int64_t most) const {
  const bool whole = value_->is_number_integer();
  const bool huge =
      whole && value_->is_number_unsigned() &&
      value_->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!whole || huge || value_->get<std::int64_t>() < least || value_->get<std::int64_t>() > most) {
    wrong("expected a whole number from {} to {}, found {}", least, most,
          value_->is_number() ? value_->dump() : value_->type_name());
  }
  return value_->get<std::int64_t>();
}

std::uint64_t JsonReader::unsigned_whole() const {
  expect(value_->is_number_unsigned(), "a whole number that is not negative");
  return value_->get<std::uint64_t>();
}

std::vector<double> JsonReader::numbers() const {
  expect(value_->is_array(), "an array");
  std::vector<double> result(value_->size());
  copy_numbers(result.data(), result.size());
  return result;
}

void JsonReader::copy_numbers(double* out, std::size_t count) const {
  expect(value_->is_array(), "an array");
  if (value_->size() != count) {
    wrong("expected {} numbers, found {}", count, value_->size());
  }
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = JsonReader(source_, (*value_)[i]).number_or_nan();
  }
}

std::vector<std::string> JsonReader::texts() const {
  std::vector<std::string> result;
  for (const JsonReader& item : items()) {
    result.push_back(item.text());
  }
  return result;
}

std::map<std::string, std::string> JsonReader::texts_by_name() const {
  std::map<std::string, std::string> result;
  for (const auto& [name, member] : members()) {
    result.emplace(name, member.text());
  }
  return result;
}

std::map<std::string, double> JsonReader::numbers_by_name() const {
  std::map<std::string, double> result;
  for (const auto& [name, member] : members()) {
    result.emplace(name, member.number());
  }
  return result;
}

std::vector<std::uint8_t> JsonReader::bytes() const {
  expect(value_->is_binary(), "bytes");
  return value_->get_binary();
}

std::string JsonReader::text_or(std::string_view key, std::string otherwise) const {
  const auto found = find(key);
  return found ? found->text() : std::move(otherwise);
}

bool JsonReader::flag_or(std::string_view key, bool otherwise) const {
  const auto found = find(key);
  return found ? found->flag() : otherwise;
}

std::size_t JsonReader::index_in(const std::string_view* names, std::size_t count) const {
  const std::string given = text();
  const auto* found = std::find(names, names + count, given);
  if (found == names + count) {
    wrong("'{}' is none of {}", shortened(given), joined(std::span(names, count), ", "));
  }
  return static_cast<std::size_t>(found - names);
}

}  // namespace ffbench
