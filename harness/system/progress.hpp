#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

namespace ffbench {

/// Shows how long work takes: on a terminal one line that is redrawn, with a bar and the time left;
/// elsewhere a plain line every few seconds. Writes to standard error; results go to standard
/// output. Safe to call from any thread. Steps are where long work can be interrupted: `advance`
/// and `set` throw `Interrupted` once a signal has come.
class Progress {
 public:
  /// `quiet` says nothing at all.
  explicit Progress(bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// A new piece of work of `total` steps; ends the one before.
  void begin(std::string_view label, double total);
  void advance(double steps = 1);
  /// Sets the steps done, for callers that count themselves.
  void set(double done);
  /// A line that stays.
  void say(std::string_view line);
  /// Ends the piece of work and says how long it took.
  void end();

 private:
  void draw(bool last);
  void clear_line();

  std::mutex mutex_;
  bool quiet_;
  bool terminal_;
  bool active_ = false;
  bool drawn_ = false;
  std::string label_;
  double total_ = 0;
  double done_ = 0;
  std::chrono::steady_clock::time_point started_;
  std::chrono::steady_clock::time_point shown_;
};

}  // namespace ffbench
