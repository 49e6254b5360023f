// How landmarks move before and after refinement: `ffbench_fhr_motion [--csv FILE] [--model FILE]
// CLIP...`. A clip is a video or the name of a fixture of the suite `smoke`. Prints a row of the
// table in docs/fhr.md for each; with --csv also where each landmark of the first face was observed
// and refined, frame by frame.

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include <fmt/core.h>

#include "core/error.hpp"
#include "datasets/detectors/detector.hpp"
#include "datasets/suite.hpp"
#include "datasets/video/video_clip.hpp"
#include "datasets/video_track.hpp"
#include "harness/pipeline/landmark_refinement.hpp"
#include "harness/pipeline/subject.hpp"

namespace ffbench::fhr {
namespace {

Subject open_clip(const std::string& name, const std::string& model) {
  if (std::filesystem::exists(name)) {
    Subject subject;
    auto clip = std::make_unique<VideoClip>(name);
    const std::unique_ptr<Detector> detector = make_detector(model);
    std::vector<std::string> warnings;
    subject.observed = load_or_detect(name, *clip, detector.get(), {}, warnings).track;
    subject.name = clip->name();
    subject.clip = std::move(clip);
    return subject;
  }
  for (const FixtureSpec& spec : load_suite("smoke").fixtures) {
    if (spec.name == name) {
      return make_subject(open_fixture(spec));
    }
  }
  fail("{}: neither a video nor a fixture of the suite smoke; see `ffbench list fixtures`", name);
}

/// Root mean square over all landmarks of all faces.
class Rms {
 public:
  void add(double x, double y) {
    sum_ += x * x + y * y;
    ++count_;
  }
  [[nodiscard]] std::string text() const {
    return count_ == 0 ? "" : fmt::format("{:.3f}", std::sqrt(sum_ / static_cast<double>(count_)));
  }

 private:
  double sum_ = 0;
  std::size_t count_ = 0;
};

const TrackedFace* find(const TrackFrame& frame, int id) {
  for (const TrackedFace& face : frame.faces) {
    if (face.id == id) {
      return &face;
    }
  }
  return nullptr;
}

/// Of the faces that `observed` has in three frames on end of one scene, as `track` places them.
Rms second_differences(const FaceTrack& observed, const FaceTrack& track) {
  Rms rms;
  for (std::size_t t = 2; t < observed.frames.size(); ++t) {
    if (observed.frames[t].cut || observed.frames[t - 1].cut) {
      continue;
    }
    for (const TrackedFace& face : observed.frames[t].faces) {
      if (find(observed.frames[t - 1], face.id) == nullptr ||
          find(observed.frames[t - 2], face.id) == nullptr) {
        continue;
      }
      const TrackedFace* now = find(track.frames[t], face.id);
      const TrackedFace* before = find(track.frames[t - 1], face.id);
      const TrackedFace* first = find(track.frames[t - 2], face.id);
      if (now == nullptr || before == nullptr || first == nullptr) {
        continue;
      }
      for (std::size_t k = 0; k < 5; ++k) {
        rms.add(now->landmarks5[k].x - 2 * before->landmarks5[k].x + first->landmarks5[k].x,
                now->landmarks5[k].y - 2 * before->landmarks5[k].y + first->landmarks5[k].y);
      }
    }
  }
  return rms;
}

Rms errors(const FaceTrack& track, const FaceTrack& truth) {
  Rms rms;
  for (std::size_t t = 0; t < track.frames.size(); ++t) {
    for (const TrackedFace& face : track.frames[t].faces) {
      const TrackedFace* real = find(truth.frames[t], face.id);
      for (std::size_t k = 0; real != nullptr && k < 5; ++k) {
        rms.add(face.landmarks5[k].x - real->landmarks5[k].x, face.landmarks5[k].y - real->landmarks5[k].y);
      }
    }
  }
  return rms;
}

void write_csv(std::ofstream& csv, const std::string& clip, const FaceTrack& observed,
               const FaceTrack& refined, const FaceTrack& truth) {
  for (std::size_t t = 0; t < observed.frames.size(); ++t) {
    if (observed.frames[t].faces.empty()) {
      continue;
    }
    const TrackedFace& face = observed.frames[t].faces[0];
    const TrackedFace* real = truth.frames.empty() ? nullptr : find(truth.frames[t], face.id);
    for (std::size_t k = 0; k < 5; ++k) {
      const Point& o = face.landmarks5[k];
      const Point& r = refined.frames[t].faces[0].landmarks5[k];
      csv << fmt::format("{},{},{},{},{},{},{},{},{},{}\n", clip, t, face.id, k, o.x, o.y, r.x, r.y,
                         real == nullptr ? "" : fmt::format("{}", real->landmarks5[k].x),
                         real == nullptr ? "" : fmt::format("{}", real->landmarks5[k].y));
    }
  }
}

int run(int argc, char** argv) {
  std::ofstream csv;
  std::string model;
  std::vector<std::string> clips;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--csv" && i + 1 < argc) {
      csv.open(argv[++i]);
      csv << "clip,frame,face,landmark,observed_x,observed_y,refined_x,refined_y,true_x,true_y\n";
    } else if (argument == "--model" && i + 1 < argc) {
      model = argv[++i];
    } else {
      clips.push_back(argument);
    }
  }
  std::cout << "| clip | second differences: observed | refined | of the truth | error: observed | refined | "
               "us a face |\n"
               "|---|---|---|---|---|---|---|\n";
  for (const std::string& name : clips) {
    const Subject subject = open_clip(name, model);
    const RefinedTrack refined = refine_landmarks(*subject.clip, subject.observed, Preset{}, Backend::cpu);
    const FaceTrack truth = subject.truth ? subject.truth->track() : FaceTrack{};
    const bool known = subject.truth != nullptr;
    std::cout << fmt::format("| {} | {} | {} | {} | {} | {} | {:.0f} |\n", subject.name,
                             second_differences(subject.observed, subject.observed).text(),
                             second_differences(subject.observed, refined.track).text(),
                             known ? second_differences(subject.observed, truth).text() : "",
                             known ? errors(subject.observed, truth).text() : "",
                             known ? errors(refined.track, truth).text() : "", refined.face_us)
              << std::flush;
    if (csv.is_open()) {
      write_csv(csv, subject.name, subject.observed, refined.track, truth);
    }
  }
  return 0;
}

}  // namespace
}  // namespace ffbench::fhr

int main(int argc, char** argv) {
  if (argc < 2) {
    std::cerr << "usage: ffbench_fhr_motion [--csv FILE] [--model FILE] CLIP...\n";
    return 2;
  }
  try {
    return ffbench::fhr::run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "ffbench_fhr_motion: " << error.what() << '\n';
    return 2;
  }
}
