#include "core/system/file_name.hpp"

#include <filesystem>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace ffbench {
namespace {

TEST(FileName, OrdinaryNamesStay) {
  EXPECT_EQ(file_name_of("talk-360p"), "talk-360p");
  EXPECT_EQ(file_name_of("a_B.9"), "a_B.9");
}

TEST(FileName, NoNameLeavesItsFolderOrIsHidden) {
  for (const std::string name :
       {"", ".", "..", "../up", "/etc/passwd", "a/../../b", "a/b", "a\\b", std::string("a\0b", 3).c_str(),
        ".hidden", "~", "a\nb", "-rf", "%2e%2e", "\xff\xfe"}) {
    const std::filesystem::path file = file_name_of(name);
    SCOPED_TRACE(file.string());
    EXPECT_FALSE(file.empty());
    EXPECT_EQ(std::distance(file.begin(), file.end()), 1) << "one component";
    EXPECT_NE(file.string()[0], '.');
    EXPECT_EQ(("folder" / file).lexically_normal().parent_path(), "folder");
  }
}

TEST(FileName, NamesThatDifferHaveFilesThatDiffer) {
  std::set<std::string> files;
  int names = 0;
  for (const std::string& name : {std::string("a/b"), std::string("a_b"), std::string("a%2fb"), std::string(),
                                  std::string("%"), std::string("."), std::string("%2e"),
                                  std::string(1000, 'x'), std::string(1001, 'x'), std::string(160, 'x')}) {
    const std::string file = file_name_of(name);
    EXPECT_LE(file.size(), 200U);
    files.insert(file);
    ++names;
  }
  EXPECT_EQ(files.size(), static_cast<std::size_t>(names));
}

}  // namespace
}  // namespace ffbench
