#include "harness/run/run_video.hpp"

#include "core/error.hpp"
#include "core/system/data_path.hpp"
#include "core/warp_template.hpp"
#include "harness/run/run_folder.hpp"
#include "harness/run/run_subjects.hpp"
#include "harness/system/environment.hpp"
#include "reports/gates.hpp"

#ifdef FFBENCH_WITH_FFMPEG
#include "datasets/detectors/detector.hpp"
#include "datasets/image_file.hpp"
#include "datasets/video/video_clip.hpp"
#include "datasets/video/video_writer.hpp"
#include "datasets/video_track.hpp"
#include "harness/pipeline/pipeline_run.hpp"
#include "harness/run/quality_pass.hpp"
#endif

namespace ffbench {

#ifdef FFBENCH_WITH_FFMPEG

namespace {

/// The largest face of the portrait becomes the source.
void set_source(Subject& subject, const std::filesystem::path& file, Detector& detector) {
  subject.source = read_image(file);
  const std::vector<TrackedFace> faces = detector.detect(subject.source.view());
  if (faces.empty()) {
    fail(
        "{}: no face was found by the detector '{}'; use a portrait with one clearly visible face, or "
        "--detector-model with a better detector",
        file.string(), detector.name());
  }
  const auto area = [](const TrackedFace& face) { return face.box.width() * face.box.height(); };
  subject.source_landmarks =
      std::max_element(faces.begin(), faces.end(), [&](const TrackedFace& a, const TrackedFace& b) {
        return area(a) < area(b);
      })->landmarks5;
}

void write_video(Subject& subject, const PlannedRun& planned, const VideoFacts& facts,
                 const VideoOptions& options, Progress& progress) {
  progress.begin("writing " + options.output.string(), subject.clip->frame_count());
  PipelineRun run(planned.pipeline, subject, planned.plan, {.threads = options.run.threads, .cuda = {}});
  VideoWriter writer(options.output, options_like(facts, options.video));
  BgrImage frame(subject.clip->width(), subject.clip->height());
  for (int t = 0; t < subject.clip->frame_count(); ++t) {
    subject.clip->read(t, frame.view());
    run.execute(t, frame.view());
    writer.write(run.output.view());
    progress.advance();
  }
  writer.finish();
  progress.end();
}

Subject open_video(const VideoOptions& options, Progress& progress, Report& report,
                   std::shared_ptr<const VideoFacts>& facts) {
  Subject subject;
  progress.begin("reading " + options.video.filename().string(), 1);
  auto clip = std::make_unique<VideoClip>(options.video);
  progress.end();
  report.warnings = clip->warnings();
  facts = clip->shared_facts();

  std::unique_ptr<Detector> detector;
  if (options.track.empty() || !options.source.empty()) {
    detector = make_detector(options.detector_model);
    report.environment.detector = detector->name();
  }
  VideoTrackOptions track_options;
  track_options.track_file = options.track;
  track_options.fallback_folder = options.out;
  track_options.video_truncated = facts->frames_missing > 0;
  track_options.progress = [&progress](int done, int) {
    progress.set(done);
    return true;
  };
  progress.begin("finding faces", clip->frame_count());
  VideoTrack track = load_or_detect(options.video, *clip, detector.get(), track_options, report.warnings);
  progress.end();

  subject.name = clip->name();
  subject.clip = std::move(clip);
  subject.observed = std::move(track.track);
  subject.crop_size = options.crop_size;
  subject.warp_template = options.warp_template;
  subject.swap = options.run.swap.kind;
  subject.swap_model = options.run.swap.model;
  if (!options.source.empty()) {
    set_source(subject, options.source, *detector);
  }
  return subject;
}

}  // namespace

Report run_video(const VideoOptions& options, Progress& progress) {
  warp_template(options.warp_template);  // an unknown name is found before the work begins
  if (options.source.empty() && options.run.swap.kind == SwapKind::source) {
    fail("--swap source needs a portrait: give one with --source, or say --swap identity");
  }
  const GateFile gates = read_gates(options.gates.empty() ? data_path("ci/gates.json") : options.gates);

  Report report;
  report.suite = options.video.filename().string();
  report.environment = describe_environment();
  report.command_line = options.command_line;
  const RunFolder folder(options.out, report, false);
  std::shared_ptr<const VideoFacts> facts;
  std::vector<Subject> subjects;
  subjects.push_back(open_video(options, progress, report, facts));
  if (!options.output.empty()) {
    const Pipeline& last = options.run.pipelines.back();
    if (last.algorithm == Algorithm::command) {
      fail("--output: pipeline '{}' writes its own video; name a built-in pipeline last", last.name);
    }
    if (!last.unavailable.empty()) {
      fail("--output: pipeline '{}' is not available: {}", last.name, last.unavailable);
    }
    write_video(subjects.front(), plan_runs(subjects.front(), {last}, options.run.device.device).front(),
                *facts, options, progress);
  }
  RunOptions run = options.run;
  run.video = options.video;
  report.results = run_subjects(subjects, run, folder, progress);
  fill_speedups(report, base_pipeline_name, std::nullopt);
  judge(report, gates);
  folder.finish(report);
  return report;
}

#else

Report run_video(const VideoOptions& options, Progress&) {
  fail("{}: this build cannot read videos; configure with -DFFBENCH_WITH_FFMPEG=ON", options.video.string());
}

#endif

}  // namespace ffbench
