#pragma once

#include <filesystem>
#include <vector>

#include "reports/report.hpp"

namespace ffbench {

/// Joins the reports of all shards of one run (`run suite --shard I/N`) into the report of the
/// whole run, not yet judged. Throws `Error` where shards are missing, doubled, of other settings
/// or of another program. What differs between their machines becomes a warning.
Report merge_shards(const std::vector<std::filesystem::path>& files);

}  // namespace ffbench
