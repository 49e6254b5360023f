#include "harness/compare/changed_frames.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>

#include "core/error.hpp"
#include "core/system/atomic_file.hpp"
#include "datasets/image_file.hpp"
#include "harness/system/child_process.hpp"
#include "reports/base64.hpp"
#include "reports/report_json.hpp"

namespace ffbench::compare {
namespace {

constexpr std::size_t most_frames = 3;

std::vector<std::string> suite_arguments(const SessionOptions& session,
                                         const std::vector<Combination>& combinations,
                                         const std::filesystem::path& out) {
  std::vector<std::string> arguments{"run",           "suite",      session.suite,
                                     "--repetitions", "0",          "--swap",
                                     session.swap,    "--threads",  std::to_string(session.threads),
                                     "--out",         out.string(), "--quiet"};
  std::set<std::string> fixtures;
  std::set<std::string> pipelines;
  for (const Combination& combination : combinations) {
    if (fixtures.insert(combination.fixture).second) {
      arguments.insert(arguments.end(), {"--fixture", combination.fixture});
    }
    if (pipelines.insert(combination.pipeline).second) {
      arguments.insert(arguments.end(), {"--pipeline", combination.pipeline});
    }
  }
  return arguments;
}

void run_arm(const Arm& arm, const std::vector<std::string>& arguments) {
  ChildOptions child;
  child.environment = arm.environment;
  const ChildResult run = run_child(arm.binary.string(), arguments, child);
  // 1, 3 and 4 are verdicts of gates, which are compared, not obeyed.
  if (run.exit_code == static_cast<int>(ExitCode::bad_input) ||
      run.exit_code > static_cast<int>(ExitCode::incorrect)) {
    const std::string said = last_line(run.err.empty() ? run.out : run.err);
    fail("{} ({}): `run suite` ended with exit code {}: {}", arm.label, arm.binary.string(), run.exit_code,
         said);
  }
}

/// Mean squared difference of all bytes.
double squared_error(const BgrImage& a, const BgrImage& b) {
  double sum = 0;
  for (int y = 0; y < a.height(); ++y) {
    const std::uint8_t* pa = a.view().row(y);
    const std::uint8_t* pb = b.view().row(y);
    for (std::size_t x = 0; x < a.view().row_bytes(); ++x) {
      const double difference = double{1} * pa[x] - pb[x];
      sum += difference * difference;
    }
  }
  return sum / (3.0 * a.width() * a.height());
}

BgrImage amplified_difference(const BgrImage& a, const BgrImage& b) {
  constexpr int gain = 8;
  BgrImage out(a.width(), a.height());
  for (int y = 0; y < a.height(); ++y) {
    const std::uint8_t* pa = a.view().row(y);
    const std::uint8_t* pb = b.view().row(y);
    std::uint8_t* to = out.view().row(y);
    for (std::size_t x = 0; x < a.view().row_bytes(); ++x) {
      to[x] = static_cast<std::uint8_t>(std::min(255, gain * std::abs(int{pa[x]} - int{pb[x]})));
    }
  }
  return out;
}

Picture embedded(const std::string& role, const std::filesystem::path& png) {
  return {role, "", "image/png", to_base64(read_file(png))};
}

std::filesystem::path composites_in(const std::filesystem::path& dump) {
  // DUMP/FIXTURE/PIPELINE/composite; a fixture may be called so too.
  using Iterator = std::filesystem::recursive_directory_iterator;
  for (Iterator entry(dump); entry != Iterator(); ++entry) {
    if (entry.depth() == 2 && entry->is_directory() && entry->path().filename() == "composite") {
      return entry->path();
    }
  }
  fail("{}: the dump holds no composite frames", dump.string());
}

}  // namespace

Report run_quality(const Arm& arm, const SessionOptions& session, const std::filesystem::path& folder,
                   bool resume) {
  if (!resume || !std::filesystem::exists(folder / "report.json")) {
    run_arm(arm, suite_arguments(session, session.combinations, folder));
  }
  return read_report(folder);
}

std::vector<ChangedFrame> changed_frames(const SessionOptions& session, const Combination& combination,
                                         const std::filesystem::path& folder) {
  const std::filesystem::path scratch = folder / "changed";
  for (const auto& [side, arm] :
       {std::pair<const char*, const Arm*>{"base", &session.base}, {"head", &session.head}}) {
    std::vector<std::string> arguments = suite_arguments(session, {combination}, scratch / side / "report");
    arguments.insert(arguments.end(),
                     {"--dump", (scratch / side / "dump").string(), "--dump-stage", "composite"});
    run_arm(*arm, arguments);
  }
  const std::filesystem::path base = composites_in(scratch / "base" / "dump");
  const std::filesystem::path head = composites_in(scratch / "head" / "dump");
  std::vector<std::pair<double, std::filesystem::path>> errors;
  for (const auto& entry : std::filesystem::directory_iterator(base)) {
    const std::filesystem::path other = head / entry.path().filename();
    if (!std::filesystem::exists(other) || read_file(entry.path()) == read_file(other)) {
      continue;
    }
    const double error = squared_error(read_image(entry.path()), read_image(other));
    if (error > 0) {
      errors.emplace_back(-error, entry.path().filename());
    }
  }
  std::sort(errors.begin(), errors.end());
  std::vector<ChangedFrame> frames;
  for (const auto& [error, name] : errors) {
    if (frames.size() == most_frames) {
      break;
    }
    ChangedFrame frame;
    const std::string digits = name.stem().string().substr(name.stem().string().find_last_of('-') + 1);
    frame.frame = std::atoi(digits.c_str());
    frame.psnr = 10 * std::log10(255.0 * 255.0 / -error);
    const std::filesystem::path difference = scratch / "difference.png";
    write_png(difference, amplified_difference(read_image(base / name), read_image(head / name)).view());
    frame.pictures = {embedded("base", base / name), embedded("head", head / name),
                      embedded("difference x8", difference)};
    frames.push_back(std::move(frame));
  }
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  return frames;
}

}  // namespace ffbench::compare
