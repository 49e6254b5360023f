#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/preset.hpp"
#include "harness/pipeline/controls.hpp"
#include "reports/report.hpp"

namespace ffbench {

enum class Algorithm { base_3_5_0, enhanced, command };
enum class Backend { reference, cpu, cuda };

std::string_view name_of(Backend backend);

/// What to run: `base-3.5.0`, `enhanced/cpu`, `enhanced:seed/reference`, `enhanced/auto`; features
/// switched off and on, `enhanced:default-gains+pose/cpu`; to see what the gates make of them,
/// controls: `enhanced/reference@frozen`; and any program that turns a video into a video,
/// `command:ffmpeg -i {input} {output}` (harness/run/command_pipeline.hpp).
struct Pipeline {
  std::string name;  ///< as given
  Algorithm algorithm = Algorithm::enhanced;
  Preset preset;
  Backend backend = Backend::reference;
  Control control = Control::none;
  /// Of Algorithm::command: what the shell is given, with {input} and {output}
  std::string command;
  bool required = false;  ///< requested by name: a skip is an error

  /// Why it cannot run on this machine or in this build; empty when it can.
  std::string unavailable;
};

/// The pipeline of that name. Throws `Error` that names the legal presets, backends or controls. A
/// backend that this build or machine lacks is not an error here, see `unavailable`; `auto` takes
/// cuda, else cpu, else reference.
Pipeline parse_pipeline(std::string_view name);

/// What `run suite` runs when no pipeline is requested.
std::vector<Pipeline> default_pipelines();

/// Why the backend cannot run here; empty when it can.
std::string why_unavailable(Backend backend);

}  // namespace ffbench
