// The manifest of rendered clips: what was read is written and read again to the same.

#include "datasets/manifest.hpp"

#include <cstdlib>

#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  fuzz::accepts(
      [](std::string_view text) {
        const Manifest manifest = Manifest::parse(text, "fuzz");
        if (Manifest::parse(manifest.to_json(), "again").digests() != manifest.digests()) {
          std::abort();
        }
      },
      data, size);
  return 0;
}
