#include "harness/quality_pass.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>

#include "core/profiler_range.hpp"
#include "core/seconds_since.hpp"
#include "core/warp_template.hpp"
#include "harness/lane.hpp"
#include "harness/metrics/quality.hpp"
#include "harness/metrics/truth_plan.hpp"
#include "harness/trajectories.hpp"
#include "harness/truth_plan.hpp"

namespace ffbench {
namespace {

/// Truth and raw renders are instruments: every backend gives the same bytes, and this one is fast everywhere.
constexpr Backend instrument_backend = Backend::cpu;

/// The preset as far as an unfiltered plan lets it act: two presets that agree in it have the same truth render.
Preset without_stability(Preset preset) {
  preset.name.clear();
  preset.fhr = preset.pose = preset.eos = false;
  preset.smoother = Smoother::whittaker;
  return preset;
}

/// A lane that is observed, with what it is measured against.
struct ObservedLane {
  ObservedLane(const Pipeline& pipeline, const Subject& subject, const ClipPlan& plan,
               const ExecutorTuning& tuning)
      : lane(pipeline, subject, plan, tuning) {
    lane.executor->observe(&recorder);
  }
  ObservedLane(const ObservedLane&) = delete;
  ObservedLane& operator=(const ObservedLane&) = delete;

  Lane lane;
  StageRecorder recorder;
  ObservedLane* truth = nullptr;   ///< the same executor on the truth plan
  ObservedLane* raw = nullptr;     ///< the same executor on the raw plan; itself where it has no filter
  ObservedLane* oracle = nullptr;  ///< the reference on the same plan
  Equality equality;
  std::optional<metrics::QualityMeter> meter;
  std::vector<metrics::FaceMasks> masks;
};

class QualityPass {
 public:
  QualityPass(Subject& subject, const std::vector<PlannedRun>& runs, const QualityPassOptions& options)
      : subject_(subject), runs_(runs), options_(options) {
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
      for (const auto& lane : lanes_) {
        lane->recorder.begin_frame();
        lane->lane.execute(t, frame.view());
      }
      measure_frame(t, frame);
      if (options_.frame_done) {
        options_.frame_done();
      }
    }
    return results();
  }

 private:
  ObservedLane& add(const Pipeline& pipeline, const ClipPlan& plan) {
    ExecutorTuning tuning;
    if (pipeline.backend == Backend::cuda) {
      tuning = options_.device;
    }
    tuning.threads = options_.threads;
    lanes_.push_back(std::make_unique<ObservedLane>(pipeline, subject_, plan, tuning));
    return *lanes_.back();
  }

  /// The lane that runs `plan` through the same pixel arithmetic, made where there is none yet.
  ObservedLane& instrument(const Pipeline& like, const ClipPlan& plan) {
    for (const auto& lane : lanes_) {
      if (lane->lane.pipeline.algorithm == like.algorithm && lane->lane.plan->frames == plan.frames &&
          without_stability(lane->lane.pipeline.preset) == without_stability(like.preset)) {
        return *lane;
      }
    }
    Pipeline pipeline = like;
    pipeline.backend = instrument_backend;
    return add(pipeline, plan);
  }

  void attach_instruments(ObservedLane& lane, const PlannedRun& run) {
    if (subject_.truth) {
      lane.truth = &instrument(run.pipeline, run.unfiltered.truth);
      lane.raw = &instrument(run.pipeline, run.unfiltered.raw);
    }
    if (run.pipeline.algorithm == Algorithm::enhanced && run.pipeline.backend != Backend::reference) {
      lane.oracle = &oracle(run);
      lane.equality.against = lane.oracle->lane.pipeline.name;
    }
  }

  ObservedLane& oracle(const PlannedRun& run) {
    for (const auto& lane : lanes_) {
      if (lane->lane.pipeline.algorithm == Algorithm::enhanced &&
          lane->lane.pipeline.backend == Backend::reference &&
          lane->lane.pipeline.preset == run.pipeline.preset && lane->lane.plan->frames == run.plan.frames) {
        return *lane;
      }
    }
    Pipeline pipeline = run.pipeline;
    pipeline.backend = Backend::reference;
    pipeline.name =
        (run.pipeline.preset.name == "default" ? "enhanced" : "enhanced:" + run.pipeline.preset.name) +
        "/reference";
    return add(pipeline, run.plan);
  }

  void attach_meter(ObservedLane& lane, const PlannedRun& run) {
    metrics::MeterConfig config;
    config.width = subject_.clip->width();
    config.height = subject_.clip->height();
    config.frame_count = subject_.clip->frame_count();
    config.frames_per_second = subject_.clip->frames_per_second();
    config.crop_size = subject_.crop_size;
    config.template_points = warp_template(subject_.warp_template).scaled(subject_.crop_size);
    config.plan = lane.lane.plan;
    config.raw_plan = &run.unfiltered.raw;
    if (subject_.truth) {
      config.truth_plan = &run.unfiltered.truth;
      config.truth_track = &subject_.truth->track();
    }
    config.optical_flow = options_.optical_flow;
    lane.meter.emplace(config);
  }

  void measure_frame(int t, const BgrImage& frame) {
    if (subject_.truth) {
      subject_.truth->maps(t, maps_of(t));
    }
    for (const auto& lane : lanes_) {
      if (lane->oracle != nullptr) {
        compare_stages(t, lane->oracle->recorder, lane->recorder, lane->equality);
      }
      if (!lane->meter) {
        continue;
      }
      metrics::FrameSample sample;
      sample.index = t;
      sample.input = frame.view();
      sample.output = lane->lane.output.view();
      lane->masks.clear();
      for (const FacePlan& face : lane->lane.plan->frames[static_cast<std::size_t>(t)].faces) {
        lane->masks.push_back(
            {face.face_id, lane->recorder.mask(face.face_id),
             lane->truth != nullptr ? lane->truth->recorder.mask(face.face_id) : ConstMaskView{}});
      }
      sample.masks = lane->masks;
      if (lane->truth != nullptr) {
        sample.truth_output = lane->truth->lane.output.view();
        sample.maps = &maps_of(t);
      }
      lane->meter->add_frame(sample);
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

  Result result_of(const ObservedLane& lane, const PlannedRun& run) const {
    Result result;
    result.fixture = subject_.name;
    result.traits = {subject_.truth != nullptr, subject_.moving_face};
    result.pipeline = run.pipeline.name;
    result.preset = run.pipeline.preset.name;
    result.executor = lane.lane.executor->description();
    result.required = run.pipeline.required;
    result.frames = subject_.clip->frame_count();
    for (const FramePlan& frame : run.plan.frames) {
      result.face_frames += static_cast<int>(frame.faces.size());
    }
    result.width = subject_.clip->width();
    result.height = subject_.clip->height();
    result.crop_size = subject_.crop_size;
    result.notes = run.plan.notes;
    const metrics::MeterResult measured = lane.meter->finish();
    result.quality = measured.quality;
    result.truth = measured.truth;
    if (result.truth && lane.raw != nullptr) {
      const TruthFigures raw = lane.raw == &lane ? *result.truth : *lane.raw->meter->finish().truth;
      metrics::complete_with_raw(*result.truth, raw);
    }
    if (lane.oracle != nullptr) {
      result.equality = lane.equality;
    }
    Determinism determinism;
    determinism.runs = 1;
    determinism.identical = true;
    determinism.stages = lane.recorder.digests();
    determinism.digest = determinism.stages["composite"];
    result.determinism = determinism;
    result.trajectories = trajectories(run.plan, run.unfiltered.raw, run.unfiltered.truth);
    return result;
  }

  Subject& subject_;
  const std::vector<PlannedRun>& runs_;
  QualityPassOptions options_;
  std::vector<std::unique_ptr<ObservedLane>> lanes_;
  std::vector<ObservedLane*> main_;
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
                                    const QualityPassOptions& options) {
  return QualityPass(subject, runs, options).run();
}

}  // namespace ffbench
