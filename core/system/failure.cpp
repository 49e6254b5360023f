#include "core/system/failure.hpp"

#include <exception>
#include <new>
#include <string_view>

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/system/interruption.hpp"

namespace ffbench {
namespace {

/// OpenCV's messages have several lines.
std::string as_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (line.ends_with(' ')) {
    line.pop_back();
  }
  return line;
}

}  // namespace

std::string failure_reason() {
  try {
    throw;
  } catch (const Interrupted&) {
    throw;
  } catch (const Error& error) {
    return error.what();
  } catch (const std::bad_alloc&) {
    return "out of memory; use fewer threads or smaller fixtures";
  } catch (const std::exception& error) {
    return fmt::format("unexpected error: {}", as_one_line(error.what()));
  } catch (...) {
    return "unexpected error of an unknown kind";
  }
}

}  // namespace ffbench
