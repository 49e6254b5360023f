#include "harness/run.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>

#include "core/error.hpp"
#include "core/parallel.hpp"
#include "harness/dump.hpp"
#include "harness/quality_pass.hpp"
#include "harness/timed_passes.hpp"

namespace ffbench {
namespace {

/// A subject on its way through the passes.
struct SubjectRun {
  std::vector<PlannedRun> planned;
  std::vector<Result> results;  ///< in the order of `planned`
  std::string failure;
};

Result blank_result(const Subject& subject, const Pipeline& pipeline, ResultStatus status,
                    std::string reason) {
  Result result;
  result.fixture = subject.name;
  result.traits = {subject.truth != nullptr, subject.moving_face};
  result.pipeline = pipeline.name;
  result.preset = pipeline.preset.name;
  result.status = status;
  result.reason = std::move(reason);
  result.required = pipeline.required;
  result.width = subject.clip->width();
  result.height = subject.clip->height();
  result.crop_size = subject.crop_size;
  return result;
}

/// Subjects by falling size, so that the longest does not start last.
std::vector<std::size_t> largest_first(const std::vector<Subject>& subjects) {
  std::vector<std::size_t> order(subjects.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto pixels = [&subjects](std::size_t i) {
    const Clip& clip = *subjects[i].clip;
    return std::int64_t{clip.width()} * clip.height() * clip.frame_count();
  };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return pixels(a) > pixels(b); });
  return order;
}

double frames_of(const std::vector<Subject>& subjects) {
  return std::accumulate(subjects.begin(), subjects.end(), 0.0, [](double sum, const Subject& subject) {
    return sum + subject.clip->frame_count();
  });
}

void quality_passes(std::vector<Subject>& subjects, const std::vector<Pipeline>& available,
                    const RunOptions& options, Progress& progress, std::vector<SubjectRun>& runs) {
  progress.begin("measuring quality", frames_of(subjects));
  const std::vector<std::size_t> order = largest_first(subjects);
  parallel_for(static_cast<int>(order.size()), hardware_threads(), [&](int i) {
    const std::size_t at = order[static_cast<std::size_t>(i)];
    SubjectRun& run = runs[at];
    try {
      run.planned = plan_runs(subjects[at], available);
      QualityPassOptions quality{options.threads, options.optical_flow, [&progress] { progress.advance(); },
                                 options.device};
      quality.device.device = options.devices[at % options.devices.size()];
      run.results = measure_quality(subjects[at], run.planned, quality);
    } catch (const Error& error) {
      run.failure = error.what();
    }
  });
  progress.end();
}

void timed_passes(std::vector<Subject>& subjects, const RunOptions& options, Progress& progress,
                  std::vector<SubjectRun>& runs) {
  progress.begin("timing", frames_of(subjects) * options.repetitions);
  // One fixture at a time, or one a device.
  std::atomic<std::size_t> next{0};
  parallel_for(static_cast<int>(options.devices.size()), static_cast<int>(options.devices.size()),
               [&](int d) {
                 for (std::size_t i = next++; i < subjects.size(); i = next++) {
                   if (!runs[i].failure.empty()) {
                     continue;
                   }
                   try {
                     TimingOptions timing;
                     timing.repetitions = options.repetitions;
                     timing.threads = options.threads;
                     timing.device = options.device;
                     timing.device.device = options.devices[static_cast<std::size_t>(d)];
                     timing.frame_done = [&progress] { progress.advance(); };
                     time_runs(subjects[i], runs[i].planned, timing, runs[i].results);
                   } catch (const Error& error) {
                     runs[i].failure = error.what();
                   }
                 }
               });
  progress.end();
}

/// A swap model that does not load or does not fit is found before the work begins, not in every result.
void check_swap_model(const std::vector<Subject>& subjects) {
  if (subjects.empty() || subjects.front().swap != SwapKind::model) {
    return;
  }
  const Subject& first = subjects.front();
  const auto network =
      std::make_shared<SwapNetwork>(first.swap_model, first.source.view(), first.source_landmarks);
  for (const Subject& subject : subjects) {
    make_swap_model(network, subject.crop_size);
  }
}

}  // namespace

std::vector<Result> run_subjects(std::vector<Subject>& subjects, const RunOptions& options,
                                 Progress& progress) {
  check_swap_model(subjects);
  std::vector<Pipeline> available;
  std::copy_if(options.pipelines.begin(), options.pipelines.end(), std::back_inserter(available),
               [](const Pipeline& pipeline) { return pipeline.unavailable.empty(); });
  std::vector<SubjectRun> runs(subjects.size());
  quality_passes(subjects, available, options, progress, runs);
  if (options.repetitions > 0) {
    timed_passes(subjects, options, progress, runs);
  }
  if (!options.dump.empty()) {
    progress.begin("writing dumps", frames_of(subjects));
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      if (runs[i].failure.empty()) {
        dump_runs(subjects[i], runs[i].planned, options.dump, options.dump_stages,
                  [&progress] { progress.advance(); });
      }
    }
    progress.end();
  }

  std::vector<Result> results;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    std::size_t next = 0;
    for (const Pipeline& pipeline : options.pipelines) {
      if (!pipeline.unavailable.empty()) {
        results.push_back(blank_result(subjects[i], pipeline, ResultStatus::skipped, pipeline.unavailable));
      } else if (!runs[i].failure.empty()) {
        results.push_back(blank_result(subjects[i], pipeline, ResultStatus::failed, runs[i].failure));
      } else {
        results.push_back(std::move(runs[i].results[next++]));
      }
    }
  }
  return results;
}

}  // namespace ffbench
