#include "core/system/glob.hpp"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ffbench {
namespace {

bool matches(const std::string& pattern, const std::string& text) {
  return matches_any({pattern}, text);
}

TEST(Glob, MatchesAWholeText) {
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("warp", "warp"));
  EXPECT_FALSE(matches("warp", "warps"));
  EXPECT_TRUE(matches("*mask*", "area-mask"));
  EXPECT_TRUE(matches("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches("a*b*c", "a-b-b-d"));
  EXPECT_TRUE(matches("cp?", "cpu"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_FALSE(matches("", "warp"));
}

TEST(Glob, KnowsSets) {
  EXPECT_TRUE(matches("turn-[0-9]", "turn-7"));
  EXPECT_FALSE(matches("turn-[0-9]", "turn-x"));
  EXPECT_TRUE(matches("turn-[!0-9]", "turn-x"));
  EXPECT_FALSE(matches("turn-[!0-9]", "turn-7"));
  EXPECT_TRUE(matches("command:[[]a]", "command:[a]"));
  EXPECT_TRUE(matches("a[b", "a[b")) << "a bracket that is not closed is a bracket";
}

TEST(Glob, TakesNamesForNoPaths) {
  EXPECT_TRUE(matches("enhanced*", "enhanced:default-pose/cpu"));
  EXPECT_TRUE(matches("enhanced?cpu", "enhanced/cpu"));
  EXPECT_TRUE(matches("*", ".hidden"));
}

TEST(Glob, TakesABackslashForItself) {
  EXPECT_TRUE(matches("a\\*", "a\\bc"));
  EXPECT_FALSE(matches("a\\*", "a*"));
  EXPECT_TRUE(matches("a[*]", "a*"));
  EXPECT_FALSE(matches("a[*]", "ab"));
}

TEST(Glob, ANulMatchesNothing) {
  const std::string cut("warp\0s", 6);
  EXPECT_FALSE(matches("warp", cut));
  EXPECT_FALSE(matches(cut, "warp"));
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
  RC_PRE(text.find_first_of("*?![") == std::string::npos);
  RC_PRE(text.find('\0') == std::string::npos);
  RC_PRE(!text.empty());
  RC_ASSERT(matches_any({text.substr(0, from) + "*" + text.substr(to)}, text));
}

}  // namespace
}  // namespace ffbench
