#include "harness/verify/launched_kernels.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/core.h>

#include "core/preset.hpp"
#include "core/system/glob.hpp"
#include "harness/operators/verify.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/pipeline/subject.hpp"
#include "harness/pipeline/suite_subjects.hpp"
#include "kernels/cpu/targets.hpp"
#include "kernels/cuda/backend.hpp"

namespace ffbench {
namespace {

/// How a backend tells which functions ran.
struct Calls {
  Backend backend;
  std::string compared;  ///< glob of its backends in the operator table
  void (*forget)();
  std::set<std::string> (*names)();
};

std::set<std::string> launched_kernels() {
  std::set<std::string> names;
  for (const cuda::RegisteredKernel& kernel : cuda::registered_kernels()) {
    if (kernel.launches > 0 && !kernel.row.empty()) {
      names.insert(kernel.name);
    }
  }
  return names;
}

std::set<std::string> called_functions() {
  const std::vector<std::string> names = cpu::called_functions();
  return {names.begin(), names.end()};
}

const Calls on_cpu{Backend::cpu, "cpu*", cpu::forget_called_functions, called_functions};
const Calls on_cuda{Backend::cuda, "cuda*", cuda::forget_launches, launched_kernels};

/// Every preset, and `default` with each feature switched.
std::vector<Pipeline> every_switch(Backend backend) {
  std::vector<std::string> names;
  for (const Preset& each : presets()) {
    names.push_back(each.name);
  }
  const Preset& standard = preset("default");
  for (const Feature& feature : features()) {
    names.push_back(fmt::format("default{}{}", standard.*feature.enabled ? '-' : '+', feature.name));
  }
  std::vector<Pipeline> pipelines;
  for (const std::string& name : names) {
    pipelines.push_back(parse_pipeline(fmt::format("enhanced:{}/{}", name, name_of(backend))));
  }
  return pipelines;
}

std::vector<ExecutorTuning> every_tuning(Backend backend) {
  if (backend != Backend::cuda) {
    return {{}};
  }
  std::vector<ExecutorTuning> tunings;
  for (const int batch : {1, 8, 32}) {
    for (const bool pack_in_composite : {true, false}) {
      tunings.push_back(
          {.cuda = {.batch = batch, .streams = 2, .pack_in_composite = pack_in_composite, .slowdown = {}}});
    }
  }
  return tunings;
}

/// One pass that nobody observes.
void run_pass(Executor& executor, const std::vector<BgrImage>& frames, const ClipPlan& plan,
              std::vector<BgrImage>& outputs) {
  std::vector<FrameJob> jobs;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    jobs.push_back({frames[i].view(), &plan.frames[i], outputs[i].view()});
  }
  executor.execute_batch(0, jobs);
}

void run_subject(Subject& subject, Backend backend) {
  std::vector<BgrImage> frames(static_cast<std::size_t>(subject.clip->frame_count()),
                               BgrImage(subject.clip->width(), subject.clip->height()));
  for (std::size_t i = 0; i < frames.size(); ++i) {
    subject.clip->read(static_cast<int>(i), frames[i].view());
  }
  std::vector<BgrImage> outputs = frames;
  const SwapKind swap = subject.swap;
  for (const Pipeline& pipeline : every_switch(backend)) {
    const ClipPlan plan = plan_for(pipeline, subject, {}, {}, 0);
    for (const SwapKind kind : {SwapKind::source, SwapKind::identity}) {
      subject.swap = kind;
      for (const ExecutorTuning& tuning : every_tuning(backend)) {
        run_pass(*make_executor(pipeline, subject, tuning).executor, frames, plan, outputs);
      }
    }
    subject.swap = swap;
  }
}

LaunchedFunctions run_backend(const Calls& calls, const LaunchOptions& options,
                              std::vector<Subject>& subjects, Progress& progress, LaunchReport& report) {
  LaunchedFunctions functions;
  functions.backend = name_of(calls.backend);
  functions.skipped = why_unavailable(calls.backend);
  if (!functions.skipped.empty()) {
    return functions;
  }
  calls.forget();
  progress.begin(fmt::format("running every switch on {}", functions.backend),
                 static_cast<double>(subjects.size()));
  for (Subject& subject : subjects) {
    run_subject(subject, calls.backend);
    progress.advance();
  }
  progress.end();
  functions.pipelines = calls.names();
  calls.forget();
  operators::VerifyOptions compared;
  compared.backends = {calls.compared};
  // Names are those of functions, whatever their target.
  compared.targets = {cpu::active_target()};
  report.mismatches += operators::verify_operators(compared, options.operators).mismatches();
  functions.comparison = calls.names();
  return functions;
}

}  // namespace

std::vector<std::string> LaunchedFunctions::not_compared() const {
  std::vector<std::string> missing;
  std::ranges::set_difference(pipelines, comparison, std::back_inserter(missing));
  return missing;
}

std::string LaunchReport::text() const {
  std::string text =
      fmt::format("{:<10}{:<44}{:>10}{:>10}\n", "backend", "function", "pipelines", "compared");
  for (const LaunchedFunctions& functions : backends) {
    if (!functions.skipped.empty()) {
      text += fmt::format("{:<10}skipped: {}\n", functions.backend, functions.skipped);
    }
    std::set<std::string> all = functions.pipelines;
    all.insert(functions.comparison.begin(), functions.comparison.end());
    for (const std::string& name : all) {
      text += fmt::format("{:<10}{:<44}{:>10}{:>10}\n", functions.backend, name,
                          functions.pipelines.contains(name) ? "yes" : "-",
                          functions.comparison.contains(name) ? "yes" : "-");
    }
  }
  for (const LaunchedFunctions& functions : backends) {
    for (const std::string& name : functions.not_compared()) {
      text += fmt::format("{} on {}: pipelines run it, and no case of an operator does\n", name,
                          functions.backend);
    }
  }
  for (const std::string& kernel : without_row) {
    text += fmt::format("{}: the operator table has no such row for cuda\n", kernel);
  }
  return text + fmt::format("{} bytes of the operators differ\n", mismatches);
}

ExitCode LaunchReport::exit_code() const {
  if (asked_for_was_skipped) {
    return ExitCode::bad_input;
  }
  const bool all_compared = std::ranges::all_of(
      backends, [](const LaunchedFunctions& functions) { return functions.not_compared().empty(); });
  return all_compared && without_row.empty() && mismatches == 0 ? ExitCode::ok : ExitCode::incorrect;
}

std::vector<std::string> kernels_without_row(std::span<const cuda::RegisteredKernel> kernels,
                                             std::span<const operators::Operator> operators) {
  std::vector<std::string> missing;
  for (const cuda::RegisteredKernel& kernel : kernels) {
    const bool found =
        kernel.row.empty() || std::ranges::any_of(operators, [&](const operators::Operator& row) {
          return row.name == kernel.row &&
                 std::ranges::any_of(row.backends, [](const operators::Backend& backend) {
                   return backend.name.starts_with("cuda");
                 });
        });
    if (!found) {
      missing.push_back(fmt::format("{} (row '{}')", kernel.name, kernel.row));
    }
  }
  return missing;
}

LaunchReport check_launches(const LaunchOptions& options, Progress& progress) {
  LaunchReport report;
  report.without_row = kernels_without_row(cuda::registered_kernels(), options.operators);
  std::vector<Subject> subjects;
  for (const std::string& name : options.suites) {
    std::vector<Subject> opened =
        open_subjects(chosen_fixtures(load_suite(name), options.fixtures), {}, progress);
    std::ranges::move(opened, std::back_inserter(subjects));
  }
  for (const Calls& calls : {on_cpu, on_cuda}) {
    const std::string_view name = name_of(calls.backend);
    if (matches_any(options.backends, name)) {
      report.backends.push_back(run_backend(calls, options, subjects, progress, report));
      report.asked_for_was_skipped = report.asked_for_was_skipped ||
                                     (!report.backends.back().skipped.empty() &&
                                      std::ranges::find(options.backends, name) != options.backends.end());
    }
  }
  if (report.backends.empty()) {
    fail("verify: no backend selected; they are cpu and cuda");
  }
  return report;
}

}  // namespace ffbench
