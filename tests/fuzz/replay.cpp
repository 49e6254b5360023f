// Runs a fuzz target without libFuzzer: every input of a folder, then mutations of them, from a
// fixed seed, for some seconds. Usage: PROGRAM CORPUS SECONDS

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "core/system/atomic_file.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

void run(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

/// Bits turned, bytes replaced, pieces removed, doubled or taken from another input, the end cut
/// off.
std::string mutated(std::string input, const std::vector<std::string>& corpus, std::mt19937& random) {
  const auto below = [&random](std::size_t count) {
    return count == 0 ? 0 : std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
  };
  const std::size_t changes = 1 + below(4);
  for (std::size_t i = 0; i < changes && !input.empty(); ++i) {
    const std::size_t at = below(input.size());
    const std::size_t length = std::min<std::size_t>(1 + below(16), input.size() - at);
    switch (below(6)) {
      case 0:
        input[at] = static_cast<char>(static_cast<unsigned char>(input[at]) ^ (1U << below(8)));
        break;
      case 1:
        input[at] = "\0\xff-\"{}[],:0e\\"[below(13)];
        break;
      case 2:
        input.erase(at, length);
        break;
      case 3:
        input.insert(at, input.substr(at, length));
        break;
      case 4: {
        const std::string& other = corpus[below(corpus.size())];
        if (!other.empty()) {
          input.insert(at, other.substr(below(other.size()), 1 + below(32)));
        }
        break;
      }
      default:
        if (below(4) == 0) {
          input.resize(at);
        }
    }
  }
  return input;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: {} CORPUS SECONDS\n", argv[0]);
    return 2;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> corpus;
  for (const auto& file : files) {
    corpus.push_back(ffbench::read_file(file));
    run(corpus.back());
  }
  if (corpus.empty()) {
    fmt::print(stderr, "{}: no inputs\n", argv[1]);
    return 2;
  }
  std::mt19937 random(1);
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::duration<double>(std::strtod(argv[2], nullptr));
  std::size_t executions = corpus.size();
  while (std::chrono::steady_clock::now() < end) {
    run(mutated(corpus[executions++ % corpus.size()], corpus, random));
  }
  fmt::print("{} executions\n", executions);
  return 0;
}
