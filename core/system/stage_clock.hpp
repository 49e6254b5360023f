#pragma once

#include <chrono>
#include <optional>

#include "core/stage.hpp"
#include "core/system/instruction_marks.hpp"
#include "core/system/profiler_range.hpp"
#include "core/system/seconds_since.hpp"

namespace ffbench {

/// Times the stages of one frame and shows frame and stages to profilers:
/// `clock.begin(Stage::warp)`.
class StageClock {
 public:
  StageClock(StageTimes& times, int frame)
      : times_(times),
        frame_(ProfilerRange::Kind::frame, "frame", frame),
        began_(std::chrono::steady_clock::now()) {}
  ~StageClock() { end(); }
  StageClock(const StageClock&) = delete;
  StageClock& operator=(const StageClock&) = delete;

  /// From here on time belongs to `stage`, until another begins or `end`.
  void begin(Stage stage) {
    if (range_ && stage == stage_) {
      return;
    }
    end();
    instruction_marks::end(instruction_marks::other);
    stage_ = stage;
    range_.emplace(ProfilerRange::Kind::stage, name_of(stage).data());
    began_ = std::chrono::steady_clock::now();
  }

  void end() {
    if (range_) {
      times_[stage_] += seconds_since(began_);
      instruction_marks::end(name_of(stage_).data());
      range_.reset();
    }
  }

 private:
  StageTimes& times_;
  ProfilerRange frame_;
  std::optional<ProfilerRange> range_;  ///< of `stage_`, while one is under way
  Stage stage_{};
  std::chrono::steady_clock::time_point began_;
};

}  // namespace ffbench
