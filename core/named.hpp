#pragma once

#include <algorithm>
#include <functional>
#include <ranges>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace ffbench {

/// The names of a table's rows, for messages: "a, b, c". `name_of` gives a row's name.
template <std::ranges::range Table, typename NameOf>
std::string names_of(const Table& table, NameOf name_of) {
  std::string names;
  for (const auto& row : table) {
    names.append(names.empty() ? "" : ", ").append(std::string_view(std::invoke(name_of, row)));
  }
  return names;
}

/// The row of a table that has a name. Throws `Error` where none has: "KIND 'NAME' is unknown;
/// known: A, B" and then `besides`, which says what is legal beside the rows.
template <std::ranges::borrowed_range Table, typename NameOf>
const std::ranges::range_value_t<Table>& named(Table&& table, std::string_view name, std::string_view kind,
                                               NameOf name_of, std::string_view besides = {}) {
  const auto found = std::ranges::find_if(
      table, [&](const auto& row) { return std::string_view(std::invoke(name_of, row)) == name; });
  if (found == std::ranges::end(table)) {
    fail("{} '{}' is unknown; known: {}{}", kind, name, names_of(table, name_of), besides);
  }
  return *found;
}

/// The place of a name in a list of names; else as above.
template <std::ranges::random_access_range Names>
std::size_t index_of_name(const Names& names, std::string_view name, std::string_view kind,
                          std::string_view besides = {}) {
  const auto& found = named(names, name, kind, std::identity(), besides);
  return static_cast<std::size_t>(&found - &*std::ranges::begin(names));
}

}  // namespace ffbench
