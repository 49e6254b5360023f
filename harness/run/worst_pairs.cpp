#include "harness/run/worst_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>

#include <fmt/core.h>

#include "datasets/picture_encoder.hpp"
#include "harness/pipeline/pipeline_run.hpp"
#include "reports/base64.hpp"

namespace ffbench {
namespace {

constexpr int stride = 2;  ///< of tPSNR
constexpr int frames_before = 2;
constexpr int frames_after = 2;
constexpr int outliers_shown = 2;
constexpr int distance = 12;  ///< frames between two pairs, so that their pictures differ
constexpr int amplification = 8;
constexpr int side = 208;               ///< of a picture, pixels
constexpr int frame_quality = 68;       ///< of WebP
constexpr int difference_quality = 36;  ///< amplified noise takes room and shows nothing

/// A pair that is to be shown, with the window of the frame that is cut out and the frames it is
/// cut from.
struct Shown {
  std::size_t run = 0;
  WorstPair pair;
  Region window;
  int first = 0;
  int last = 0;
};

const DeltaFigures* delta_of(const Result& result) {
  if (!result.quality) {
    return nullptr;
  }
  return result.quality->delta         ? &*result.quality->delta
         : result.quality->delta_truth ? &*result.quality->delta_truth
                                       : nullptr;
}

/// The worst pairs of a result, the worst first: one, or more where there are outliers.
std::vector<WorstPair> worst_of(const Result& result) {
  const DeltaFigures* delta = delta_of(result);
  const std::vector<double>* series = nullptr;
  if (delta != nullptr) {
    series = &delta->series;
  } else if (result.quality) {
    series = &result.quality->tpsnr_stride2.series;
  }
  if (series == nullptr) {
    return {};
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < series->size(); ++i) {
    if (std::isfinite((*series)[i])) {
      order.push_back(i);
    }
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return (*series)[a] < (*series)[b]; });
  const std::size_t wanted = delta != nullptr && !delta->outliers.empty() ? outliers_shown : 1;
  std::vector<WorstPair> pairs;
  for (const std::size_t i : order) {
    const int frame = static_cast<int>(i) + stride;
    const bool near = std::ranges::any_of(
        pairs, [frame](const WorstPair& other) { return std::abs(other.frame - frame) < distance; });
    if (!near && pairs.size() < wanted) {
      constexpr int tail_frames = 30;
      WorstPair& pair = pairs.emplace_back();
      pair.frame = frame;
      pair.value = (*series)[i];
      pair.tail = frame >= result.frames - tail_frames;
    }
  }
  return pairs;
}

/// Where faces are pasted in frames `first` to `last`; empty where there is none.
Region faces_in(const ClipPlan& plan, int first, int last) {
  int x0 = 0;
  int y0 = 0;
  int x1 = 0;
  int y1 = 0;
  for (int t = first; t <= last; ++t) {
    for (const FacePlan& face : plan.frames[static_cast<std::size_t>(t)].faces) {
      const Region& region = face.geometry.region;
      if (region.empty()) {
        continue;
      }
      const bool none = x1 == 0;
      x0 = none ? region.x : std::min(x0, region.x);
      y0 = none ? region.y : std::min(y0, region.y);
      x1 = std::max(x1, region.x + region.width);
      y1 = std::max(y1, region.y + region.height);
    }
  }
  return {x0, y0, x1 - x0, y1 - y0};
}

/// A square around the box with some room, moved and cut to lie within the frame.
Region window_around(const Region& box, int width, int height) {
  const int wanted = std::max(box.width, box.height) * 5 / 4;
  const int w = std::min(wanted, width);
  const int h = std::min(wanted, height);
  const int x = std::clamp(box.x + box.width / 2 - w / 2, 0, width - w);
  const int y = std::clamp(box.y + box.height / 2 - h / 2, 0, height - h);
  return {x, y, w, h};
}

ConstBgrView part_of(const BgrImage& image, const Region& window) {
  const ConstBgrView view = image.const_view();
  return {view.row(window.y) + std::ptrdiff_t{3} * window.x, window.width, window.height, view.stride_bytes};
}

Picture picture(const std::string& who, const std::string& what, int frame, ConstBgrView view, int quality) {
  return {.role = fmt::format("{}, {} {}", who, what, frame),
          .path = {},
          .mime = "image/webp",
          .data = to_base64(encode_webp(view, side, quality))};
}

/// The edge of the region as the picture shows it, drawn over the pixels.
void draw_box(BgrImage& image, const Region& box) {
  const int line = std::max(1, image.width() / side);
  for (int y = std::max(0, box.y); y < std::min(image.height(), box.y + box.height); ++y) {
    for (int x = std::max(0, box.x); x < std::min(image.width(), box.x + box.width); ++x) {
      const bool edge = x < box.x + line || x >= box.x + box.width - line || y < box.y + line ||
                        y >= box.y + box.height - line;
      if (edge) {
        std::uint8_t* p = image.view().row(y) + std::ptrdiff_t{3} * x;
        p[0] = 66;
        p[1] = 228;
        p[2] = 240;
      }
    }
  }
}

BgrImage copy_of(ConstBgrView view) {
  BgrImage copy(view.width, view.height);
  copy_pixels(view, copy.view());
  return copy;
}

BgrImage amplified_difference(ConstBgrView a, ConstBgrView b) {
  BgrImage out(a.width, a.height);
  for (int y = 0; y < a.height; ++y) {
    std::uint8_t* to = out.view().row(y);
    for (int i = 0; i < 3 * a.width; ++i) {
      to[i] = static_cast<std::uint8_t>(std::min(255, amplification * std::abs(a.row(y)[i] - b.row(y)[i])));
    }
  }
  return out;
}

/// A run that pictures are taken of, and its last frames.
struct Camera {
  Camera(const PlannedRun& planned, const Subject& subject, int threads)
      : run(planned.pipeline, subject, planned.plan, {.threads = threads, .cuda = {}}) {}

  PipelineRun run;
  std::map<int, BgrImage> frames;  ///< the last `stride` and the present one
};

class Photographer {
 public:
  Photographer(Subject& subject, const std::vector<PlannedRun>& runs, int threads,
               std::vector<Result>& results)
      : subject_(subject), runs_(runs), threads_(threads), results_(results) {
    choose();
  }

  void run(const std::function<void()>& frame_done) {
    int last = -1;
    for (const Shown& shown : shown_) {
      last = std::max(last, shown.last);
    }
    BgrImage frame(subject_.clip->width(), subject_.clip->height());
    for (int t = 0; t <= last; ++t) {
      subject_.clip->read(t, frame.view());
      for (auto& [run, camera] : cameras_) {
        camera->run.execute(t, frame.view());
        if (wanted(t)) {
          camera->frames[t] = copy_of(camera->run.output.const_view());
        }
        camera->frames.erase(t - stride - 1);
      }
      for (Shown& shown : shown_) {
        take(shown, t);
      }
      if (frame_done) {
        frame_done();
      }
    }
    for (Shown& shown : shown_) {
      results_[shown.run].worst_pairs.push_back(std::move(shown.pair));
    }
  }

 private:
  void choose() {
    const int frames = subject_.clip->frame_count();
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (runs_[i].pipeline.name == base_pipeline_name) {
        base_ = static_cast<int>(i);
      }
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const Result& result = results_[i];
      const bool is_base = base_ == static_cast<int>(i);
      if (result.status != ResultStatus::ok || result.face_frames == 0 ||
          (result.determinism && !seen.insert(result.determinism->digest).second) ||
          (is_base && runs_.size() > 1)) {
        continue;
      }
      for (WorstPair& pair : worst_of(result)) {
        Shown shown;
        shown.run = i;
        shown.first = std::max(0, pair.frame - stride - frames_before);
        shown.last = std::min(frames - 1, pair.frame + frames_after);
        const Region box = faces_in(runs_[i].plan, shown.first, shown.last);
        if (box.empty()) {
          continue;
        }
        const Region face = faces_in(runs_[i].plan, pair.frame, pair.frame);
        if (!face.empty()) {
          pair.face_box = std::array{face.x, face.y, face.width, face.height};
        }
        shown.window = window_around(box, subject_.clip->width(), subject_.clip->height());
        shown.pair = std::move(pair);
        shown_.push_back(std::move(shown));
        use_camera(i);
        if (base_ >= 0) {
          use_camera(static_cast<std::size_t>(base_));
        }
      }
    }
  }

  void use_camera(std::size_t run) {
    if (!cameras_.contains(run)) {
      cameras_.emplace(run, std::make_unique<Camera>(runs_[run], subject_, threads_));
    }
  }

  [[nodiscard]] bool wanted(int t) const {
    return std::ranges::any_of(shown_,
                               [t](const Shown& shown) { return t >= shown.first && t <= shown.last; });
  }

  void take(Shown& shown, int t) {
    if (t < shown.first || t > shown.last) {
      return;
    }
    if (base_ >= 0 && static_cast<std::size_t>(base_) != shown.run) {
      take_of("base", *cameras_.at(static_cast<std::size_t>(base_)), shown, t);
    }
    take_of("candidate", *cameras_.at(shown.run), shown, t);
  }

  /// Both are boxed where the run pastes its faces, so that the same place is looked at.
  void take_of(const std::string& who, const Camera& camera, Shown& shown, int t) const {
    const ClipPlan& plan = runs_[shown.run].plan;
    const ConstBgrView now = part_of(camera.frames.at(t), shown.window);
    BgrImage boxed = copy_of(now);
    for (const FacePlan& face : plan.frames[static_cast<std::size_t>(t)].faces) {
      Region box = face.geometry.region;
      box.x -= shown.window.x;
      box.y -= shown.window.y;
      draw_box(boxed, box);
    }
    shown.pair.pictures.push_back(picture(who, "frame", t, boxed.const_view(), frame_quality));
    if (t - stride >= shown.first) {
      const BgrImage difference =
          amplified_difference(now, part_of(camera.frames.at(t - stride), shown.window));
      shown.pair.pictures.push_back(
          picture(who, "difference", t, difference.const_view(), difference_quality));
    }
  }

  Subject& subject_;
  const std::vector<PlannedRun>& runs_;
  int threads_;
  std::vector<Result>& results_;
  std::vector<Shown> shown_;
  std::map<std::size_t, std::unique_ptr<Camera>> cameras_;
  int base_ = -1;
};

}  // namespace

void picture_worst_pairs(Subject& subject, const std::vector<PlannedRun>& runs, int threads,
                         const std::function<void()>& frame_done, std::vector<Result>& results) {
  Photographer(subject, runs, threads, results).run(frame_done);
}

}  // namespace ffbench
