#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "core/preset.hpp"
#include "core/system/data_path.hpp"
#include "core/warp_template.hpp"
#include "datasets/suite.hpp"
#include "harness/cli/commands.hpp"
#include "harness/operators/operator.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "reports/gates.hpp"
#include "reports/metric_table.hpp"

namespace ffbench::cli {
namespace {

struct Line {
  std::string name;
  std::string text;
};

void print(const std::vector<Line>& lines) {
  std::size_t width = 0;
  for (const Line& line : lines) {
    width = std::max(width, line.name.size());
  }
  for (const Line& line : lines) {
    fmt::print("{}\n",
               line.text.empty() ? line.name : fmt::format("{:<{}}  {}", line.name, width, line.text));
  }
}

std::vector<Line> suites() {
  std::vector<Line> lines;
  for (const std::string& name : suite_names()) {
    const SuiteSpec suite = load_suite(name);
    lines.push_back({name, fmt::format("{} ({} fixtures)", suite.description, suite.fixtures.size())});
  }
  return lines;
}

std::vector<Line> fixtures() {
  std::vector<Line> lines;
  for (const std::string& name : suite_names()) {
    for (const FixtureSpec& spec : load_suite(name).fixtures) {
      lines.push_back({name + " " + spec.name,
                       fmt::format("{}x{}, {} frames, crop {}: {}", spec.width, spec.height, spec.frames,
                                   spec.crop_size, scenario_description(spec.scenario))});
    }
  }
  return lines;
}

std::vector<Line> scenarios() {
  std::vector<Line> lines;
  for (const std::string& name : scenario_names()) {
    lines.push_back({name, scenario_description(name)});
  }
  return lines;
}

std::vector<Line> pipelines() {
  std::vector<Line> lines{{std::string(base_pipeline_name), "FaceFusion 3.5.0's own arithmetic, on OpenCV"}};
  for (const Preset& p : presets()) {
    for (Backend backend : {Backend::reference, Backend::cpu, Backend::cuda}) {
      const std::string why = why_unavailable(backend);
      lines.push_back(
          {fmt::format("enhanced{}/{}", p.name == "default" ? "" : ":" + p.name, name_of(backend)),
           why.empty() ? fmt::format("preset {}", p.name) : fmt::format("not available: {}", why)});
    }
  }
  lines.push_back(
      {"enhanced[:PRESET]/auto", fmt::format("here: {}", name_of(parse_pipeline("enhanced/auto").backend))});
  lines.push_back({"enhanced:PRESET-FEATURE+FEATURE/BACKEND",
                   "with features switched off and on (see `ffbench list presets`)"});
  lines.push_back(
      {"enhanced:PRESET+pose=SMOOTHER/BACKEND", "with ema, one_euro, rts or whittaker (docs/stability.md)"});
  lines.push_back({"enhanced:seed+centre/BACKEND", "the smoother ema over the face's centre too"});
  lines.push_back({"PIPELINE@CONTROL", "with a plan that is wrong on purpose (see `ffbench list controls`)"});
  return lines;
}

std::vector<Line> preset_lines() {
  std::vector<Line> lines;
  for (const Preset& p : presets()) {
    std::string on;
    for (const Feature& feature : features()) {
      if (p.*feature.enabled) {
        on += (on.empty() ? "" : ", ") + std::string(feature.name);
      }
    }
    lines.push_back({p.name, fmt::format("on: {}; smoother: {}", on, name_of(p.smoother))});
  }
  return lines;
}

std::vector<Line> control_lines() {
  std::vector<Line> lines;
  for (const ControlRow& row : controls()) {
    lines.push_back({std::string(row.name), std::string(row.description)});
  }
  return lines;
}

std::vector<Line> gates() {
  std::vector<Line> lines;
  for (const Gate& gate : read_gates(data_path("ci/gates.json")).gates) {
    lines.push_back(
        {gate.name, fmt::format("{}{}", gate.description, gate.expected_fail ? " (expected: fail)" : "")});
  }
  return lines;
}

std::vector<Line> templates() {
  std::vector<Line> lines;
  for (const WarpTemplate& t : warp_templates()) {
    lines.push_back({std::string(t.name), ""});
  }
  return lines;
}

std::vector<Line> operator_lines() {
  std::vector<Line> lines;
  for (const operators::Operator& op : operators::table()) {
    std::string backends = "reference";
    for (const operators::Backend& backend : op.backends) {
      backends += ", " + backend.name;
    }
    lines.push_back({op.name, fmt::format("{} ({} cases; {}{})", op.description, op.cases.size(), backends,
                                          op.opencv.empty() ? "" : "; beside " + op.opencv)});
  }
  return lines;
}

struct Subject {
  const char* name;
  const char* description;
  std::vector<Line> (*lines)();
};

constexpr Subject table[] = {
    {"suites", "Lists of fixtures", suites},
    {"fixtures", "The fixtures of every suite", fixtures},
    {"scenarios", "What fixtures can show", scenarios},
    {"pipelines", "What can be run, and what cannot be and why", pipelines},
    {"operators", "The operator table", operator_lines},
    {"presets", "Sets of feature switches and parameters", preset_lines},
    {"controls", "Plans that the gates must reject", control_lines},
    {"gates", "The default gates", gates},
    {"templates", "Template sets of the alignment", templates},
};

}  // namespace

void add_list(Command& app, Action& action) {
  Command list =
      app.add_subcommand("list", "List pipelines, presets, fixtures and everything else that has a name");
  list.require_subcommand();
  for (const Subject& subject : table) {
    list.add_subcommand(subject.name, subject.description).callback([&action, &subject] {
      action = [&subject] {
        print(subject.lines());
        return ExitCode::ok;
      };
    });
  }
}

}  // namespace ffbench::cli
