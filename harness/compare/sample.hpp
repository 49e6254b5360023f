#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json_reader.hpp"
#include "core/stage.hpp"

namespace ffbench::compare {

/// A slow-down added on purpose, to see whether it is found (`InjectedDelay`). A stage is where the
/// time is accounted.
struct Slowdown {
  double share = 0;  ///< 0.03: 3 % of a frame's time
  std::optional<Stage> stage;
};

/// `3`, `2.5@mask`: percent, and the stage it is accounted to. Throws `Error` that lists the
/// stages.
Slowdown parse_slowdown(std::string_view text);

struct SampleOptions {
  std::string suite = "smoke";
  std::string fixture;
  std::string pipeline;
  std::string swap = "source";
  int passes = 5;
  int threads = 1;
  std::optional<Slowdown> slowdown;
  int turn_socket = -1;  ///< see `Turns`; negative: this process is measured on its own
  bool first = false;    ///< has the first turn
  /// Of commands: their videos and logs; empty: a folder of the system's
  std::filesystem::path scratch;
};

/// What is judged of a pair: a clock over whole passes, or the device's time of one stage.
struct Figure {
  /// "host": frames in host memory in and out; "device": in the device's memory
  std::string clock;
  std::string stage;  ///< empty: the whole pass

  /// "host", "device", "device, stage mask".
  [[nodiscard]] std::string text() const { return stage.empty() ? clock : clock + ", stage " + stage; }
  friend auto operator<=>(const Figure&, const Figure&) = default;
};

inline constexpr const char* host_clock = "host";
inline constexpr const char* device_clock = "device";

/// One observation: what a fresh process measures of one pipeline on one fixture.
struct Sample {
  static constexpr const char* schema = "ffbench.sample/1";

  std::string fixture;
  std::string pipeline;
  std::string executor;        ///< what really ran
  std::vector<double> passes;  ///< seconds of the pixel stages
  double seconds = 0;          ///< their median
  /// Seconds of the device for each pass over frames that lie in its memory; empty without a device
  std::vector<double> device_passes;
  /// By stage, the device's seconds for each pass
  std::map<std::string, std::vector<double>> device_stages;
  /// Making the executor and its first frame; 0 for commands
  double first_frame_s = 0;
  std::map<std::string, double> stages;  ///< ms per frame
  std::string digest;                    ///< of all output frames of a pass
  bool identical = true;                 ///< every pass made the same bytes
  /// Of the resident memory from the first timed pass to the last
  std::int64_t growth_bytes = 0;
  std::map<std::string, std::string> environment;  ///< SM clock, module loading ...
  std::string voided;  ///< why the environment makes the times worthless; empty where it does not

  /// The seconds of each pass by that figure; empty where it was not measured.
  [[nodiscard]] std::vector<double> times(const Figure& figure) const;
};

/// Warms up with a whole pass, then measures. Frames are decoded outside the clock. A pass of a
/// command is a whole run of it. With a turn socket, the first frame and each pass are a turn, and
/// so is the end: nothing of this process moves while the other one is measured; opening and
/// warming up are measured by neither, and done by both at once. On a device, passes over frames in
/// its memory follow, whole ones and ones that end after each stage.
Sample measure_sample(const SampleOptions& options);

/// Under callgrind: marks the stages of the first 24 frames of a pass, after one that warms up.
/// Returns a document that says what computed (`Marked`). One thread; throws `Error` for pipelines
/// of a device and for commands.
std::string mark_instructions(const SampleOptions& options);

nlohmann::ordered_json json_of(const Sample& sample);
/// The same as one line.
std::string to_json(const Sample& sample);

/// Throws `Error` for anything that is not a whole sample with positive times; `origin` names it.
Sample sample_from_json(std::string_view text, const std::string& origin);

/// The same of a document that holds more.
Sample sample_of(const JsonReader& json);

}  // namespace ffbench::compare
