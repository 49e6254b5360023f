#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "datasets/clip_cache.hpp"
#include "datasets/fixture.hpp"
#include "datasets/synthetic/random.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

namespace fs = std::filesystem;

/// A clip of noise and gradients; counts how often a frame is drawn.
struct Source {
  ClipKey key{"clip", 61, 37, 9, 25};
  std::atomic<int> drawn{0};
  std::vector<std::string> messages;

  static void draw(int index, BgrView out) {
    const synthetic::RandomStream stream(static_cast<std::uint64_t>(index));
    for (int y = 0; y < out.height; ++y) {
      for (int x = 0; x < out.width * 3; ++x) {
        out.row(y)[x] = static_cast<std::uint8_t>(
            (x + 3 * y) / 2 + static_cast<int>(stream.bits(static_cast<std::uint64_t>(y * 1000 + x)) % 7));
      }
    }
  }
  std::unique_ptr<ClipFile> open(const fs::path& folder, std::optional<Digest> expected = {},
                                 int threads = 2) {
    return open_or_render(
        folder, key, expected, threads,
        [&](int i, BgrView out) {
          ++drawn;
          draw(i, out);
        },
        {}, [&](const std::string& text) { messages.push_back(text); });
  }
};

void expect_right_frames(ClipFile& clip) {
  BgrImage expected(clip.width(), clip.height());
  BgrImage got(clip.width(), clip.height());
  for (const int i : {0, 1, 2, 8, 3, 3}) {
    Source::draw(i, expected.view());
    clip.read(i, got.view());
    ASSERT_EQ(got, expected) << "frame " << i;
  }
}

void change_byte(const fs::path& path, std::uint64_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const int old = file.get();
  file.seekp(static_cast<std::streamoff>(at));
  file.put(static_cast<char>(old ^ 0x10));
}

TEST(ClipCache, KeepsFramesWithoutLossAndDrawsThemOnce) {
  const test::TemporaryFolder folder;
  Source source;
  expect_right_frames(*source.open(folder.path()));
  EXPECT_EQ(source.drawn, 9);
  expect_right_frames(*source.open(folder.path()));
  EXPECT_EQ(source.drawn, 9);
  EXPECT_TRUE(source.messages.empty());
}

TEST(ClipCache, ReadsIntoViewsWithPadding) {
  const test::TemporaryFolder folder;
  Source source;
  const auto clip = source.open(folder.path());
  const int stride = 61 * 3 + 9;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(stride) * 37, 0x77);
  clip->read(4, {bytes.data(), 61, 37, stride});
  BgrImage expected(61, 37);
  Source::draw(4, expected.view());
  for (int y = 0; y < 37; ++y) {
    for (int x = 0; x < stride; ++x) {
      ASSERT_EQ(bytes[static_cast<std::size_t>(y * stride + x)],
                x < 61 * 3 ? expected.view().row(y)[x] : 0x77);
    }
  }
}

TEST(ClipCache, TheFileDoesNotDependOnTheThreads) {
  const test::TemporaryFolder one;
  const test::TemporaryFolder two;
  Source source;
  source.open(one.path(), {}, 1);
  source.open(two.path(), {}, 3);
  EXPECT_EQ(read_file(one.path() / "clip.clip"), read_file(two.path() / "clip.clip"));
}

TEST(ClipCache, ADamagedByteAnywhereIsFoundAndTheClipRenderedAgain) {
  const test::TemporaryFolder folder;
  Source source;
  source.open(folder.path());
  const fs::path path = folder.path() / "clip.clip";
  const std::uint64_t size = fs::file_size(path);
  for (const std::uint64_t at :
       {std::uint64_t{3}, std::uint64_t{200}, size / 2, size - 400, size - 45, size - 20, size - 2}) {
    source.drawn = 0;
    source.messages.clear();
    change_byte(path, at);
    const auto clip = source.open(folder.path());
    EXPECT_EQ(source.drawn, 9) << "byte " << at;
    ASSERT_EQ(source.messages.size(), 1U) << "byte " << at;
    EXPECT_NE(source.messages[0].find("rendering it again"), std::string::npos);
    expect_right_frames(*clip);
  }
}

TEST(ClipCache, ACutFileIsRenderedAgain) {
  const test::TemporaryFolder folder;
  Source source;
  source.open(folder.path());
  const fs::path path = folder.path() / "clip.clip";
  const std::uint64_t size = fs::file_size(path);
  for (const std::uint64_t bytes : {std::uint64_t{0}, std::uint64_t{5}, size / 2, size - 1}) {
    source.messages.clear();
    fs::resize_file(path, bytes);
    expect_right_frames(*source.open(folder.path()));
    EXPECT_EQ(source.messages.size(), 1U) << bytes;
  }
}

TEST(ClipCache, AClipOfAnotherSizeIsNotTakenForThisOne) {
  const test::TemporaryFolder folder;
  Source source;
  source.open(folder.path());
  source.key.frames = 8;
  source.open(folder.path());
  ASSERT_EQ(source.messages.size(), 1U);
  EXPECT_EQ(source.drawn, 9 + 8);
}

TEST(ClipCache, SeveralWritersAtOnceLeaveOneWholeFile) {
  const test::TemporaryFolder folder;
  std::atomic<int> wrong{0};
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 6; ++i) {
      workers.emplace_back([&] {
        BgrImage expected(61, 37);
        BgrImage got(61, 37);
        for (int round = 0; round < 8; ++round) {
          Source source;
          source.key.name = "clip" + std::to_string(round);
          const auto clip = source.open(folder.path());
          Source::draw(round, expected.view());
          clip->read(round, got.view());
          wrong += got == expected ? 0 : 1;
          wrong += static_cast<int>(source.messages.size());
        }
      });
    }
  }
  EXPECT_EQ(wrong, 0) << "a reader met half a file";
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    EXPECT_EQ(entry.path().extension(), ".clip") << "left behind: " << entry.path();
  }
}

TEST(ClipCache, AnotherDigestThanTheManifestsIsAnErrorOfCorrectness) {
  const test::TemporaryFolder folder;
  Source source;
  try {
    source.open(folder.path(), Digest{1, 2});
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::incorrect);
    EXPECT_NE(std::string(error.what()).find("00000000000000010000000000000002"), std::string::npos)
        << error.what();
  }
}

TEST(ClipCache, ASoundClipThatIsNotTheManifestsIsDrawnAgain) {
  const test::TemporaryFolder folder;
  Source source;
  const Digest wanted = source.open(folder.path())->clip_digest();
  // Another renderer left a clip of the same name and size.
  const auto other = open_or_render(folder.path(), {"other", 61, 37, 9, 25}, {}, 1,
                                    [](int i, BgrView out) { Source::draw(i + 1, out); }, {}, {});
  ASSERT_NE(other->clip_digest(), wanted);
  fs::copy_file(folder.path() / "other.clip", folder.path() / "clip.clip",
                fs::copy_options::overwrite_existing);
  source.drawn = 0;
  const auto clip = source.open(folder.path(), wanted);
  EXPECT_EQ(source.drawn, 9);
  ASSERT_EQ(source.messages.size(), 1U);
  EXPECT_NE(source.messages[0].find("not the clip of the manifest"), std::string::npos) << source.messages[0];
  expect_right_frames(*clip);
  source.drawn = 0;
  source.open(folder.path(), wanted);
  EXPECT_EQ(source.drawn, 0) << "the clip that was drawn is kept";
}

TEST(ClipCache, AFolderThatCannotBeWrittenIsOneClearLine) {
  const test::TemporaryFolder folder;
  const fs::path file = folder.path() / "file";
  write_file_atomically(file, "not a folder");
  Source source;
  try {
    source.open(file / "below");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("FFBENCH_CACHE"), std::string::npos) << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
  }
}

TEST(ClipCache, ADrawingThatFailsLeavesNothingBehind) {
  const test::TemporaryFolder folder;
  const ClipKey key{"clip", 61, 37, 9, 25};
  EXPECT_THROW(write_clip(folder.path() / "clip.clip", key, 2,
                          [](int i, BgrView) { i == 5 ? fail("no") : void(); }, {}),
               Error);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(Fixture, OpensRendersOnceAndHoldsTogether) {
  const test::TemporaryFolder folder;
  const FixtureSpec spec{"little", "talk", 320, 180, 6, 128, "arcface_128"};
  const CacheOptions cache{folder.path(), 2};
  int last = 0;
  const Fixture fixture = open_fixture(spec, cache, [&](const FixtureProgress& p) {
    EXPECT_EQ(p.fixture, "little");
    EXPECT_GE(p.done, last);
    EXPECT_EQ(p.total, 6);
    last = p.done;
  });
  EXPECT_EQ(last, 6);
  EXPECT_EQ(fixture.clip->name(), "little");
  EXPECT_EQ(fixture.clip->frame_count(), 6);
  EXPECT_EQ(fixture.observed.frames.size(), 6U);
  EXPECT_EQ(fixture.truth->track().frames.size(), 6U);
  EXPECT_TRUE(fixture.moving_face);
  // The source's aligned crop must be sharp: its eyes further apart than those of the crop.
  EXPECT_GT(fixture.source_landmarks[1].x - fixture.source_landmarks[0].x, 128 * (0.63696719 - 0.36167656));
  EXPECT_NEAR(fixture.source_landmarks[0].y, fixture.source_landmarks[1].y, 1.0);

  int calls = 0;
  const Fixture again = open_fixture(spec, cache, [&](const FixtureProgress&) { ++calls; });
  EXPECT_EQ(calls, 0) << "the second time nothing is rendered";
  BgrImage a(320, 180);
  BgrImage b(320, 180);
  fixture.clip->read(5, a.view());
  again.clip->read(5, b.view());
  EXPECT_EQ(a, b);
  EXPECT_EQ(again.observed, fixture.observed);
  EXPECT_EQ(again.source, fixture.source);
}

TEST(Fixture, RefusesSpecsThatMakeNoSense) {
  const test::TemporaryFolder folder;
  const auto message = [&](FixtureSpec spec) -> std::string {
    try {
      open_fixture(spec, {folder.path(), 1});
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(message({"x", "tlak", 320, 180, 6}).find("known: talk, still, drift"), std::string::npos);
  EXPECT_NE(message({"x", "talk", 10, 180, 6}).find("x.width: 10"), std::string::npos);
  EXPECT_NE(message({"x", "talk", 320, 180, 0}).find("x.frames: 0"), std::string::npos);
  EXPECT_NE(message({"x", "talk", 320, 180, 2, 256, "arcface"}).find("x.warp_template"), std::string::npos);
}

TEST(Fixture, TheCacheFollowsTheEnvironment) {
  const auto restore = [](const char* name, const char* value) {
    value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
  };
  const char* cache = std::getenv("FFBENCH_CACHE");
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  const std::string old_cache = cache != nullptr ? cache : "";
  const std::string old_xdg = xdg != nullptr ? xdg : "";
  ::setenv("FFBENCH_CACHE", "/a", 1);
  EXPECT_EQ(default_cache_folder(), "/a");
  ::unsetenv("FFBENCH_CACHE");
  ::setenv("XDG_CACHE_HOME", "/b", 1);
  EXPECT_EQ(default_cache_folder(), "/b/ffbench");
  ::unsetenv("XDG_CACHE_HOME");
  if (std::getenv("HOME") != nullptr) {
    EXPECT_TRUE(default_cache_folder().string().ends_with("/.cache/ffbench"));
  }
  restore("FFBENCH_CACHE", cache != nullptr ? old_cache.c_str() : nullptr);
  restore("XDG_CACHE_HOME", xdg != nullptr ? old_xdg.c_str() : nullptr);
}

}  // namespace
}  // namespace ffbench
