// Track files: what was read is written and read again to the same.

#include <cstdlib>

#include "datasets/track_file.hpp"
#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  fuzz::accepts(
      [](std::string_view text) {
        const std::string written = format_track_file(parse_track_file(text, "fuzz").file);
        if (format_track_file(parse_track_file(written, "again").file) != written) {
          std::abort();
        }
      },
      data, size);
  return 0;
}
