#pragma once

// For the room's own sources only: users of the room see plain structs.

#include <array>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.hpp"

namespace ffbench {

/// A JSON value with the file and place it came from, so that every error names them.
class JsonReader {
 public:
  using Json = nlohmann::json;

  JsonReader(const Json& value, std::string origin, std::string place = {})
      : value_(&value), origin_(std::move(origin)), place_(std::move(place)) {}

  /// Parses a text; throws `Error` with line and column where it is not JSON.
  static Json parse(std::string_view text, const std::string& origin) {
    try {
      return Json::parse(text);
    } catch (const Json::exception& error) {
      // What was read last may be a picture of a megabyte.
      const std::string what = error.what();
      fail("{}: not valid JSON ({}); write the file again", origin, what.substr(0, what.find("; last read")));
    }
  }

  [[nodiscard]] const Json& value() const { return *value_; }

  template <typename... Args>
  [[noreturn]] void wrong(fmt::format_string<Args...> format, Args&&... args) const {
    fail("{}: {}: {}", origin_, place_.empty() ? "top level" : place_,
         fmt::format(format, std::forward<Args>(args)...));
  }

  [[nodiscard]] std::optional<JsonReader> find(const std::string& key) const {
    expect(value_->is_object(), "an object");
    const auto found = value_->find(key);
    if (found == value_->end()) {
      return std::nullopt;
    }
    return JsonReader(*found, origin_, place_.empty() ? key : place_ + "." + key);
  }

  [[nodiscard]] JsonReader at(const std::string& key) const {
    auto found = find(key);
    if (!found) {
      wrong("'{}' is missing", key);
    }
    return *found;
  }

  /// Throws when there is a key not listed.
  void only(std::initializer_list<std::string_view> keys) const {
    expect(value_->is_object(), "an object");
    for (const auto& [key, unused] : value_->items()) {
      bool known = false;
      std::string legal;
      for (const std::string_view candidate : keys) {
        known = known || candidate == key;
        legal.append(legal.empty() ? "" : ", ").append(candidate);
      }
      if (!known) {
        wrong("unknown key '{}'; known are {}", key, legal);
      }
    }
  }

  [[nodiscard]] std::vector<JsonReader> items() const {
    expect(value_->is_array(), "an array");
    std::vector<JsonReader> result;
    for (std::size_t i = 0; i < value_->size(); ++i) {
      result.emplace_back((*value_)[i], origin_, fmt::format("{}[{}]", place_, i));
    }
    return result;
  }

  [[nodiscard]] std::map<std::string, JsonReader> members() const {
    expect(value_->is_object(), "an object");
    std::map<std::string, JsonReader> result;
    for (const auto& [key, member] : value_->items()) {
      result.emplace(key, JsonReader(member, origin_, place_ + "." + key));
    }
    return result;
  }

  [[nodiscard]] std::string text() const {
    expect(value_->is_string(), "a text");
    return value_->get<std::string>();
  }

  [[nodiscard]] bool flag() const {
    expect(value_->is_boolean(), "true or false");
    return value_->get<bool>();
  }

  [[nodiscard]] double number() const {
    expect(value_->is_number(), "a number");
    return value_->get<double>();
  }

  /// A whole number within the range of an int.
  [[nodiscard]] int integer() const {
    expect(value_->is_number_integer(), "a whole number");
    const double exact = value_->get<double>();
    if (std::abs(exact) > std::numeric_limits<int>::max()) {
      wrong("{} is out of range", value_->dump());
    }
    return value_->get<int>();
  }

  /// Numbers; null stands for NaN.
  [[nodiscard]] std::vector<double> numbers() const {
    std::vector<double> result;
    for (const JsonReader& item : items()) {
      result.push_back(item.value().is_null() ? std::numeric_limits<double>::quiet_NaN() : item.number());
    }
    return result;
  }

  [[nodiscard]] std::vector<std::string> texts() const {
    std::vector<std::string> result;
    for (const JsonReader& item : items()) {
      result.push_back(item.text());
    }
    return result;
  }

  [[nodiscard]] std::string text_or(const std::string& key, std::string otherwise) const {
    const auto found = find(key);
    return found ? found->text() : std::move(otherwise);
  }

  [[nodiscard]] bool flag_or(const std::string& key, bool otherwise) const {
    const auto found = find(key);
    return found ? found->flag() : otherwise;
  }

  /// The value of `names` that `key` holds; `Enum` counts them from 0.
  template <typename Enum, std::size_t count>
  [[nodiscard]] Enum one_of(const std::array<std::string_view, count>& names) const {
    const std::string given = text();
    std::string legal;
    for (std::size_t i = 0; i < count; ++i) {
      if (names[i] == given) {
        return static_cast<Enum>(i);
      }
      legal.append(legal.empty() ? "" : ", ").append(names[i]);
    }
    wrong("'{}' is none of {}", given, legal);
  }

 private:
  void expect(bool condition, std::string_view what) const {
    if (!condition) {
      wrong("expected {}, found {}", what, value_->type_name());
    }
  }

  const Json* value_;
  std::string origin_;
  std::string place_;
};

}  // namespace ffbench
