#include "harness/verify/verify_stages.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/core.h>

#include "core/joined.hpp"
#include "core/system/failure.hpp"
#include "core/system/glob.hpp"
#include "core/system/parallel.hpp"
#include "core/system/profiler_range.hpp"
#include "harness/pipeline/stage_recorder.hpp"
#include "harness/pipeline/suite_subjects.hpp"

namespace ffbench {
namespace {

constexpr std::array compared_backends{Backend::cpu, Backend::cuda};

Pipeline pipeline_on(Backend backend) {
  return parse_pipeline(fmt::format("enhanced/{}", name_of(backend)));
}

/// An executor that is observed.
struct Observed {
  explicit Observed(PipelineExecutor made, const Clip& clip)
      : executor(std::move(made)), output(clip.width(), clip.height()) {
    executor.executor->observe(&recorder);
  }

  void execute(int index, ConstBgrView frame, const ClipPlan& plan) {
    recorder.begin_frame();
    executor.executor->execute(index, frame, plan.frames[static_cast<std::size_t>(index)], output.view());
  }

  PipelineExecutor executor;
  BgrImage output;
  StageRecorder recorder;
};

/// One fixture on every backend.
struct FixtureRun {
  StageDigests reference;
  std::vector<StageVerifyRow> rows;
};

FixtureRun run_fixture(Subject& subject, const std::vector<Backend>& backends,
                       const StageVerifyOptions& options, Progress& progress) {
  const Pipeline reference_pipeline = pipeline_on(Backend::reference);
  const ClipPlan plan = plan_for(reference_pipeline, subject, {}, {}, 0);
  Observed reference(make_executor(reference_pipeline, subject, {}), *subject.clip);
  FixtureRun run;
  std::vector<std::unique_ptr<Observed>> runs;
  for (Backend backend : backends) {
    StageVerifyRow row;
    row.fixture = subject.name;
    row.backend = name_of(backend);
    row.equality.against = reference_pipeline.name;
    try {
      runs.push_back(std::make_unique<Observed>(options.make(pipeline_on(backend), subject, options.tuning),
                                                *subject.clip));
      row.executor = runs.back()->executor.executor->description();
    } catch (...) {
      row.failure = failure_reason();
      runs.push_back(nullptr);
    }
    run.rows.push_back(std::move(row));
  }
  BgrImage frame(subject.clip->width(), subject.clip->height());
  const ProfilerRange range(ProfilerRange::Kind::fixture, subject.name.c_str());
  for (int t = 0; t < subject.clip->frame_count(); ++t) {
    subject.clip->read(t, frame.view());
    reference.execute(t, frame.view(), plan);
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (!runs[i]) {
        continue;
      }
      try {
        runs[i]->execute(t, frame.view(), plan);
        compare_stages(t, reference.recorder, runs[i]->recorder, run.rows[i].equality);
        ++run.rows[i].frames;
      } catch (...) {
        run.rows[i].failure = fmt::format("frame {}: {}", t, failure_reason());
        runs[i].reset();
      }
    }
    progress.advance();
  }
  run.reference = reference.recorder.digests();
  return run;
}

/// A fixture that could not be compared on any backend.
FixtureRun failed_run(const Subject& subject, const std::vector<Backend>& backends,
                      const std::string& reason) {
  FixtureRun run;
  for (const Backend backend : backends) {
    StageVerifyRow& row = run.rows.emplace_back();
    row.fixture = subject.name;
    row.backend = name_of(backend);
    row.failure = reason;
  }
  return run;
}

void verify_suite(const std::string& suite_name, const std::vector<Backend>& backends,
                  const StageVerifyOptions& options, Progress& progress, StageVerifyReport& report) {
  const SuiteSpec suite = load_suite(suite_name);
  std::vector<Subject> subjects = open_subjects(chosen_fixtures(suite, options.fixtures), {}, progress);
  double frames = 0;
  for (const Subject& subject : subjects) {
    frames += subject.clip->frame_count();
  }
  progress.begin(fmt::format("comparing the stages of {}", suite.name), frames);
  std::vector<FixtureRun> runs(subjects.size());
  parallel_for(static_cast<int>(subjects.size()), hardware_threads(), [&](int i) {
    const auto at = static_cast<std::size_t>(i);
    try {
      runs[at] = run_fixture(subjects[at], backends, options, progress);
    } catch (...) {
      runs[at] = failed_run(subjects[at], backends, failure_reason());
    }
  });
  progress.end();
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!runs[i].reference.empty()) {
      report.reference[suite.name][subjects[i].name] = runs[i].reference;
    }
    for (StageVerifyRow& row : runs[i].rows) {
      row.suite = suite.name;
      report.rows.push_back(std::move(row));
    }
  }
}

}  // namespace

StageVerifyReport verify_stages(const StageVerifyOptions& options, Progress& progress) {
  StageVerifyReport report;
  std::vector<Backend> backends;
  std::vector<StageVerifyRow> skipped;
  for (Backend backend : compared_backends) {
    const std::string name(name_of(backend));
    if (!options.backends.empty() && !matches_any(options.backends, name)) {
      continue;
    }
    if (const std::string why = why_unavailable(backend); why.empty()) {
      backends.push_back(backend);
    } else {
      StageVerifyRow row;
      row.backend = name;
      row.skipped = why;
      skipped.push_back(std::move(row));
      report.asked_for_was_skipped =
          report.asked_for_was_skipped ||
          std::find(options.backends.begin(), options.backends.end(), name) != options.backends.end();
    }
  }
  if (backends.empty() && skipped.empty()) {
    fail("--backend {}: no backend of that name; stages are compared on: cpu, cuda",
         joined(options.backends, " "));
  }
  for (const std::string& suite : options.suites) {
    verify_suite(suite, backends, options, progress, report);
  }
  report.rows.insert(report.rows.end(), skipped.begin(), skipped.end());
  return report;
}

std::int64_t StageVerifyReport::bytes() const {
  std::int64_t sum = 0;
  for (const StageVerifyRow& row : rows) {
    sum += row.equality.bytes_compared;
  }
  return sum;
}

std::int64_t StageVerifyReport::bytes(const std::string& suite, Backend backend) const {
  std::int64_t sum = 0;
  for (const StageVerifyRow& row : rows) {
    sum += row.suite == suite && row.backend == name_of(backend) ? row.equality.bytes_compared : 0;
  }
  return sum;
}

std::int64_t StageVerifyReport::mismatches() const {
  std::int64_t sum = 0;
  for (const StageVerifyRow& row : rows) {
    sum += row.equality.mismatches;
  }
  return sum;
}

ExitCode StageVerifyReport::exit_code() const {
  const bool failed =
      std::any_of(rows.begin(), rows.end(), [](const StageVerifyRow& row) { return !row.failure.empty(); });
  if (failed || asked_for_was_skipped) {
    return ExitCode::bad_input;
  }
  return mismatches() == 0 ? ExitCode::ok : ExitCode::incorrect;
}

std::string describe(const Mismatch& mismatch) {
  return fmt::format("stage {}, frame {}, {}x {}, y {}, channel {}: expected {}, got {}", mismatch.stage,
                     mismatch.frame, mismatch.face < 0 ? "" : fmt::format("face {}, ", mismatch.face),
                     mismatch.x, mismatch.y, mismatch.channel, mismatch.expected, mismatch.actual);
}

std::string StageVerifyReport::text() const {
  std::string text = fmt::format("{:<26}{:<22}{:>7}{:>15}{:>13}\n", "fixture", "every stage on", "frames",
                                 "bytes", "mismatches");
  for (const StageVerifyRow& row : rows) {
    const std::string fixture = row.fixture.empty() ? row.suite : row.suite + "/" + row.fixture;
    text += fmt::format("{:<26}{:<22}", fixture.empty() ? "every fixture" : fixture,
                        row.executor.empty() ? row.backend : row.executor);
    if (!row.skipped.empty()) {
      text += fmt::format("  skipped: {}\n", row.skipped);
    } else if (!row.failure.empty()) {
      text += fmt::format("  failed: {}\n", row.failure);
    } else {
      text += fmt::format("{:>7}{:>15}{:>13}\n", row.frames, row.equality.bytes_compared,
                          row.equality.mismatches);
    }
  }
  for (const StageVerifyRow& row : rows) {
    if (row.equality.first) {
      text += fmt::format("{}/{} on {}: {}\n", row.suite, row.fixture, row.backend,
                          describe(*row.equality.first));
    }
  }
  text += fmt::format("{} bytes of stages compared, {} differ\n", bytes(), mismatches());
  return text;
}

}  // namespace ffbench
