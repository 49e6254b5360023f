#include "harness/run/merge.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "core/error.hpp"
#include "harness/run/run_folder.hpp"
#include "harness/run/shard.hpp"
#include "reports/gates.hpp"
#include "reports/report_json.hpp"

namespace ffbench {
namespace {

void add_once(std::vector<std::string>& lines, const std::string& line) {
  if (std::ranges::find(lines, line) == lines.end()) {
    lines.push_back(line);
  }
}

/// Where the fixture stands in the whole run; one that it does not name comes last.
std::ptrdiff_t place_of(const Report& whole, const std::string& fixture) {
  return std::ranges::find(whole.fixtures, fixture) - whole.fixtures.begin();
}

}  // namespace

Report merge_shards(const std::vector<std::filesystem::path>& files) {
  Report whole;
  std::map<int, std::string> seen;  ///< file by shard
  int count = 0;
  for (const std::filesystem::path& file : files) {
    Report part = read_report(file);
    if (part.shard.empty()) {
      fail("{}: is a whole run, not a shard; shards are made by `ffbench run suite --shard I/N`",
           file.string());
    }
    const Shard shard = parse_shard(part.shard);
    if (seen.empty()) {
      whole = part;
      whole.results.clear();
      whole.gates.clear();
      count = shard.count;
    } else {
      Report wanted = whole;
      wanted.shard = part.shard;
      require_same_settings(wanted, part, file.string(), "merge shards of one run alone");
      if (shard.count != count) {
        fail("{}: is shard {}, {} is one of {}; merge shards of one run alone", file.string(), part.shard,
             seen.begin()->second, count);
      }
    }
    if (const auto [at, fresh] = seen.emplace(shard.number, file.string()); !fresh) {
      fail("{}: is shard {}, as is {}; give each shard once", file.string(), part.shard, at->second);
    }
    if (part.environment.cpu != whole.environment.cpu || part.environment.gpu != whole.environment.gpu) {
      add_once(whole.warnings,
               fmt::format("shard {} was measured on another machine ({}{}{}): compare times within a "
                           "fixture alone",
                           part.shard, part.environment.cpu, part.environment.gpu.empty() ? "" : ", ",
                           part.environment.gpu));
    }
    for (const std::string& warning : part.warnings) {
      add_once(whole.warnings, warning);
    }
    whole.environment.started = std::min(whole.environment.started, part.environment.started);
    std::move(part.results.begin(), part.results.end(), std::back_inserter(whole.results));
  }
  for (int number = 1; number <= count; ++number) {
    if (!seen.contains(number)) {
      fail("{}: shard {}/{} is missing; give the reports of all {} shards", files.front().string(), number,
           count, count);
    }
  }
  std::stable_sort(whole.results.begin(), whole.results.end(), [&](const Result& a, const Result& b) {
    return place_of(whole, a.fixture) < place_of(whole, b.fixture);
  });
  // The command that repeats it all is that of any shard without its share.
  const std::string share = " --shard " + whole.shard;
  if (const std::size_t at = whole.command_line.find(share); at != std::string::npos) {
    whole.command_line.erase(at, share.size());
  }
  whole.shard.clear();
  drop_gate_warnings(whole.warnings);
  return whole;
}

}  // namespace ffbench
