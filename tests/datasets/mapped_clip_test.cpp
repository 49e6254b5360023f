#include "datasets/mapped_clip.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/temporary_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

namespace fs = std::filesystem;

constexpr int width = 61;
constexpr int height = 37;
constexpr int frames = 9;
constexpr std::size_t frame_bytes = std::size_t{3} * width * height;

void draw(int index, BgrView out) {
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width * 3; ++x) {
      out.row(y)[x] = static_cast<std::uint8_t>(7 * index + 3 * y + x);
    }
  }
}

class MappedFrames : public testing::Test {
 protected:
  std::unique_ptr<ClipFile> clip_file() const {
    return open_or_render(folder_.path(), {"clip", width, height, frames, 25}, {}, 2, draw, {}, {});
  }
  std::unique_ptr<Clip> mapped() {
    return map_frames(clip_file(), decoded(), 2,
                      [this](const std::string& text) { messages_.push_back(text); });
  }
  fs::path decoded() const { return folder_.path() / "frames"; }
  fs::path file() const { return decoded() / (clip_file()->clip_digest().hex() + ".frames"); }

  static void expect_right_frames(Clip& clip) {
    ASSERT_EQ(clip.frame_count(), frames);
    BgrImage expected(width, height);
    BgrImage got(width, height);
    for (const int i : {0, 8, 3, 3, 1}) {
      draw(i, expected.view());
      clip.read(i, got.view());
      ASSERT_EQ(got, expected) << "frame " << i;
    }
  }

  test::TemporaryFolder folder_;
  std::vector<std::string> messages_;
};

TEST_F(MappedFrames, AreThoseOfTheClip) {
  expect_right_frames(*mapped());
  EXPECT_EQ(fs::file_size(file()), frames * frame_bytes + 40);
  const auto written = fs::last_write_time(file());
  expect_right_frames(*mapped());
  EXPECT_EQ(fs::last_write_time(file()), written) << "decoded twice";
  EXPECT_TRUE(messages_.empty());
}

TEST_F(MappedFrames, ADamagedByteAnywhereIsFoundAndTheClipDecodedAgain) {
  mapped();
  const std::string whole = read_file(file());
  for (const std::size_t at : {std::size_t{0}, frame_bytes * 4 + 1, frame_bytes * 9 - 1, frame_bytes * 9,
                               frame_bytes * 9 + 8, frame_bytes * 9 + 20, frame_bytes * 9 + 39}) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    write_file_atomically(file(), damaged);
    messages_.clear();
    expect_right_frames(*mapped());
    ASSERT_EQ(messages_.size(), 1U) << "byte " << at;
    EXPECT_NE(messages_[0].find("decoding the clip again"), std::string::npos);
    EXPECT_EQ(read_file(file()), whole);
  }
}

TEST_F(MappedFrames, AFileOfAnotherLengthIsDecodedAgain) {
  mapped();
  const std::string whole = read_file(file());
  for (const std::string& other : {std::string(), whole.substr(0, whole.size() / 2), whole + "x"}) {
    write_file_atomically(file(), other);
    expect_right_frames(*mapped());
    EXPECT_EQ(read_file(file()), whole);
  }
}

TEST_F(MappedFrames, WhatIsNoFileIsAnError) {
  mapped();
  fs::remove(file());
  fs::create_directory(file());
  EXPECT_THROW(mapped(), Error);
}

TEST_F(MappedFrames, FilesUnderConstructionAreNotSeen) {
  fs::create_directories(decoded());
  TemporaryFile half(file());
  half.write("half", 4);
  expect_right_frames(*mapped());
  EXPECT_EQ(fs::file_size(file()), frames * frame_bytes + 40);
}

TEST_F(MappedFrames, WritersAtOnceLeaveOneWholeFile) {
  clip_file();
  std::atomic<int> wrong = 0;
  for (int round = 0; round < 5; ++round) {
    const fs::path folder = decoded() / std::to_string(round);
    std::vector<std::thread> writers;
    for (int t = 0; t < 6; ++t) {
      writers.emplace_back([&] {
        const auto clip = map_frames(clip_file(), folder, 1, {});
        BgrImage expected(width, height);
        BgrImage got(width, height);
        draw(5, expected.view());
        clip->read(5, got.view());
        wrong += got == expected ? 0 : 1;
      });
    }
    for (std::thread& writer : writers) {
      writer.join();
    }
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "files are left over";
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace ffbench
