#pragma once

#include <string>
#include <string_view>

namespace ffbench::test {

/// A file or folder of the source tree, by its path from the root.
std::string source_path(std::string_view relative);
/// The program under test.
extern const char* const program_path;
/// Where the tests keep rendered fixtures from one to the next.
extern const char* const cache_path;
/// The NVTX injection library of tests/nvtx; empty where NVTX's headers are not there.
extern const char* const range_log_path;
/// The folder with the libraries of tests/fakes.
extern const char* const fake_libraries_path;

}  // namespace ffbench::test
