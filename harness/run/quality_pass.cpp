#include "harness/run/quality_pass.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>

#include "core/system/profiler_range.hpp"
#include "core/system/seconds_since.hpp"
#include "core/warp_template.hpp"
#include "harness/metrics/quality.hpp"
#include "harness/metrics/truth_plan.hpp"
#include "harness/pipeline/pipeline_run.hpp"
#include "harness/pipeline/truth_plan.hpp"
#include "harness/run/trajectories.hpp"

namespace ffbench {
namespace {

/// Truth and raw renders are instruments: every backend gives the same bytes, and this one is fast
/// everywhere.
constexpr Backend instrument_backend = Backend::cpu;

/// The preset as far as an unfiltered plan lets it act: two presets that agree in it have the same
/// truth render.
Preset without_stability(Preset preset) {
  preset.name.clear();
  preset.fhr = preset.pose = preset.eos = false;
  preset.smoother = Smoother::whittaker;
  return preset;
}

/// A observed that is observed, with what it is measured against.
struct ObservedRun {
  ObservedRun(const Pipeline& pipeline, const Subject& subject, const ClipPlan& plan,
              const ExecutorTuning& tuning)
      : run(pipeline, subject, plan, tuning) {
    run.executor->observe(&recorder);
  }
  ObservedRun(const ObservedRun&) = delete;
  ObservedRun& operator=(const ObservedRun&) = delete;

  PipelineRun run;
  StageRecorder recorder;
  ObservedRun* truth = nullptr;  ///< the same executor on the truth plan
  /// The same executor on the raw plan; itself where it has no filter
  ObservedRun* raw = nullptr;
  ObservedRun* reference = nullptr;  ///< the reference on the same plan
  Equality equality;
  std::optional<metrics::QualityMeter> meter;
  std::vector<metrics::FaceMasks> masks;
};

class QualityPass {
 public:
  QualityPass(Subject& subject, const std::vector<PlannedRun>& runs, const RunOptions& options,
              const PassContext& pass)
      : subject_(subject), runs_(runs), options_(options), pass_(pass) {
    for (const PlannedRun& run : runs) {
      main_.push_back(&add(run.pipeline, run.plan));
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
      attach_instruments(*main_[i], runs[i]);
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
      attach_meter(*main_[i], runs[i]);
      if (main_[i]->raw != nullptr && main_[i]->raw != main_[i] && !main_[i]->raw->meter) {
        main_[i]->raw->truth = main_[i]->truth;
        attach_meter(*main_[i]->raw, runs[i]);
      }
    }
  }

  std::vector<Result> run() {
    const ProfilerRange range(ProfilerRange::Kind::fixture, subject_.name.c_str());
    const int frames = subject_.clip->frame_count();
    BgrImage frame(subject_.clip->width(), subject_.clip->height());
    for (int t = 0; t < frames; ++t) {
      subject_.clip->read(t, frame.view());
      for (const auto& observed : observed_) {
        observed->recorder.begin_frame();
        observed->run.execute(t, frame.view());
      }
      measure_frame(t, frame);
      if (pass_.frame_done) {
        pass_.frame_done();
      }
    }
    return results();
  }

 private:
  ObservedRun& add(const Pipeline& pipeline, const ClipPlan& plan) {
    observed_.push_back(std::make_unique<ObservedRun>(pipeline, subject_, plan, tuning_of(options_, pass_)));
    return *observed_.back();
  }

  /// The observed that runs `plan` through the same pixel arithmetic, made where there is none yet.
  ObservedRun& instrument(const Pipeline& like, const ClipPlan& plan) {
    for (const auto& observed : observed_) {
      if (observed->run.pipeline.algorithm == like.algorithm && observed->run.plan->frames == plan.frames &&
          without_stability(observed->run.pipeline.preset) == without_stability(like.preset)) {
        return *observed;
      }
    }
    Pipeline pipeline = like;
    pipeline.backend = instrument_backend;
    return add(pipeline, plan);
  }

  void attach_instruments(ObservedRun& observed, const PlannedRun& run) {
    if (subject_.truth) {
      observed.truth = &instrument(run.pipeline, run.unfiltered.truth);
      observed.raw = &instrument(run.pipeline, run.unfiltered.raw);
    }
    if (run.pipeline.algorithm == Algorithm::enhanced && run.pipeline.backend != Backend::reference) {
      observed.reference = &reference(run);
      observed.equality.against = observed.reference->run.pipeline.name;
    }
  }

  ObservedRun& reference(const PlannedRun& run) {
    for (const auto& observed : observed_) {
      if (observed->run.pipeline.algorithm == Algorithm::enhanced &&
          observed->run.pipeline.backend == Backend::reference &&
          observed->run.pipeline.preset == run.pipeline.preset &&
          observed->run.plan->frames == run.plan.frames) {
        return *observed;
      }
    }
    Pipeline pipeline = run.pipeline;
    pipeline.backend = Backend::reference;
    pipeline.name =
        (run.pipeline.preset.name == "default" ? "enhanced" : "enhanced:" + run.pipeline.preset.name) +
        "/reference";
    return add(pipeline, run.plan);
  }

  void attach_meter(ObservedRun& observed, const PlannedRun& run) {
    metrics::MeterConfig config;
    config.width = subject_.clip->width();
    config.height = subject_.clip->height();
    config.frame_count = subject_.clip->frame_count();
    config.frames_per_second = subject_.clip->frames_per_second();
    config.crop_size = subject_.crop_size;
    config.template_points = warp_template(subject_.warp_template).scaled(subject_.crop_size);
    config.plan = observed.run.plan;
    config.raw_plan = &run.unfiltered.raw;
    if (subject_.truth) {
      config.truth_plan = &run.unfiltered.truth;
      config.truth_track = &subject_.truth->track();
    }
    config.optical_flow = options_.optical_flow;
    observed.meter.emplace(config);
  }

  void measure_frame(int t, const BgrImage& frame) {
    if (subject_.truth) {
      subject_.truth->maps(t, maps_of(t));
    }
    for (const auto& observed : observed_) {
      if (observed->reference != nullptr) {
        compare_stages(t, observed->reference->recorder, observed->recorder, observed->equality);
      }
      if (!observed->meter) {
        continue;
      }
      metrics::FrameSample sample;
      sample.index = t;
      sample.input = frame.view();
      sample.output = observed->run.output.view();
      observed->masks.clear();
      for (const FacePlan& face : observed->run.plan->frames[static_cast<std::size_t>(t)].faces) {
        observed->masks.push_back(
            {face.face_id, observed->recorder.mask(face.face_id),
             observed->truth != nullptr ? observed->truth->recorder.mask(face.face_id) : ConstMaskView{}});
      }
      sample.masks = observed->masks;
      if (observed->truth != nullptr) {
        sample.truth_output = observed->truth->run.output.view();
        sample.maps = &maps_of(t);
      }
      observed->meter->add_frame(sample);
    }
  }

  std::vector<Result> results() {
    std::vector<Result> results;
    std::optional<QualityFigures> base;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      results.push_back(result_of(*main_[i], runs_[i]));
      if (runs_[i].pipeline.name == base_pipeline_name) {
        base = results.back().quality;
      }
    }
    for (Result& result : results) {
      if (base && result.pipeline != base_pipeline_name) {
        metrics::complete_with_base(*result.quality, *base, result.frames);
      }
    }
    return results;
  }

  Result result_of(const ObservedRun& observed, const PlannedRun& run) const {
    Result result;
    result.fixture = subject_.name;
    result.traits = {subject_.truth != nullptr, subject_.moving_face};
    result.pipeline = run.pipeline.name;
    result.preset = run.pipeline.preset.name;
    result.executor = observed.run.executor->description();
    result.required = run.pipeline.required;
    result.frames = subject_.clip->frame_count();
    for (const FramePlan& frame : run.plan.frames) {
      result.face_frames += static_cast<int>(frame.faces.size());
    }
    result.width = subject_.clip->width();
    result.height = subject_.clip->height();
    result.crop_size = subject_.crop_size;
    result.notes = run.plan.notes;
    const metrics::MeterResult measured = observed.meter->finish();
    result.quality = measured.quality;
    result.truth = measured.truth;
    if (result.truth && observed.raw != nullptr) {
      const TruthFigures raw =
          observed.raw == &observed ? *result.truth : *observed.raw->meter->finish().truth;
      metrics::complete_with_raw(*result.truth, raw);
    }
    if (observed.reference != nullptr) {
      result.equality = observed.equality;
    }
    Determinism determinism;
    determinism.runs = 1;
    determinism.identical = true;
    determinism.stages = observed.recorder.digests();
    determinism.digest = determinism.stages["composite"];
    result.determinism = determinism;
    result.trajectories = trajectories(run.plan, run.unfiltered.raw, run.unfiltered.truth);
    return result;
  }

  Subject& subject_;
  const std::vector<PlannedRun>& runs_;
  const RunOptions& options_;
  const PassContext& pass_;
  std::vector<std::unique_ptr<ObservedRun>> observed_;
  std::vector<ObservedRun*> main_;
  /// A frame's truth, which the meters follow into the next one.
  TruthMaps& maps_of(int t) { return maps_[static_cast<std::size_t>(t) % 2]; }
  std::array<TruthMaps, 2> maps_;
};

}  // namespace

std::vector<PlannedRun> plan_runs(const Subject& subject, const std::vector<Pipeline>& pipelines,
                                  int device) {
  std::vector<PlannedRun> runs;
  for (const Pipeline& pipeline : pipelines) {
    PlannedRun run;
    run.pipeline = pipeline;
    run.unfiltered.raw = unfiltered_plan(pipeline.algorithm, pipeline.preset, subject, subject.observed);
    if (subject.truth) {
      run.unfiltered.truth = truth_plan(pipeline.algorithm, pipeline.preset, subject);
    }
    const auto started = std::chrono::steady_clock::now();
    run.plan =
        plan_for(pipeline, subject, run.unfiltered.raw, run.unfiltered.truth, device, &run.refine_seconds);
    run.plan_seconds = seconds_since(started);
    runs.push_back(std::move(run));
  }
  return runs;
}

std::vector<Result> measure_quality(Subject& subject, const std::vector<PlannedRun>& runs,
                                    const RunOptions& options, const PassContext& pass) {
  return QualityPass(subject, runs, options, pass).run();
}

}  // namespace ffbench
