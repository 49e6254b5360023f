#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/compare/session.hpp"

namespace ffbench::compare {

/// What comparing a program with itself showed, for one machine, suite, fixture, pipeline and
/// number of threads.
struct NoiseFloor {
  int sessions = 0;
  int alarms = 0;        ///< sessions that said FAIL
  int inconclusive = 0;  ///< sessions that said INCONCLUSIVE or INVALID
  double sigma = 0;      ///< standard deviation of ln(head / base) of a pair, over all sessions
  double largest = 0;    ///< 99th percentile (nearest rank) of |ratio - 1| over the sessions
  int pairs = 0;
  std::string date;

  /// Identical code looked slower than the tolerance: times of this machine may not gate.
  [[nodiscard]] bool too_noisy(double tolerance) const { return alarms > 0 || largest > tolerance; }
};

/// The noise floors of machines, in a JSON file of the cache folder.
class CalibrationFile {
 public:
  /// `path` empty: calibration.json in the default cache folder.
  explicit CalibrationFile(std::filesystem::path path = {});

  [[nodiscard]] std::optional<NoiseFloor> find(const SessionOptions& options,
                                               const Combination& combination) const;
  void store(const SessionOptions& options, const Combination& combination, const NoiseFloor& floor);
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
  NoiseFloor floor;
  std::vector<std::string> verdicts;  ///< by session
  std::vector<double> ratios;         ///< by session
};

/// Compares the program with itself under two paths, session after session, and stores the noise
/// floors.
std::vector<Calibrated> calibrate(const CalibrateOptions& options, CalibrationFile& file, Progress& progress);

}  // namespace ffbench::compare
