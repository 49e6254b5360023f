#include "core/json/json_parser.hpp"

#include <cstddef>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json/quoted.hpp"

namespace ffbench {
namespace {

using Json = nlohmann::json;

/// The library's message without its own name, its class of error and what it read last.
std::string bare_message(const std::exception& error) {
  std::string text = error.what();
  if (const auto end = text.find("] "); text.starts_with('[') && end != std::string::npos) {
    text.erase(0, end + 2);
  }
  constexpr std::string_view lead = "parse error at ";
  if (text.starts_with(lead)) {
    text.erase(0, lead.size());
  }
  return shortened(text.substr(0, text.find("; last read")));
}

/// Builds the document and stops at the limit of depth: recursion over a document is bounded by it
/// ever after.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  explicit Builder(int most_depth) : most_depth_(static_cast<std::size_t>(most_depth)) {}

  Json root;
  std::string error;

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(number_integer_t value) override { return put(value); }
  bool number_unsigned(number_unsigned_t value) override { return put(value); }
  bool number_float(number_float_t value, const string_t&) override { return put(value); }
  bool string(string_t& value) override { return put(std::move(value)); }
  bool binary(binary_t& value) override { return put(std::move(value)); }
  bool start_object(std::size_t) override { return open(Json::object()); }
  bool start_array(std::size_t) override { return open(Json::array()); }
  bool key(string_t& value) override {
    key_ = std::move(value);
    return true;
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t, const std::string&, const Json::exception& problem) override {
    error = bare_message(problem);
    return false;
  }

 private:
  Json& place(Json value) {
    if (open_.empty()) {
      root = std::move(value);
      return root;
    }
    Json& parent = *open_.back();
    if (parent.is_array()) {
      parent.push_back(std::move(value));
      return parent.back();
    }
    Json& member = parent[key_];
    member = std::move(value);
    return member;
  }
  bool put(Json value) {
    place(std::move(value));
    return true;
  }
  bool open(Json value) {
    if (open_.size() == most_depth_) {
      error = fmt::format("nested deeper than {} levels", most_depth_);
      return false;
    }
    open_.push_back(&place(std::move(value)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::size_t most_depth_;
  std::vector<Json*> open_;
  std::string key_;
};

}  // namespace

std::shared_ptr<const Json> parse_document(std::string_view text, bool cbor, const std::string& origin,
                                           const JsonOptions& options) {
  if (text.size() > options.most_bytes) {
    fail("{}: holds {} bytes, at most {} are read; is it the right file?", origin, text.size(),
         options.most_bytes);
  }
  Builder builder(options.most_depth);
  const auto format = cbor ? Json::input_format_t::cbor : Json::input_format_t::json;
  if (!Json::sax_parse(text.begin(), text.end(), &builder, format)) {
    fail("{}: not valid {}: {}; {}", origin, cbor ? "CBOR" : "JSON", one_line(builder.error),
         options.hint.empty() ? "write the file again" : options.hint);
  }
  return std::make_shared<const Json>(std::move(builder.root));
}

}  // namespace ffbench
