#include "harness/run/run_folder.hpp"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/file_name.hpp"
#include "core/system/temporary_file.hpp"
#include "harness/system/output_folder.hpp"
#include "reports/report_files.hpp"
#include "reports/report_json.hpp"

namespace ffbench {
namespace {

constexpr const char* parts_name = "parts";

std::filesystem::path prepared(std::filesystem::path folder) {
  prepare_output_folder(folder);
  return folder;
}

/// Whether the timed passes are done; where none were requested there is nothing to wait for.
bool is_finished(const std::vector<Result>& results, const Report& head) {
  const auto repetitions = head.settings.find("repetitions");
  return (repetitions != head.settings.end() && repetitions->second == "0") ||
         std::ranges::all_of(results, [](const Result& result) { return result.timing.has_value(); });
}

}  // namespace

void require_same_settings(const Report& wanted, const Report& found, const std::string& file,
                           const std::string& remedy) {
  if (wanted.suite != found.suite) {
    fail("{}: is of suite '{}', not '{}'; {}", file, found.suite, wanted.suite, remedy);
  }
  if (wanted.environment.binary_digest != found.environment.binary_digest) {
    fail("{}: was made by another build of ffbench (binary {}, not {}); {}", file,
         found.environment.binary_digest, wanted.environment.binary_digest, remedy);
  }
  std::set<std::string> names;
  for (const auto* settings : {&wanted.settings, &found.settings}) {
    for (const auto& [name, value] : *settings) {
      names.insert(name);
    }
  }
  const auto value_of = [](const Report& report, const std::string& name) {
    const auto at = report.settings.find(name);
    return at == report.settings.end() ? std::string() : at->second;
  };
  for (const std::string& name : names) {
    if (value_of(wanted, name) != value_of(found, name)) {
      fail("{}: was made with {} '{}', not '{}'; {}", file, name, value_of(found, name),
           value_of(wanted, name), remedy);
    }
  }
  if (wanted.shard != found.shard) {
    fail("{}: is of shard '{}', not '{}'; {}", file, found.shard, wanted.shard, remedy);
  }
}

RunFolder::RunFolder(std::filesystem::path folder, Report head, bool resume)
    : folder_(prepared(std::move(folder))), lock_(folder_, "--out"), head_(std::move(head)) {
  remove_leftovers();
  std::error_code error;
  const std::filesystem::path parts = folder_ / parts_name;
  if (!resume) {
    std::filesystem::remove_all(parts, error);
  } else if (std::filesystem::is_directory(parts, error)) {
    for (const auto& entry : std::filesystem::directory_iterator(parts)) {
      if (entry.path().extension() == ".json") {
        take_over(entry.path());
      }
    }
  } else if (std::filesystem::exists(folder_ / "report.json", error)) {
    take_over(folder_ / "report.json");
  }
}

void RunFolder::remove_leftovers() const {
  // Of a process that was killed while it wrote; no other process writes here now.
  std::error_code error;
  for (const std::filesystem::path& place : {folder_, folder_ / parts_name}) {
    std::vector<std::filesystem::path> leftovers;
    for (const auto& entry : std::filesystem::directory_iterator(place, error)) {
      if (is_temporary_file(entry.path())) {
        leftovers.push_back(entry.path());
      }
    }
    for (const std::filesystem::path& leftover : leftovers) {
      std::filesystem::remove(leftover, error);
    }
  }
}

void RunFolder::take_over(const std::filesystem::path& file) {
  const Report found = read_report(file);
  require_same_settings(head_, found, file.string(), "repeat the first command, or leave out --resume");
  head_.environment.started = std::min(head_.environment.started, found.environment.started);
  std::set<std::string> failed;
  for (const Result& result : found.results) {
    if (result.status == ResultStatus::failed) {
      failed.insert(result.fixture);  // is tried again
    } else if (result.status == ResultStatus::ok) {
      kept_[result.fixture].results.push_back(result);
    }
  }
  for (const std::string& fixture : failed) {
    kept_.erase(fixture);
  }
  for (auto& [fixture, kept] : kept_) {
    kept.finished = is_finished(kept.results, head_);
  }
}

const KeptResults* RunFolder::kept(const std::string& fixture) const {
  const auto found = kept_.find(fixture);
  return found == kept_.end() ? nullptr : &found->second;
}

void RunFolder::keep(const std::string& fixture, const std::vector<Result>& results) const {
  Report part = head_;
  part.results = results;
  std::error_code error;
  std::filesystem::create_directories(folder_ / parts_name, error);
  if (error) {
    fail("{}: cannot be made: {}; choose another folder with --out", (folder_ / parts_name).string(),
         error.message());
  }
  write_file_atomically(folder_ / parts_name / (file_name_of(fixture) + ".json"), to_json(part));
}

void RunFolder::finish(const Report& report) const {
  write_report_files(report, folder_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_ / parts_name, ignored);
}

}  // namespace ffbench
