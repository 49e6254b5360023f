#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "core/preset.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/parallel.hpp"
#include "core/warp_template.hpp"
#include "tests/support/images.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

/// The message of the input error that `action` throws.
template <typename Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.what();
  }
  return "no error";
}

TEST(AtomicFile, ReplacesTheWholeFileAndLeavesNothingBeside) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  write_file_atomically(path, std::string(100000, 'x'));
  write_file_atomically(path, "short");
  EXPECT_EQ(read_file(path), "short");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(AtomicFile, AFailureNamesTheFileAndKeepsTheOldContents) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "missing" / "a.txt";
  EXPECT_NE(message_of([&] { write_file_atomically(path, "x"); }).find("a.txt"), std::string::npos);
}

TEST(AtomicFile, ConcurrentWritersNeverMix) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "a.txt";
  parallel_for(40, 4, [&](int i) {
    write_file_atomically(path, std::string(20000, static_cast<char>('a' + i % 26)));
  });
  const std::string text = read_file(path);
  ASSERT_EQ(text.size(), 20000U);
  EXPECT_EQ(text.find_first_not_of(text[0]), std::string::npos);
}

TEST(ReadFile, OfAFolderIsAnErrorOfOneLine) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(message_of([&] { read_file(folder.path()); }),
            folder.path().string() + ": is a folder; name a file");
}

TEST(ReadFile, StopsAtItsLimit) {
  const test::TemporaryFolder folder;
  write_file_atomically(folder.path() / "a", std::string(100, 'x'));
  EXPECT_EQ(read_file(folder.path() / "a", 100).size(), 100U);
  EXPECT_NE(message_of([&] { read_file(folder.path() / "a", 99); }).find("more than the 99 bytes"),
            std::string::npos);
  EXPECT_NE(message_of([] { read_file("/dev/zero", 1 << 20); }).find("/dev/zero: holds more"),
            std::string::npos);
}

TEST(ParallelFor, DoesEveryIndexOnce) {
  std::vector<std::atomic<int>> counts(1000);
  parallel_for(1000, 4, [&](int i) { ++counts[static_cast<std::size_t>(i)]; });
  for (const auto& count : counts) {
    EXPECT_EQ(count.load(), 1);
  }
}

TEST(ParallelFor, RethrowsAfterAllHaveEnded) {
  std::atomic<int> running{0};
  EXPECT_THROW(parallel_for(100, 4,
                            [&](int i) {
                              ++running;
                              if (i == 7) {
                                --running;
                                throw std::runtime_error("seven");
                              }
                              --running;
                            }),
               std::runtime_error);
  EXPECT_EQ(running.load(), 0);
}

TEST(Digest, IgnoresPaddingAndSplitting) {
  const BgrImage image = test::noise_image(31, 9, 5);
  test::GuardedImage<std::uint8_t, 3> padded(31, 9, 11);
  copy_pixels<std::uint8_t, 3>(image.view(), padded.view());
  EXPECT_EQ(digest_of(image.view()), digest_of(padded.view()));
  EXPECT_EQ(digest_of(image.view()), digest_of(image.data(), image.size_bytes()));
  // XXH3-128 of nothing, as published
  EXPECT_EQ(digest_of("", 0).hex(), "99aa06d3014798d86001c324468d497f");
}

TEST(Names, UnknownOnesListTheLegalOnes) {
  EXPECT_NE(message_of([] { warp_template("arcface"); }).find("arcface_112_v1, arcface_112_v2, arcface_128"),
            std::string::npos);
  EXPECT_THROW(preset("fast"), Error);
}

}  // namespace
}  // namespace ffbench
