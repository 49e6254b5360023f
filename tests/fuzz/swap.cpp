// Descriptions of swap networks, MODEL.swap.json.

#include "harness/swap_model/swap_description.hpp"
#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  fuzz::accepts([](std::string_view text) { parse_swap_description(text, "fuzz"); }, data, size);
  return 0;
}
