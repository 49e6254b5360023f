#include "harness/system/substituted.hpp"

#include <gtest/gtest.h>

#include "harness/system/child_process.hpp"

namespace ffbench {
namespace {

TEST(Substituted, EveryMarkIsReplacedAndNothingElse) {
  EXPECT_EQ(substituted("a {x} {y}{x} {z} {", {{"{x}", "1"}, {"{y}", "2"}}), "a 1 21 {z} {");
  EXPECT_EQ(substituted("", {{"{x}", "1"}}), "");
}

TEST(Substituted, AMarkInsideAValueStays) {
  EXPECT_EQ(substituted("{input} {output}", {{"{input}", "<{output}>"}, {"{output}", "<{input}>"}}),
            "<{output}> <{input}>");
  // A path with a mark and a quote in it, as one word of a shell.
  const std::string path = "/a {output} it's/b";
  const std::string text = substituted("printf '%s|' {input} {output}",
                                       {{"{input}", shell_word(path)}, {"{output}", shell_word("/o")}});
  EXPECT_EQ(run_child("sh", {"-c", text}).out, path + "|/o|");
}

}  // namespace
}  // namespace ffbench
