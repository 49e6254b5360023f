#include "core/system/glob.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ffbench {
namespace {

TEST(Glob, MatchesAWholeText) {
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_TRUE(matches_glob("warp", "warp"));
  EXPECT_FALSE(matches_glob("warp", "warps"));
  EXPECT_TRUE(matches_glob("*mask*", "area-mask"));
  EXPECT_TRUE(matches_glob("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches_glob("a*b*c", "a-b-b-d"));
  EXPECT_TRUE(matches_glob("cp?", "cpu"));
  EXPECT_FALSE(matches_glob("?", ""));
}

TEST(Globs, KnowsStarsQuestionMarksAndExclusions) {
  EXPECT_TRUE(matches_any({}, "anything"));
  EXPECT_TRUE(matches_any({"*"}, ""));
  EXPECT_TRUE(matches_any({"a?c"}, "abc"));
  EXPECT_FALSE(matches_any({"a?c"}, "ac"));
  EXPECT_TRUE(matches_any({"*ab*ab"}, "xababyab"));
  EXPECT_FALSE(matches_any({"a*b"}, "abc"));
  EXPECT_TRUE(matches_any({"!b"}, "a"));
  EXPECT_FALSE(matches_any({"!b", "*"}, "b"));
}

RC_GTEST_PROP(Globs, MatchesATextWithAPieceReplacedByAStar, (const std::string& text)) {
  const auto from = *rc::gen::inRange<std::size_t>(0, text.size() + 1);
  const auto to = *rc::gen::inRange<std::size_t>(from, text.size() + 1);
  // A text's own special characters would make it another pattern.
  RC_PRE(text.find_first_of("*?!") == std::string::npos);
  RC_PRE(!text.empty());
  RC_ASSERT(matches_any({text.substr(0, from) + "*" + text.substr(to)}, text));
}

}  // namespace
}  // namespace ffbench
