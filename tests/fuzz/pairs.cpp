// The pairs of an interrupted session: a file that is continued, and continued once more.

#include <cstdlib>
#include <string>

#include "harness/compare/pair_store.hpp"
#include "tests/fuzz/file_in_memory.hpp"
#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  // The first line says what is measured; another one is refused before anything is read.
  const std::string header = "{}";
  const std::string text = header + "\n" + std::string(reinterpret_cast<const char*>(data), size);
  const fuzz::FileInMemory file(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  if (!file.written()) {
    return -1;
  }
  fuzz::accepts(
      [&](std::string_view) {
        int count = 0;
        {
          compare::PairStore store(file.path(), header, true);
          count = store.count();
          compare::Pair pair;
          pair.number = -1;
          pair.base.passes = pair.head.passes = {1};
          pair.base.seconds = pair.head.seconds = 1;
          store.add(pair);
          static_cast<void>(pair.log_ratio());
        }
        // A line that was cut is gone, and what was added stands behind the whole ones.
        if (compare::PairStore(file.path(), header, true).count() < count) {
          std::abort();
        }
      },
      data, size);
  return 0;
}
