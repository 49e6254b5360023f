#include "datasets/synthetic/scene.hpp"

#include <algorithm>
#include <cmath>

#include "core/numeric/multiversion.hpp"
#include "datasets/synthetic/background.hpp"
#include "datasets/synthetic/random.hpp"
#include "datasets/synthetic/shading.hpp"

namespace ffbench::synthetic {
namespace {

constexpr int band_rows = 8;
/// Samples of one pixel that lie further apart in depth, in centimetres, belong to different
/// surfaces.
constexpr float same_surface = 1.2F;

/// Mixes the bits of a 32-bit number.
inline std::uint32_t scramble(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ (x >> 16);
}

/// Adds noise (sum of four uniform numbers; `gain` per unit of the sum) to a row of display values
/// and rounds it to 8 bits.
FFBENCH_MULTIVERSION
void quantise_row(const float* row, int count, std::uint32_t key, std::uint32_t first, float gain,
                  std::uint8_t* out) {
  for (int i = 0; i < count; ++i) {
    const std::uint32_t h = scramble((first + static_cast<std::uint32_t>(i)) * 0x9e3779b9U ^ key);
    const auto sum =
        static_cast<std::int32_t>((h & 255U) + (h >> 8 & 255U) + (h >> 16 & 255U) + (h >> 24)) - 510;
    float v = row[i] * 255.0F + static_cast<float>(sum) * gain + 0.5F;
    v = v < 0.0F ? 0.0F : v;
    v = v > 255.0F ? 255.0F : v;
    out[i] = static_cast<std::uint8_t>(static_cast<std::int32_t>(v));
  }
}

FFBENCH_MULTIVERSION
void background_row(const std::uint16_t* from, int width, const float* gain, float* out) {
  for (int i = 0; i < width; ++i) {
    out[3 * i] = static_cast<float>(from[3 * i]) * gain[0];
    out[3 * i + 1] = static_cast<float>(from[3 * i + 1]) * gain[1];
    out[3 * i + 2] = static_cast<float>(from[3 * i + 2]) * gain[2];
  }
}

/// What one frame is drawn from.
struct FrameWork {
  std::vector<Layer> layers;
  std::vector<const Shader*> shaders;
  std::vector<ScreenTriangle> triangles;

  /// The colour of a pixel of which not all samples show the same surface.
  [[nodiscard]] Float4 mixed(Int4 ids, Float4 depths, float x, float y, Float4 behind) const {
    Float4 sum{};
    std::array<bool, 4> done{};
    for (int lane = 0; lane < 4; ++lane) {
      if (done[static_cast<std::size_t>(lane)]) {
        continue;
      }
      if (ids[lane] < 0) {
        sum += behind;
        continue;
      }
      const ScreenTriangle& t = triangles[static_cast<std::size_t>(ids[lane])];
      float count = 0;
      for (int other = lane; other < 4; ++other) {
        if (!done[static_cast<std::size_t>(other)] && ids[other] >= 0 &&
            same(t, depths[lane], ids[other], depths[other])) {
          done[static_cast<std::size_t>(other)] = true;
          count += 1;
        }
      }
      sum += shaders[t.layer]->shade(t, x, y) * count;
    }
    return sum * 0.25F;
  }

  /// Whether all samples show one surface.
  [[nodiscard]] bool uniform(Int4 ids, Float4 depths) const {
    if (ids[0] == ids[1] && ids[0] == ids[2] && ids[0] == ids[3]) {
      return true;
    }
    const ScreenTriangle& t = triangles[static_cast<std::size_t>(ids[0])];
    return same(t, depths[0], ids[1], depths[1]) && same(t, depths[0], ids[2], depths[2]) &&
           same(t, depths[0], ids[3], depths[3]);
  }

  [[nodiscard]] bool same(const ScreenTriangle& t, float depth, std::int32_t id, float other_depth) const {
    const ScreenTriangle& o = triangles[static_cast<std::size_t>(id)];
    return t.layer == o.layer && std::fabs(depth - other_depth) < same_surface &&
           layers[t.layer].model->triangles()[t.triangle].part ==
               layers[o.layer].model->triangles()[o.triangle].part;
  }
};

}  // namespace

struct SyntheticScene::Appearance {
  std::vector<std::unique_ptr<PersonTextures>> people;
  std::unique_ptr<PersonTextures> hand;
  std::vector<std::vector<std::uint16_t>>
      backgrounds;  ///< by shot; empty where the scenario has no such shot
};

SyntheticScene::SyntheticScene(std::shared_ptr<const SceneGeometry> geometry, int threads)
    : geometry_(std::move(geometry)),
      threads_(threads),
      noise_key_(static_cast<std::uint32_t>(key_of(geometry_->scenario().name))) {}

SyntheticScene::~SyntheticScene() = default;

const SyntheticScene::Appearance& SyntheticScene::appearance() const {
  std::call_once(appearance_once_, [&] {
    auto made = std::make_unique<Appearance>();
    const SceneGeometry& g = *geometry_;
    const int size = g.height() > 1200 ? 2048 : (g.height() > 300 ? 1024 : 512);
    bool hand = false;
    for (int i = 0; i < g.frames(); ++i) {
      const SceneState state = g.state(i);
      hand = hand || state.hand.present;
      const auto shot = static_cast<std::size_t>(state.shot);
      if (made->backgrounds.size() <= shot) {
        made->backgrounds.resize(shot + 1);
      }
      if (made->backgrounds[shot].empty()) {
        made->backgrounds[shot] = make_background(state.shot, g.width(), g.height(), threads_);
      }
    }
    for (std::size_t i = 0; i < g.people(); ++i) {
      made->people.push_back(std::make_unique<PersonTextures>(g.person(i).shape(), size, threads_));
    }
    if (hand) {
      made->hand = std::make_unique<PersonTextures>(HeadShape(people()[1]), 64, threads_);
    }
    appearance_ = std::move(made);
  });
  return *appearance_;
}

void SyntheticScene::render(int index, BgrView out, bool camera_noise) const {
  const Appearance& looks = appearance();
  const SceneGeometry& g = *geometry_;
  const FrameGeometry frame = g.frame(index, false);
  const int width = g.width();
  const int height = g.height();

  const Lighting lighting = Lighting::of(frame.state.shot, frame.state.light);
  FrameWork work;
  std::vector<std::unique_ptr<Shader>> shaders;
  for (std::size_t i = 0; i < g.layer_count(); ++i) {
    work.layers.push_back(g.layer(frame, i));
    const bool is_hand = i == g.people();
    if (!frame.vertices[i].empty()) {
      const Placement& p = frame.placements[i];
      const PersonTextures& textures = is_hand ? *looks.hand : *looks.people[i];
      shaders.push_back(std::make_unique<Shader>(lighting, work.layers[i], textures,
                                                 is_hand ? people()[1] : g.person(i).shape().person(), p.yaw,
                                                 p.roll));
      set_up_triangles(work.layers[i], static_cast<std::uint16_t>(i), -1, -1, static_cast<float>(width),
                       static_cast<float>(height), work.triangles);
    } else {
      shaders.push_back(nullptr);
    }
    work.shaders.push_back(shaders.back().get());
  }

  // Triangles by band of rows.
  const int bands = (height + band_rows - 1) / band_rows;
  std::vector<std::vector<std::int32_t>> bins(static_cast<std::size_t>(bands));
  float left = static_cast<float>(width);
  float right = 0;
  for (std::size_t i = 0; i < work.triangles.size(); ++i) {
    const ScreenTriangle& t = work.triangles[i];
    left = std::min(left, t.left);
    right = std::max(right, t.right);
    const int first = std::clamp(static_cast<int>(std::max(t.top - 1, 0.0F)) / band_rows, 0, bands - 1);
    const int last =
        std::clamp(static_cast<int>(std::clamp(t.bottom + 1, 0.0F, static_cast<float>(height))) / band_rows,
                   0, bands - 1);
    for (int band = first; band <= last; ++band) {
      bins[static_cast<std::size_t>(band)].push_back(static_cast<std::int32_t>(i));
    }
  }
  const int x0 = std::clamp(static_cast<int>(left) - 1, 0, width - 1);
  const int x1 = std::clamp(static_cast<int>(right) + 2, x0, width);

  const std::vector<std::uint16_t>& background =
      looks.backgrounds[static_cast<std::size_t>(frame.state.shot)];
  const auto gain_of = [](double light) { return static_cast<float>(std::sqrt(light) / 65535); };
  const std::array<float, 3> gain{gain_of(frame.state.light.b), gain_of(frame.state.light.g),
                                  gain_of(frame.state.light.r)};
  // The sum of four uniform bytes has the standard deviation sqrt(4 (256² - 1) / 12) = 147.80.
  const float noise = camera_noise ? static_cast<float>(g.scenario().noise / 147.80) : 0;
  const std::uint32_t key = scramble(noise_key_ + static_cast<std::uint32_t>(index) * 0x85ebca6bU);

  std::vector<float> row(static_cast<std::size_t>(width) * 3);
  VisibilityBuffer seen;
  for (int band = 0; band < bands; ++band) {
    const int y0 = band * band_rows;
    const int rows = std::min(band_rows, height - y0);
    const auto& bin = bins[static_cast<std::size_t>(band)];
    if (!bin.empty()) {
      seen.reset(VisibilityBuffer::Pattern::pixel_samples, x0, y0, x1 - x0, rows);
      for (const std::int32_t id : bin) {
        const ScreenTriangle& t = work.triangles[static_cast<std::size_t>(id)];
        seen.draw(t, id, work.layers[t.layer]);
      }
    }
    for (int y = y0; y < y0 + rows; ++y) {
      background_row(background.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * 3,
                     width, gain.data(), row.data());
      if (!bin.empty()) {
        const Int4* ids = seen.ids(y - y0);
        const Float4* depths = seen.depths(y - y0);
        for (int x = x0; x < x1; ++x) {
          const Int4 id = ids[x - x0];
          const std::int32_t all = id[0] & id[1] & id[2] & id[3];
          if (all == VisibilityBuffer::nothing) {
            continue;
          }
          float* pixel = row.data() + static_cast<std::ptrdiff_t>(x) * 3;
          const auto px = static_cast<float>(x);
          const auto py = static_cast<float>(y);
          Float4 colour;
          if ((id[0] | id[1] | id[2] | id[3]) >= 0 && work.uniform(id, depths[x - x0])) {
            const ScreenTriangle& t = work.triangles[static_cast<std::size_t>(id[0])];
            colour = work.shaders[t.layer]->shade(t, px, py);
          } else {
            colour = work.mixed(id, depths[x - x0], px, py, Float4{pixel[0], pixel[1], pixel[2], 0});
          }
          pixel[0] = colour[0];
          pixel[1] = colour[1];
          pixel[2] = colour[2];
        }
      }
      quantise_row(row.data(), 3 * width, key,
                   static_cast<std::uint32_t>(y) * static_cast<std::uint32_t>(3 * width), noise, out.row(y));
    }
  }
}

PortraitGeometry::PortraitGeometry(int person, int crop_size) {
  Scenario sitting;
  sitting.name = "portrait";
  sitting.cast = {person};
  sitting.state = [](const Moment&) {
    SceneState scene;
    FaceState face;
    // 1.25 crops in a picture of 2.75 crops.
    face.size = 1.25 / 2.75;
    face.y = -0.02;
    scene.faces = {face};
    return scene;
  };
  const int side = crop_size * 11 / 4;
  geometry_ = std::make_shared<const SceneGeometry>(sitting, side, side, 1);
}

Landmarks68 PortraitGeometry::landmarks() const {
  return geometry_->person(0).landmarks(geometry_->frame(0, true).vertices[0]);
}

void PortraitGeometry::render(BgrView out, int threads) const {
  SyntheticScene(geometry_, threads).render(0, out, false);
}

}  // namespace ffbench::synthetic
