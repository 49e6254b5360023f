#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/system/folder_lock.hpp"
#include "reports/report.hpp"

namespace ffbench {

/// What is kept of a fixture while its run goes on.
struct KeptResults {
  std::vector<Result> results;  ///< of the pipelines that are available, in their order
  bool finished = false;        ///< false: the timed passes are still to be done
};

/// The folder that a run writes into. It belongs to this process alone. Results of every fixture
/// are kept in it in a file of their own (FOLDER/parts/FIXTURE.json, whole or absent) until the
/// whole report is written, so that a run that ended early, however it ended, can be continued.
class RunFolder {
 public:
  /// Makes and locks the folder. `head` is the report so far: suite, environment, settings. With
  /// `resume` the results that an earlier run kept are taken over, those of a whole report too;
  /// throws `Error` where it had other settings or was of another program. Without, what an
  /// unfinished run left is removed; its report, if there is one, stays until `finish`.
  RunFolder(std::filesystem::path folder, Report head, bool resume);

  /// Null where nothing is kept.
  [[nodiscard]] const KeptResults* kept(const std::string& fixture) const;

  /// Keeps results; safe from several threads for different fixtures.
  void keep(const std::string& fixture, const std::vector<Result>& results) const;

  /// When the run began: that of the run that is continued.
  [[nodiscard]] const std::string& started() const { return head_.environment.started; }

  [[nodiscard]] const std::filesystem::path& path() const { return folder_; }

  /// Writes the report's files and removes the parts.
  void finish(const Report& report) const;

 private:
  void take_over(const std::filesystem::path& file);
  void remove_leftovers() const;

  std::filesystem::path folder_;
  FolderLock lock_;
  Report head_;
  std::map<std::string, KeptResults> kept_;
};

/// Throws `Error` that names the first setting in which the two differ; `remedy` ends the sentence.
void require_same_settings(const Report& wanted, const Report& found, const std::string& file,
                           const std::string& remedy);

}  // namespace ffbench
