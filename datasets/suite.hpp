#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/fixture.hpp"

namespace ffbench {

/// A list of fixtures, read from a data file (datasets/suites/NAME.json; schema: suite.schema.json
/// beside it).
struct SuiteSpec {
  std::string name;
  std::string description;
  std::vector<FixtureSpec> fixtures;
};

/// The suite of that name, or the one in the file of that path (anything that ends in ".json").
/// Throws `Error` in one line that names the file and the place in it: `FILE: fixtures[2].scenario:
/// ...`.
SuiteSpec load_suite(std::string_view name_or_path);

/// Parses the text of a suite file; `file` is for messages.
SuiteSpec parse_suite(std::string_view text, std::string_view file);

/// Names of the suites that come with the program, shortest first: smoke, standard, full.
std::vector<std::string> suite_names();

}  // namespace ffbench
