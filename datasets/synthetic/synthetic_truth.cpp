#include "datasets/synthetic/synthetic_truth.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace ffbench::synthetic {
namespace {

/// Depths that differ by more, in centimetres, belong to different surfaces.
constexpr float same_depth = 0.7F;

struct Bounds {
  float x0 = 1e30F;
  float y0 = 1e30F;
  float x1 = -1e30F;
  float y1 = -1e30F;
};

Bounds head_bounds(const std::vector<PosedVertex>& vertices, const Model& model) {
  Bounds b;
  const std::size_t count = model.parts().front().mesh.vertices.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Float4 p = vertices[i].position;
    b.x0 = std::min(b.x0, p[0]);
    b.x1 = std::max(b.x1, p[0]);
    b.y0 = std::min(b.y0, p[1]);
    b.y1 = std::max(b.y1, p[1]);
  }
  return b;
}

Region clipped(const Bounds& b, int width, int height) {
  const int x0 = std::max(static_cast<int>(std::floor(std::max(b.x0, 0.0F))), 0);
  const int y0 = std::max(static_cast<int>(std::floor(std::max(b.y0, 0.0F))), 0);
  const int x1 = static_cast<int>(std::ceil(std::min(b.x1, static_cast<float>(width - 1)))) + 1;
  const int y1 = static_cast<int>(std::ceil(std::min(b.y1, static_cast<float>(height - 1)))) + 1;
  return {x0, y0, x1 - x0, y1 - y0};
}

bool is_face(Material m) {
  return m == Material::face || m == Material::eye || m == Material::mouth;
}

/// One layer's surface over a rectangle, at pixel centres.
struct LayerView {
  std::vector<ScreenTriangle> triangles;
  VisibilityBuffer buffer;

  void draw(const Layer& layer, Region r) {
    set_up_triangles(layer, 0, static_cast<float>(r.x), static_cast<float>(r.y),
                     static_cast<float>(r.x + r.width), static_cast<float>(r.y + r.height), triangles);
    buffer.reset(VisibilityBuffer::Pattern::pixel_centres, r.x, r.y, r.width, r.height);
    for (std::size_t i = 0; i < triangles.size(); ++i) {
      buffer.draw(triangles[i], static_cast<std::int32_t>(i), layer);
    }
  }
  [[nodiscard]] Material material(const Model& model, std::int32_t id) const {
    return model.parts()[model.triangles()[triangles[static_cast<std::size_t>(id)].triangle].part].material;
  }
};

/// The share of a face that can be seen, from a small drawing of it.
double visible_share(const SceneGeometry& geometry, const FrameGeometry& frame, std::size_t person) {
  constexpr float side = 72;
  const Model& model = geometry.person(person);
  const Bounds full = head_bounds(frame.vertices[person], model);
  const float scale = side / std::max(full.x1 - full.x0, full.y1 - full.y0);
  const Region region{0, 0, static_cast<int>((full.x1 - full.x0) * scale) + 2,
                      static_cast<int>((full.y1 - full.y0) * scale) + 2};
  std::vector<LayerView> views(geometry.layer_count());
  for (std::size_t i = 0; i < geometry.layer_count(); ++i) {
    if (frame.vertices[i].empty()) {
      continue;
    }
    std::vector<PosedVertex> small = frame.vertices[i];
    for (PosedVertex& v : small) {
      v.position[0] = (v.position[0] - full.x0) * scale;
      v.position[1] = (v.position[1] - full.y0) * scale;
    }
    Layer layer = geometry.layer(frame, i);
    layer.vertices = &small;
    views[i].draw(layer, region);
  }
  int all = 0;
  int visible = 0;
  for (int y = 0; y < region.height; ++y) {
    for (int x = 0; x < region.width; ++x) {
      const std::int32_t id = views[person].buffer.id_at(x, y);
      if (id < 0 || !is_face(views[person].material(model, id))) {
        continue;
      }
      ++all;
      const float px = static_cast<float>(x) / scale + full.x0;
      const float py = static_cast<float>(y) / scale + full.y0;
      bool hidden = px < -0.5F || py < -0.5F || px > static_cast<float>(geometry.width()) - 0.5F ||
                    py > static_cast<float>(geometry.height()) - 0.5F;
      for (std::size_t i = 0; i < views.size() && !hidden; ++i) {
        hidden = i != person && !frame.vertices[i].empty() &&
                 views[i].buffer.depth_at(x, y) > views[person].buffer.depth_at(x, y);
      }
      visible += hidden ? 0 : 1;
    }
  }
  return all > 0 ? static_cast<double>(visible) / all : 0;
}

}  // namespace

/// A frame's geometry with every layer drawn over the region of the faces.
struct SyntheticTruth::Seen {
  int index = -1;
  FrameGeometry frame;
  std::vector<Region> faces;  ///< per person, clipped to the frame; empty where out of sight
  Region region;              ///< holds all of them
  std::vector<LayerView> layers;

  /// The layer in front at a pixel of the region, or -1.
  [[nodiscard]] int front(int x, int y) const {
    int best = -1;
    float depth = -1e29F;
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (!frame.vertices[i].empty()) {
        const float d = layers[i].buffer.depth_at(x, y);
        if (d > depth) {
          depth = d;
          best = static_cast<int>(i);
        }
      }
    }
    return best;
  }
};

SyntheticTruth::SyntheticTruth(std::shared_ptr<const SceneGeometry> geometry)
    : geometry_(std::move(geometry)) {
  const SceneGeometry& g = *geometry_;
  track_.width = g.width();
  track_.height = g.height();
  track_.detector = "truth";
  int shot = 0;
  for (int i = 0; i < g.frames(); ++i) {
    const FrameGeometry frame = g.frame(i, true);
    TrackFrame out;
    out.cut = i > 0 && frame.state.shot != shot;
    shot = frame.state.shot;
    for (std::size_t k = 0; k < g.people(); ++k) {
      if (frame.vertices[k].empty()) {
        continue;
      }
      TrackedFace face;
      face.id = static_cast<int>(k);
      face.landmarks68 = g.person(k).landmarks(frame.vertices[k]);
      face.landmarks5 = landmarks5_from_68(*face.landmarks68);
      face.box = bounding_box(*face.landmarks68);
      if (face.box.x1 < 0 || face.box.y1 < 0 || face.box.x0 > g.width() - 1 || face.box.y0 > g.height() - 1) {
        continue;
      }
      face.score = visible_share(g, frame, k);
      out.faces.push_back(face);
    }
    track_.frames.push_back(std::move(out));
  }
}

SyntheticTruth::~SyntheticTruth() = default;

std::shared_ptr<const SyntheticTruth::Seen> SyntheticTruth::seen(int index) const {
  {
    const std::lock_guard lock(mutex_);
    for (const auto& s : recent_) {
      if (s && s->index == index) {
        return s;
      }
    }
  }
  const SceneGeometry& g = *geometry_;
  auto s = std::make_shared<Seen>();
  s->index = index;
  s->frame = g.frame(index, true);
  s->layers.resize(g.layer_count());
  int x0 = g.width();
  int y0 = g.height();
  int x1 = 0;
  int y1 = 0;
  for (std::size_t i = 0; i < g.people(); ++i) {
    Region r;
    if (!s->frame.vertices[i].empty()) {
      r = clipped(head_bounds(s->frame.vertices[i], g.person(i)), g.width(), g.height());
    }
    if (!r.empty()) {
      x0 = std::min(x0, r.x);
      y0 = std::min(y0, r.y);
      x1 = std::max(x1, r.x + r.width);
      y1 = std::max(y1, r.y + r.height);
    }
    s->faces.push_back(r);
  }
  if (x1 > x0 && y1 > y0) {
    s->region = {x0, y0, x1 - x0, y1 - y0};
    for (std::size_t i = 0; i < g.layer_count(); ++i) {
      if (!s->frame.vertices[i].empty()) {
        s->layers[i].draw(g.layer(s->frame, i), s->region);
      }
    }
  }
  const std::lock_guard lock(mutex_);
  auto& slot = recent_[static_cast<std::size_t>(index) % 2];
  slot = s;
  return s;
}

void SyntheticTruth::maps(int index, TruthMaps& out) const {
  const SceneGeometry& g = *geometry_;
  const int width = g.width();
  const int height = g.height();
  out.face.resize(width, height);
  out.occluded.resize(width, height);
  out.flow.resize(width, height);
  out.flow_valid.resize(width, height);
  for (MaskImage* mask : {&out.face, &out.occluded, &out.flow_valid}) {
    std::memset(mask->data(), 0, mask->size_bytes());
  }
  const std::shared_ptr<const Seen> now = seen(index);
  std::shared_ptr<const Seen> next;
  if (index + 1 < g.frames() && now->frame.state.shot == g.state(index + 1).shot) {
    next = seen(index + 1);
  }
  for (std::size_t person = 0; person < g.people(); ++person) {
    const Region r = now->faces[person];
    if (r.empty()) {
      continue;
    }
    const Model& model = g.person(person);
    const LayerView& view = now->layers[person];
    const bool follow = next && !next->faces[person].empty();
    const Region there = follow ? next->region : Region{};
    const PosedVertex* later = follow ? next->frame.vertices[person].data() : nullptr;
    for (int y = r.y; y < r.y + r.height; ++y) {
      std::uint8_t* face_row = out.face.view().row(y);
      std::uint8_t* occluded_row = out.occluded.view().row(y);
      std::uint8_t* valid_row = out.flow_valid.view().row(y);
      float* flow_row = out.flow.view().row(y);
      for (int x = r.x; x < r.x + r.width; ++x) {
        const std::int32_t id = view.buffer.id_at(x, y);
        if (id < 0) {
          continue;
        }
        const Material material = view.material(model, id);
        if (!is_face(material)) {
          continue;
        }
        if (now->front(x, y) != static_cast<int>(person)) {
          occluded_row[x] = 255;
          continue;
        }
        face_row[x] = 255;
        if (!follow || material != Material::face) {
          continue;
        }
        const ScreenTriangle& t = view.triangles[static_cast<std::size_t>(id)];
        const ScreenTriangle::Weights w = t.weights(static_cast<float>(x), static_cast<float>(y));
        const auto& corners = model.triangles()[t.triangle].vertex;
        const Float4 p = later[corners[0]].position * w.w0 + later[corners[1]].position * w.w1 +
                         later[corners[2]].position * w.w2;
        const float fx = p[0] + 0.5F;
        const float fy = p[1] + 0.5F;
        if (!(fx >= static_cast<float>(there.x)) || !(fy >= static_cast<float>(there.y)) ||
            !(fx < static_cast<float>(there.x + there.width)) ||
            !(fy < static_cast<float>(there.y + there.height))) {
          continue;
        }
        const int nx = static_cast<int>(fx);
        const int ny = static_cast<int>(fy);
        const LayerView& next_view = next->layers[person];
        const std::int32_t next_id = next_view.buffer.id_at(nx, ny);
        if (next_id < 0 || next_view.material(model, next_id) != Material::face ||
            std::fabs(next_view.buffer.depth_at(nx, ny) - p[2]) > same_depth ||
            next->front(nx, ny) != static_cast<int>(person)) {
          continue;
        }
        valid_row[x] = 255;
        flow_row[2 * x] = p[0] - static_cast<float>(x);
        flow_row[2 * x + 1] = p[1] - static_cast<float>(y);
      }
    }
  }
}

}  // namespace ffbench::synthetic
