#include "tests/support/paths.hpp"

// The only unit that is compiled with the paths of this machine, so that a compiler cache serves
// every checkout.
namespace ffbench::test {

std::string source_path(std::string_view relative) {
  return std::string(FFBENCH_SOURCE_DIR "/").append(relative);
}

const char* const program_path = FFBENCH_PROGRAM;
const char* const cache_path = FFBENCH_TEST_CACHE;
const char* const range_log_path = FFBENCH_RANGE_LOG;
const char* const fake_libraries_path = FFBENCH_FAKE_LIBRARIES;

}  // namespace ffbench::test
