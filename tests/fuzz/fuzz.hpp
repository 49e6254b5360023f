#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/error.hpp"

/// What libFuzzer calls with every input, and the replay program too. Nothing but `ffbench::Error`
/// may come out of what it tries; anything else ends the process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace ffbench::fuzz {

/// Whether `read` took the text; refusing it with a line is as good.
template <typename Read>
bool accepts(const Read& read, const std::uint8_t* data, std::size_t size) {
  try {
    read(std::string_view(reinterpret_cast<const char*>(data), size));
  } catch (const Error&) {
    return false;
  }
  return true;
}

}  // namespace ffbench::fuzz
