#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/error.hpp"

namespace ffbench {

/// What is refused of a document before its values are looked at, and what its errors say.
struct JsonOptions {
  std::size_t most_bytes = std::size_t{256} << 20U;
  int most_depth = 64;  ///< of arrays and objects within one another
  std::string hint{};   ///< what to do, or where the format is described; ends each error
};

/// A JSON value that knows its file and place, so that every error names both: "FILE: a.b[3]:
/// expected a number, found null". Every error is an `Error` of one line with exit code 2. The
/// document lives as long as a reader of it.
class JsonReader {
 public:
  [[nodiscard]] const nlohmann::json& value() const { return *value_; }
  [[nodiscard]] bool is_object() const;
  [[nodiscard]] bool is_null() const;
  [[nodiscard]] bool is_boolean() const;
  [[nodiscard]] bool is_whole() const;
  /// The number of items or members.
  [[nodiscard]] std::size_t size() const;
  /// The beginning of the value as JSON, for messages.
  [[nodiscard]] std::string shown() const;

  /// The member of that name, nothing where the object has none.
  [[nodiscard]] std::optional<JsonReader> find(std::string_view key) const;
  [[nodiscard]] JsonReader at(std::string_view key) const;
  [[nodiscard]] bool contains(std::string_view key) const { return find(key).has_value(); }
  [[nodiscard]] std::vector<JsonReader> items() const;
  [[nodiscard]] std::vector<JsonReader> items_of(std::size_t count) const;
  [[nodiscard]] std::map<std::string, JsonReader> members() const;
  /// Refuses a key that is not listed: a mistyped one would be ignored in silence.
  void only(std::initializer_list<std::string_view> keys) const;
  /// Refuses an object whose "schema" is another; `remedy` ends the error.
  void require_schema(std::string_view name, std::string_view remedy = {}) const;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] std::string text_not_empty() const;
  [[nodiscard]] bool flag() const;
  [[nodiscard]] double number() const;
  /// A whole number within the range of an int.
  [[nodiscard]] int integer() const;
  [[nodiscard]] int integer_from(int least, int most) const;
  [[nodiscard]] std::int64_t whole_from(std::int64_t least, std::int64_t most) const;
  /// Any whole number that is not negative.
  [[nodiscard]] std::uint64_t unsigned_whole() const;
  /// A number; null stands for NaN.
  [[nodiscard]] double number_or_nan() const;
  /// Numbers; null stands for NaN.
  [[nodiscard]] std::vector<double> numbers() const;
  template <std::size_t count>
  [[nodiscard]] std::array<double, count> numbers_of() const;
  [[nodiscard]] std::vector<std::string> texts() const;
  [[nodiscard]] std::map<std::string, std::string> texts_by_name() const;
  [[nodiscard]] std::map<std::string, double> numbers_by_name() const;
  [[nodiscard]] std::vector<std::uint8_t> bytes() const;  ///< of CBOR

  [[nodiscard]] std::string text_or(std::string_view key, std::string otherwise) const;
  [[nodiscard]] bool flag_or(std::string_view key, bool otherwise) const;

  /// The value of `names` that the text is; `Enum` counts them from 0.
  template <typename Enum, std::size_t count>
  [[nodiscard]] Enum one_of(const std::array<std::string_view, count>& names) const {
    return static_cast<Enum>(index_in(names.data(), count));
  }

  /// The same value under another place: errors below it say `place` for the way to it.
  [[nodiscard]] JsonReader called(std::string place) const;

  template <typename... Args>
  [[noreturn]] void wrong(fmt::format_string<Args...> format, Args&&... args) const {
    throw_at_place(fmt::format(format, std::forward<Args>(args)...));
  }

 private:
  struct Source;

  JsonReader(std::shared_ptr<const Source> source, const nlohmann::json& value)
      : source_(std::move(source)), value_(&value) {}

  friend JsonReader parse_json(std::string_view text, const std::string& origin, JsonOptions options);
  friend JsonReader parse_cbor(std::string_view bytes, const std::string& origin, JsonOptions options);
  static JsonReader parse(std::string_view text, bool cbor, const std::string& origin, JsonOptions options);

  void expect(bool condition, std::string_view what) const;
  void copy_numbers(double* out, std::size_t count) const;
  [[nodiscard]] std::size_t index_in(const std::string_view* names, std::size_t count) const;
  [[nodiscard]] std::string place() const;
  [[noreturn]] void throw_at_place(const std::string& message) const;

  std::shared_ptr<const Source> source_;
  const nlohmann::json* value_;
};

template <std::size_t count>
std::array<double, count> JsonReader::numbers_of() const {
  std::array<double, count> result{};
  copy_numbers(result.data(), count);
  return result;
}

/// Parses a text. Throws `Error` with line and column where it is not JSON, and where it exceeds
/// the options' limits.
JsonReader parse_json(std::string_view text, const std::string& origin, JsonOptions options = {});

/// Parses RFC 8949 bytes, with the same limits.
JsonReader parse_cbor(std::string_view bytes, const std::string& origin, JsonOptions options = {});

/// Reads and parses a file.
JsonReader read_json(const std::filesystem::path& path, JsonOptions options = {});

}  // namespace ffbench
