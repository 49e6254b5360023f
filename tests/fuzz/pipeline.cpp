// Names of pipelines: presets, features, backends, controls, commands.

#include "harness/pipeline/pipeline.hpp"

#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  fuzz::accepts([](std::string_view text) { parse_pipeline(text); }, data, size);
  return 0;
}
