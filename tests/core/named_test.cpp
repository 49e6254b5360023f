#include "core/named.hpp"

#include <array>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ffbench {
namespace {

struct Row {
  std::string name;
  int value = 0;
};

const std::vector<Row> table{{"one", 1}, {"two", 2}};
constexpr std::array<std::string_view, 3> names{"a", "b", "c"};

template <typename Action>
std::string error_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_input);
    return error.what();
  }
  return "no error";
}

TEST(Named, FindsTheRow) {
  EXPECT_EQ(&named(table, "two", "number", &Row::name), &table[1]);
  EXPECT_EQ(index_of_name(names, "c", "letter"), 2U);
  EXPECT_EQ(names_of(table, &Row::name), "one, two");
}

TEST(Named, ListsTheLegalNamesWhereThereIsNone) {
  EXPECT_EQ(error_of([] { named(table, "three", "number", &Row::name); }),
            "number 'three' is unknown; known: one, two");
  EXPECT_EQ(error_of([] { index_of_name(names, "", "--x: letter", ", or all"); }),
            "--x: letter '' is unknown; known: a, b, c, or all");
}

}  // namespace
}  // namespace ffbench
