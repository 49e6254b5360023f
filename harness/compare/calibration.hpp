#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/compare/noise_floor.hpp"
#include "harness/compare/session.hpp"

namespace ffbench::compare {

/// The noise floors of machines, in a JSON file of the cache folder. Two processes may store at
/// once: a lock file beside it is held while it is read, changed and written.
class CalibrationFile {
 public:
  /// `path` empty: calibration.json in the default cache folder.
  explicit CalibrationFile(std::filesystem::path path = {});

  [[nodiscard]] std::optional<NoiseFloor> find(const SessionOptions& options, const Combination& combination,
                                               const Figure& figure = {host_clock, ""}) const;
  void store(const SessionOptions& options, const Combination& combination, const NoiseFloor& floor,
             const Figure& figure = {host_clock, ""});
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Words that identify this machine: name, CPU, cores.
std::string machine_name();

struct CalibrateOptions {
  SessionOptions session;  ///< base and head are set from `program`
  std::filesystem::path program;
  int sessions = 20;
  std::filesystem::path out;
  bool resume = false;
};

struct Calibrated {
  Combination combination;
  Figure figure;
  SessionsOfIdenticalCode sessions;
};

/// Compares the program with itself under two paths, session after session, and stores the noise
/// floors of every figure. A floor that no pair supports is returned and not stored.
std::vector<Calibrated> calibrate(const CalibrateOptions& options, CalibrationFile& file, Progress& progress);

}  // namespace ffbench::compare
