// Hand-written: neither CLI11 nor the C library quotes a word for a shell.
#include <string>
#include <string_view>

#include "harness/cli/commands.hpp"

namespace ffbench::cli {
namespace {

std::string& stored() {
  static std::string line;
  return line;
}

/// The word as a shell needs it.
std::string quoted(std::string_view word) {
  if (!word.empty() && word.find_first_of(" \t'\"\\*?[]{}$&|;<>()#~`!") == std::string_view::npos) {
    return std::string(word);
  }
  std::string text = "'";
  for (char c : word) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      text += c;
    }
  }
  text += '\'';
  return text;
}

}  // namespace

std::string command_line() {
  return stored();
}

void set_command_line(int argc, const char* const* argv) {
  stored() = "./ffbench";
  for (int i = 1; i < argc; ++i) {
    stored() += ' ';
    stored() += quoted(argv[i]);
  }
}

}  // namespace ffbench::cli
