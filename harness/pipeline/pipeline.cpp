#include "harness/pipeline/pipeline.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "core/error.hpp"
#include "core/named.hpp"
#include "harness/pipeline/fault_points.hpp"
#include "kernels/cuda/device.hpp"

namespace ffbench {
namespace {

constexpr std::array<std::string_view, 4> backend_names{"reference", "cpu", "cuda", "auto"};

Backend parse_backend(std::string_view text, std::string_view pipeline) {
  const std::size_t index =
      index_of_name(backend_names, text, fmt::format("pipeline '{}': backend", pipeline));
  if (backend_names[index] != "auto") {
    return static_cast<Backend>(index);
  }
  for (Backend backend : {Backend::cuda, Backend::cpu}) {
    if (why_unavailable(backend).empty()) {
      return backend;
    }
  }
  return Backend::reference;
}

/// A preset with features switched: `default-gains+eos`, with another smoother: `default+pose=rts`,
/// or with the seed's filter over the centre as well: `seed+centre`.
Preset parse_preset(std::string_view text, std::string_view pipeline) {
  const std::size_t end_of_name = std::min(text.find_first_of("+-"), text.size());
  Preset result = preset(text.substr(0, end_of_name));
  bool centre_named = false;
  for (std::size_t at = end_of_name; at < text.size();) {
    const std::size_t next = std::min(text.find_first_of("+-", at + 1), text.size());
    std::string_view name = text.substr(at + 1, next - at - 1);
    if (const std::size_t value = name.find('='); value != std::string_view::npos) {
      if (name.substr(0, value) != "pose" || text[at] != '+') {
        fail("pipeline '{}': '{}' cannot have a value; `+pose=SMOOTHER` can", pipeline,
             name.substr(0, value));
      }
      result.smoother = parse_smoother(name.substr(value + 1));
      name = name.substr(0, value);
    }
    const bool on = text[at] == '+';
    at = next;
    if (name == centre_switch) {
      centre_named = true;
      result.pose_centre = on;
      continue;
    }
    const Feature& feature =
        named(features(), name, fmt::format("pipeline '{}': feature", pipeline), &Feature::name);
    result.*feature.enabled = on;
  }
  if (centre_named && (!result.pose || result.smoother != Smoother::ema)) {
    fail("pipeline '{}': `{}` is a switch of the smoother ema, which does not run here; add `+pose=ema`",
         pipeline, centre_switch);
  }
  result.name = text;
  return result;
}

}  // namespace

std::string_view name_of(Backend backend) {
  return backend_names[static_cast<std::size_t>(backend)];
}

Pipeline parse_pipeline(std::string_view name) {
  Pipeline pipeline;
  pipeline.name = name;
  std::string_view rest = name;
  if (constexpr std::string_view prefix = "command:"; name.starts_with(prefix)) {
    pipeline.algorithm = Algorithm::command;
    pipeline.preset = {};
    pipeline.preset.name = "";
    pipeline.command = name.substr(prefix.size());
    for (const char* mark : {"{input}", "{output}"}) {
      if (pipeline.command.find(mark) == std::string::npos) {
        fail("pipeline '{}': a command needs {}; e.g. 'command:ffmpeg -i {{input}} {{output}}'", name, mark);
      }
    }
    return pipeline;
  }
  if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
    pipeline.control = parse_control(rest.substr(at + 1));
    rest = rest.substr(0, at);
  }
  if (rest == base_pipeline_name) {
    pipeline.algorithm = Algorithm::base_3_5_0;
    pipeline.preset = {};
    pipeline.preset.name = "";
    return pipeline;
  }
  const std::size_t slash = rest.find('/');
  const std::string_view algorithm = rest.substr(0, slash);
  const std::string_view preset_name =
      algorithm.starts_with("enhanced:") ? algorithm.substr(std::string_view("enhanced:").size()) : "default";
  if (slash == std::string_view::npos || (algorithm != "enhanced" && !algorithm.starts_with("enhanced:"))) {
    fail(
        "pipeline '{}' is unknown; known: {}, enhanced[:PRESET]/BACKEND, command:TEXT (see `ffbench list "
        "pipelines`)",
        name, base_pipeline_name);
  }
  pipeline.preset = parse_preset(preset_name, name);
  pipeline.backend = parse_backend(rest.substr(slash + 1), name);
  pipeline.unavailable = fault_points::unavailable(why_unavailable(pipeline.backend), pipeline.backend);
  return pipeline;
}

std::vector<Pipeline> default_pipelines() {
  std::vector<Pipeline> pipelines;
  for (std::string_view name : {base_pipeline_name, std::string_view("enhanced/reference"),
                                std::string_view("enhanced/cpu"), std::string_view("enhanced/cuda")}) {
    Pipeline pipeline = parse_pipeline(name);
    if (pipeline.unavailable.empty()) {
      pipelines.push_back(std::move(pipeline));
    }
  }
  pipelines.push_back(
      parse_pipeline(fmt::format("enhanced:seed/{}", name_of(parse_pipeline("enhanced/auto").backend))));
  return pipelines;
}

std::string why_unavailable(Backend backend) {
  switch (backend) {
    case Backend::reference:
    case Backend::cpu:
      return {};
    case Backend::cuda:
      return cuda::why_unavailable();
  }
  return {};
}

}  // namespace ffbench
