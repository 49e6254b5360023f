#include "core/json/json_text.hpp"

#include <nlohmann/json.hpp>

namespace ffbench {

std::string json_text(const nlohmann::json& document, int indent) {
  return document.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_text(const nlohmann::ordered_json& document, int indent) {
  return document.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string json_text_of(double number) {
  return json_text(nlohmann::json(number));
}

std::string json_text_of(std::string_view text) {
  return json_text(nlohmann::json(text));
}

}  // namespace ffbench
