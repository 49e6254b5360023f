#include "harness/pipeline/suite_subjects.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/joined.hpp"
#include "core/named.hpp"
#include "core/system/glob.hpp"

namespace ffbench {

std::vector<FixtureSpec> chosen_fixtures(const SuiteSpec& suite, const std::vector<std::string>& globs) {
  if (globs.empty()) {
    return suite.fixtures;
  }
  std::vector<FixtureSpec> chosen;
  std::ranges::copy_if(suite.fixtures, std::back_inserter(chosen),
                       [&globs](const FixtureSpec& spec) { return matches_any(globs, spec.name); });
  if (chosen.empty()) {
    fail("--fixture {}: suite '{}' has no such fixture; known: {}", joined(globs, " "), suite.name,
         names_of(suite.fixtures, &FixtureSpec::name));
  }
  return chosen;
}

std::vector<Subject> open_subjects(const std::vector<FixtureSpec>& specs, const SwapChoice& swap,
                                   Progress& progress) {
  std::vector<Subject> subjects;
  double total = 0;
  for (const FixtureSpec& spec : specs) {
    total += spec.frames;
  }
  progress.begin("opening fixtures", total);
  double before = 0;
  for (const FixtureSpec& spec : specs) {
    subjects.push_back(make_subject(open_fixture(spec, {}, [&](const FixtureProgress& state) {
      if (!state.message.empty()) {
        progress.say(fmt::format("{}: {}", state.fixture, state.message));
      }
      progress.set(before + state.done);
    })));
    subjects.back().swap = swap.kind;
    subjects.back().swap_model = swap.model;
    before += spec.frames;
    progress.set(before);
  }
  progress.end();
  return subjects;
}

}  // namespace ffbench
