// Suite files.

#include "datasets/suite.hpp"

#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  fuzz::accepts([](std::string_view text) { parse_suite(text, "fuzz"); }, data, size);
  return 0;
}
