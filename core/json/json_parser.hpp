#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/json/json_reader.hpp"

namespace ffbench {

/// Parses JSON, or RFC 8949 bytes where `cbor`. Throws an `Error` of one line that begins with
/// `origin` where the text is neither, larger than `options.most_bytes` or nested deeper than
/// `options.most_depth`.
std::shared_ptr<const nlohmann::json> parse_document(std::string_view text, bool cbor,
                                                     const std::string& origin, const JsonOptions& options);

}  // namespace ffbench
