#include "core/kept_faces.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ffbench {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FramePlan faces(int first, int count) {
  FramePlan plan;
  for (int i = 0; i < count; ++i) {
    plan.faces.emplace_back().face_id = first + i;
  }
  return plan;
}

TEST(KeptFaces, OfMoreThanTheMostThoseDrawnLongestAgoAreDropped) {
  KeptFaces kept;
  EXPECT_THAT(kept.draw(faces(0, 2)), IsEmpty());
  EXPECT_THAT(kept.draw(faces(100, 62)), IsEmpty());
  EXPECT_TRUE(kept.contains(0));
  EXPECT_THAT(kept.draw(faces(0, 1)), IsEmpty()) << "drawn again";
  EXPECT_THAT(kept.draw(faces(500, 2)), ElementsAre(1, 100));
  EXPECT_TRUE(kept.contains(0));
  EXPECT_FALSE(kept.contains(1));
  EXPECT_FALSE(kept.contains(100));
  EXPECT_TRUE(kept.contains(101));
}

TEST(KeptFaces, AllFacesOfAFrameAreKept) {
  KeptFaces kept;
  kept.draw(faces(0, 10));
  EXPECT_THAT(kept.draw(faces(100, 70)), testing::SizeIs(10));
  EXPECT_TRUE(kept.contains(100));
  EXPECT_TRUE(kept.contains(169));
  EXPECT_THAT(kept.draw({}), ElementsAre(100, 101, 102, 103, 104, 105));
}

TEST(KeptFaces, FramesWithoutFacesAndCountsOfFramesDoNotMatter) {
  KeptFaces kept;
  kept.draw(faces(7, 1));
  for (int i = 0; i < 10000; ++i) {
    EXPECT_THAT(kept.draw({}), IsEmpty());
  }
  EXPECT_TRUE(kept.contains(7));
  kept.clear();
  EXPECT_FALSE(kept.contains(7));
}

}  // namespace
}  // namespace ffbench
