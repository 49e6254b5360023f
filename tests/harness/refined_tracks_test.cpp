#include "harness/pipeline/refined_tracks.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "core/system/atomic_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ffbench {
namespace {

namespace fs = std::filesystem;

/// Two faces, then none, then one.
FaceTrack track() {
  FaceTrack track;
  track.width = 320;
  track.height = 180;
  track.frames.resize(3);
  for (const auto& [frame, id] : {std::pair{0, 1}, {0, 2}, {2, 1}}) {
    TrackedFace face;
    face.id = id;
    face.box = {10, 20, 30, 40};
    for (std::size_t i = 0; i < 5; ++i) {
      face.landmarks5[i] = {10.0 * id + static_cast<double>(i), 20.0 + frame};
    }
    track.frames[static_cast<std::size_t>(frame)].faces.push_back(face);
  }
  return track;
}

FaceTrack moved(FaceTrack track, double by) {
  for (TrackFrame& frame : track.frames) {
    for (TrackedFace& face : frame.faces) {
      for (Point& point : face.landmarks5) {
        point.x += by;
      }
    }
  }
  return track;
}

class RefinedTracksKept : public testing::Test {
 protected:
  FaceTrack get(const std::string& program = "program", const Digest& clip = {1, 2},
                const std::string& settings = "cpu", const FaceTrack& observed = track()) {
    return RefinedTracks(folder_.path() / "refined", program).get(observed, clip, settings, [&] {
      ++refined_;
      return moved(observed, 0.125);
    });
  }
  fs::path only_file() const { return fs::directory_iterator(folder_.path() / "refined")->path(); }

  test::TemporaryFolder folder_;
  int refined_ = 0;
};

TEST_F(RefinedTracksKept, AreRefinedOnce) {
  EXPECT_EQ(get(), moved(track(), 0.125));
  EXPECT_EQ(get(), moved(track(), 0.125));
  EXPECT_EQ(refined_, 1);
}

TEST_F(RefinedTracksKept, AreRefinedAgainWhereAnythingDiffersThatTheyFollowFrom) {
  get();
  get("other program");
  get("program", {1, 3});
  get("program", {1, 2}, "cuda");
  FaceTrack other = track();
  other.frames[2].cut = true;
  get("program", {1, 2}, "cpu", other);
  EXPECT_EQ(get("program", {1, 2}, "cpu", moved(track(), 1)), moved(track(), 1.125));
  EXPECT_EQ(refined_, 6);
}

TEST_F(RefinedTracksKept, ADamagedByteAnywhereIsFound) {
  get();
  const std::string whole = read_file(only_file());
  ASSERT_EQ(whole.size(), 8 + 16 + 3 * 10 * 8 + 16U);
  for (std::size_t at = 0; at < whole.size(); at += 5) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    write_file_atomically(only_file(), damaged);
    refined_ = 0;
    EXPECT_EQ(get(), moved(track(), 0.125));
    EXPECT_EQ(refined_, 1) << "byte " << at;
    EXPECT_EQ(read_file(only_file()), whole);
  }
}

TEST_F(RefinedTracksKept, AFileOfAnotherLengthIsNotUsed) {
  get();
  const std::string whole = read_file(only_file());
  for (const std::string& other : {std::string(), whole.substr(0, 100), whole + std::string(80, '\0')}) {
    write_file_atomically(only_file(), other);
    refined_ = 0;
    EXPECT_EQ(get(), moved(track(), 0.125));
    EXPECT_EQ(refined_, 1);
  }
}

TEST_F(RefinedTracksKept, MayHoldNoFace) {
  FaceTrack empty;
  empty.frames.resize(4);
  EXPECT_EQ(get("program", {1, 2}, "cpu", empty), empty);
  EXPECT_EQ(get("program", {1, 2}, "cpu", empty), empty);
  EXPECT_EQ(refined_, 1);
}

}  // namespace
}  // namespace ffbench
