#include "harness/run/dump.hpp"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json/json_text.hpp"
#include "core/named.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/file_name.hpp"
#include "datasets/image_file.hpp"
#include "harness/pipeline/pipeline_run.hpp"

namespace ffbench {
namespace {

using nlohmann::json;

Stage parse_stage(const std::string& name) {
  return named(all_stages, name, "--dump-stage", [](Stage stage) { return name_of(stage); });
}

/// A name that can stand as a folder.
std::string folder_name(std::string name) {
  std::replace(name.begin(), name.end(), '/', '_');
  std::replace(name.begin(), name.end(), ':', '-');
  return name;
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    fail("{}: the folder cannot be made: {}; choose another with --dump", folder.string(), error.message());
  }
}

class PictureWriter final : public StageObserver {
 public:
  PictureWriter(std::filesystem::path folder, std::vector<Stage> stages)
      : folder_(std::move(folder)), stages_(std::move(stages)) {
    for (Stage stage : stages_) {
      make_folder(folder_ / name_of(stage));
    }
  }

  void image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width, int height,
             int channels, std::ptrdiff_t stride_bytes) override {
    if (std::find(stages_.begin(), stages_.end(), stage) == stages_.end()) {
      return;
    }
    const std::string file = face_id < 0 ? fmt::format("frame-{:05}.png", frame)
                                         : fmt::format("frame-{:05}-face-{}.png", frame, face_id);
    write_png(folder_ / name_of(stage) / file, as_bgr(pixels, width, height, channels, stride_bytes));
  }

 private:
  ConstBgrView as_bgr(const std::uint8_t* pixels, int width, int height, int channels,
                      std::ptrdiff_t stride_bytes) {
    if (channels == 3) {
      return {pixels, width, height, stride_bytes};
    }
    grey_.resize(width, height);
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        std::fill_n(grey_.view().pixel(x, y), 3, pixels[y * stride_bytes + x]);
      }
    }
    return grey_.const_view();
  }

  std::filesystem::path folder_;
  std::vector<Stage> stages_;
  BgrImage grey_;
};

json to_json(const FacePlan& face) {
  json polygon = json::array();
  for (const Point& p : face.mask_polygon) {
    polygon.push_back({p.x, p.y});
  }
  const Similarity& s = face.frame_to_crop;
  const Region& r = face.geometry.region;
  return {{"id", face.face_id},
          {"frame_to_crop", {{"a", s.a}, {"b", s.b}, {"tx", s.tx}, {"ty", s.ty}}},
          {"pose",
           {{"yaw", face.pose.yaw},
            {"pitch", face.pose.pitch},
            {"roll", face.pose.roll},
            {"scale", face.pose.scale},
            {"centre", {face.pose.centre.x, face.pose.centre.y}}}},
          {"region", {r.x, r.y, r.width, r.height}},
          {"mask_polygon", std::move(polygon)},
          {"reset", face.reset},
          {"tail", face.tail}};
}

}  // namespace

std::vector<Stage> parse_stages(const std::vector<std::string>& names) {
  std::vector<Stage> stages;
  stages.reserve(names.size());
  for (const std::string& name : names) {
    stages.push_back(parse_stage(name));
  }
  return stages;
}

std::string plan_to_json(const ClipPlan& plan) {
  json frames = json::array();
  for (const FramePlan& frame : plan.frames) {
    json faces = json::array();
    for (const FacePlan& face : frame.faces) {
      faces.push_back(to_json(face));
    }
    frames.push_back({{"faces", std::move(faces)}});
  }
  const json document{{"schema", "ffbench.plan/1"},
                      {"crop_size", plan.crop_size},
                      {"notes", plan.notes},
                      {"frames", std::move(frames)}};
  return json_text(document, 1) + "\n";
}

void dump_runs(Subject& subject, const std::vector<PlannedRun>& runs, const std::filesystem::path& folder,
               const std::vector<Stage>& stages, const std::function<void()>& frame_done) {
  const std::vector<Stage> chosen = stages.empty() ? std::vector<Stage>{Stage::composite} : stages;
  struct Dumped {
    std::unique_ptr<PipelineRun> run;
    std::unique_ptr<PictureWriter> writer;
  };
  std::vector<Dumped> dumped;
  for (const PlannedRun& run : runs) {
    const std::filesystem::path target = folder / file_name_of(subject.name) / folder_name(run.pipeline.name);
    make_folder(target);
    write_file_atomically(target / "plan.json", plan_to_json(run.plan));
    dumped.push_back({std::make_unique<PipelineRun>(run.pipeline, subject, run.plan),
                      std::make_unique<PictureWriter>(target, chosen)});
    dumped.back().run->executor->observe(dumped.back().writer.get());
  }
  BgrImage frame(subject.clip->width(), subject.clip->height());
  for (int t = 0; t < subject.clip->frame_count(); ++t) {
    subject.clip->read(t, frame.view());
    for (const Dumped& dump : dumped) {
      dump.run->execute(t, frame.view());
    }
    frame_done();
  }
}

}  // namespace ffbench
