#pragma once

#include <string>
#include <vector>

#include "datasets/suite.hpp"

namespace ffbench {

/// A share of the fixtures: `number` of `count`, from 1. Shares differ in their fixtures alone; all
/// of them merged are the whole run.
struct Shard {
  int number = 1;
  int count = 1;
};

/// "2/4". Throws `Error` for anything else.
Shard parse_shard(const std::string& text);

/// The fixtures of a shard, in the order of `specs`. Throws `Error` where there are more shards
/// than fixtures.
std::vector<FixtureSpec> fixtures_of(const std::vector<FixtureSpec>& specs, const Shard& shard);

}  // namespace ffbench
