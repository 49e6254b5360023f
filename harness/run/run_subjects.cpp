#include "harness/run/run_subjects.hpp"

#include <algorithm>
#include <numeric>

#include "core/system/failure.hpp"
#include "core/system/interruption.hpp"
#include "core/system/parallel.hpp"
#include "harness/metrics/quality.hpp"
#include "harness/run/command_pipeline.hpp"
#include "harness/run/dump.hpp"
#include "harness/run/quality_pass.hpp"
#include "harness/run/shares.hpp"
#include "harness/run/timed_passes.hpp"
#include "harness/run/worst_pairs.hpp"
#include "reference/facefusion_3_5_0/baseline.hpp"

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

/// All pixels of a subject's clip, which most of the work is in proportion to.
std::int64_t pixels_of(const Subject& subject) {
  const Clip& clip = *subject.clip;
  return std::int64_t{clip.width()} * clip.height() * clip.frame_count();
}

/// Subjects by falling size, so that the longest does not start last.
std::vector<std::size_t> largest_first(const std::vector<Subject>& subjects) {
  std::vector<std::size_t> order(subjects.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return pixels_of(subjects[a]) > pixels_of(subjects[b]);
  });
  return order;
}

std::vector<Pipeline> built_in(const std::vector<Pipeline>& pipelines) {
  std::vector<Pipeline> result;
  std::ranges::copy_if(pipelines, std::back_inserter(result),
                       [](const Pipeline& pipeline) { return pipeline.algorithm != Algorithm::command; });
  return result;
}

double frames_of(const std::vector<Subject>& subjects) {
  return std::accumulate(subjects.begin(), subjects.end(), 0.0, [](double sum, const Subject& subject) {
    return sum + subject.clip->frame_count();
  });
}

void quality_passes(std::vector<Subject>& subjects, const std::vector<Pipeline>& available,
                    const RunOptions& options, const RunFolder& folder, Progress& progress,
                    std::vector<SubjectRun>& runs) {
  progress.begin("measuring quality", frames_of(subjects));
  const std::vector<std::size_t> order = largest_first(subjects);
  parallel_for(static_cast<int>(order.size()), hardware_threads(), [&](int i) {
    const std::size_t at = order[static_cast<std::size_t>(i)];
    SubjectRun& run = runs[at];
    try {
      const int device = options.devices[at % options.devices.size()];
      run.planned = plan_runs(subjects[at], built_in(available), device);
      const KeptResults* kept = folder.kept(subjects[at].name);
      if (kept != nullptr && kept->results.size() == run.planned.size()) {
        run.results = kept->results;
        progress.advance(subjects[at].clip->frame_count());
        return;
      }
      const PassContext pass{device, [&progress] { progress.advance(); }};
      run.results = measure_quality(subjects[at], run.planned, options, pass);
      picture_worst_pairs(subjects[at], run.planned, options.threads, check_interruption, run.results);
    } catch (...) {
      run.failure = failure_reason();
      return;
    }
    folder.keep(subjects[at].name, run.results);
  });
  progress.end();
}

void timed_passes(std::vector<Subject>& subjects, const RunOptions& options, const RunFolder& folder,
                  Progress& progress, std::vector<SubjectRun>& runs) {
  progress.begin("timing", frames_of(subjects) * options.repetitions);
  std::vector<std::size_t> untimed;
  std::vector<std::int64_t> costs;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    const bool timed =
        std::ranges::all_of(runs[i].results, [](const Result& result) { return result.timing.has_value(); });
    if (runs[i].failure.empty() && !timed) {
      untimed.push_back(i);
      costs.push_back(pixels_of(subjects[i]));
    }
  }
  const auto devices = static_cast<int>(options.devices.size());
  Shares shares(costs, devices);
  // One fixture at a time, or one a device.
  parallel_for(devices, devices, [&](int device) {
    while (const auto next = shares.next(device)) {
      const std::size_t i = untimed[*next];
      try {
        const PassContext pass{options.devices[static_cast<std::size_t>(device)],
                               [&progress] { progress.advance(); }};
        time_runs(subjects[i], runs[i].planned, options, pass, runs[i].results);
      } catch (...) {
        runs[i].failure = failure_reason();
        continue;
      }
      folder.keep(subjects[i].name, runs[i].results);
    }
  });
  progress.end();
}

/// Runs the external commands one after another, on an otherwise idle machine, and puts their
/// results where `available` has them among those of the other pipelines.
void command_passes(std::vector<Subject>& subjects, const std::vector<Pipeline>& available,
                    const RunOptions& options, const RunFolder& folder, Progress& progress,
                    std::vector<SubjectRun>& runs) {
  const auto commands = std::ranges::count(available, Algorithm::command, &Pipeline::algorithm);
  if (commands == 0) {
    return;
  }
  progress.begin("running commands", frames_of(subjects) * static_cast<double>(commands));
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    SubjectRun& run = runs[i];
    if (!run.failure.empty() || run.results.size() == available.size()) {
      continue;
    }
    const auto base = std::ranges::find(run.results, base_pipeline_name, &Result::pipeline);
    const std::optional<QualityFigures> base_quality =
        base == run.results.end() ? std::nullopt : base->quality;
    for (std::size_t at = 0; at < available.size(); ++at) {
      if (available[at].algorithm != Algorithm::command) {
        continue;
      }
      CommandOptions command;
      command.repetitions = options.repetitions;
      command.timeout_s = options.command_timeout_s;
      command.folder = folder.path();
      command.input = options.video;
      command.optical_flow = options.optical_flow;
      command.frame_done = [&progress] { progress.advance(); };
      try {
        Result result = run_command(subjects[i], available[at], command);
        if (result.quality && base_quality) {
          metrics::complete_with_base(*result.quality, *base_quality, result.frames);
        }
        run.results.insert(run.results.begin() + static_cast<std::ptrdiff_t>(at), std::move(result));
      } catch (...) {
        run.failure = failure_reason();
        break;
      }
    }
    if (!run.failure.empty()) {
      continue;
    }
    folder.keep(subjects[i].name, run.results);
  }
  progress.end();
}

/// A swap model that does not load or does not fit is found before the work begins, not in every
/// result.
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
                                 const RunFolder& folder, Progress& progress) {
  check_swap_model(subjects);
  std::vector<Pipeline> available;
  std::copy_if(options.pipelines.begin(), options.pipelines.end(), std::back_inserter(available),
               [](const Pipeline& pipeline) { return pipeline.unavailable.empty(); });
  std::vector<SubjectRun> runs(subjects.size());
  set_opencv_threads(1);  // before the runs of several subjects use OpenCV at once
  quality_passes(subjects, available, options, folder, progress, runs);
  if (options.repetitions > 0) {
    timed_passes(subjects, options, folder, progress, runs);
  }
  command_passes(subjects, available, options, folder, progress, runs);
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
    std::vector<Result>& measured = runs[i].results;
    if (!runs[i].failure.empty()) {
      measured.clear();
      for (const Pipeline& pipeline : available) {
        measured.push_back(blank_result(subjects[i], pipeline, ResultStatus::failed, runs[i].failure));
      }
    }
    Result like = blank_result(subjects[i], {}, ResultStatus::skipped, {});
    std::vector<Result> all = with_skipped(std::move(measured), like, options.pipelines);
    std::move(all.begin(), all.end(), std::back_inserter(results));
  }
  return results;
}

std::vector<Result> with_skipped(std::vector<Result> measured, const Result& like,
                                 const std::vector<Pipeline>& pipelines) {
  std::vector<Result> results;
  std::size_t next = 0;
  for (const Pipeline& pipeline : pipelines) {
    if (pipeline.unavailable.empty()) {
      results.push_back(std::move(measured.at(next++)));
    } else {
      Result& skipped = results.emplace_back();
      skipped.fixture = like.fixture;
      skipped.traits = like.traits;
      skipped.width = like.width;
      skipped.height = like.height;
      skipped.crop_size = like.crop_size;
      skipped.pipeline = pipeline.name;
      skipped.preset = pipeline.preset.name;
      skipped.status = ResultStatus::skipped;
      skipped.reason = pipeline.unavailable;
    }
    results.back().required = pipeline.required;
  }
  return results;
}

}  // namespace ffbench
