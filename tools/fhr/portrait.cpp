#include "tools/fhr/portrait.hpp"

#include <algorithm>

#include "datasets/synthetic/random.hpp"
#include "datasets/synthetic/shading.hpp"

namespace ffbench::fhr {

using namespace synthetic;

namespace {

constexpr int texture_size = 512;

Colour mix(Colour a, Colour b, double t) {
  return {a.r + (b.r - a.r) * t, a.g + (b.g - a.g) * t, a.b + (b.b - a.b) * t};
}

std::uint8_t to_byte(float value) {
  return static_cast<std::uint8_t>(std::clamp(value * 255.0F + 0.5F, 0.0F, 255.0F));
}

}  // namespace

Person random_person(std::uint64_t seed) {
  const RandomStream random = RandomStream(key_of("fhr person")).substream(seed);
  std::uint64_t drawn = 0;
  const auto between = [&](double low, double high) { return low + (high - low) * random.uniform(drawn++); };
  Person p;
  p.seed = 100000 + seed;
  const double tone = between(0, 1);
  p.skin = mix({0.44, 0.30, 0.23}, {0.93, 0.79, 0.71}, tone);
  p.skin.g *= between(0.96, 1.03);
  p.skin.b *= between(0.94, 1.05);
  p.lips = mix(p.skin, mix({0.40, 0.20, 0.19}, {0.80, 0.36, 0.38}, tone), between(0.45, 1));
  p.hair = mix(mix({0.07, 0.06, 0.055}, {0.52, 0.28, 0.14}, between(0, 1)), {0.70, 0.60, 0.45},
               between(0, 1) * tone);
  p.iris = mix({0.20, 0.12, 0.08}, {0.34, 0.48, 0.58}, between(0, 1));
  p.cloth = {between(0.1, 0.8), between(0.1, 0.8), between(0.1, 0.8)};
  p.face_width = between(0.92, 1.06);
  p.jaw_width = between(0.85, 1.1);
  p.nose_length = between(0.9, 1.1);
  p.nose_width = between(0.82, 1.22);
  p.lip_fullness = between(0.85, 1.3);
  p.eye_height = between(0.85, 1.2);
  p.brow_thickness = between(0.7, 1.2);
  p.brow_height = between(-0.1, 0.15);
  p.stubble = random.uniform(drawn++) < 0.5 ? between(0, 0.9) : 0;
  p.freckles = random.uniform(drawn++) < 0.3 ? between(0, 1) : 0;
  p.hair_length = random.uniform(drawn++) < 0.5 ? between(0, 13) : 0;
  p.hair_volume = between(0.75, 1.15);
  return p;
}

Sitter::Sitter(const Person& person)
    : model_(person), textures_(std::make_unique<PersonTextures>(model_.shape(), texture_size, 1)) {}

Sitter::~Sitter() = default;

Landmarks68 Sitter::landmarks(const Placement& placement, const Expression& expression) const {
  std::vector<PosedVertex> vertices;
  model_.pose(placement, expression, true, vertices);
  return model_.landmarks(vertices);
}

void Sitter::render(const Placement& placement, const Expression& expression, int shot, Colour light,
                    const std::function<bool(int x, int y)>& wanted, BgrView out) const {
  std::vector<PosedVertex> vertices;
  model_.pose(placement, expression, false, vertices);
  const Layer layer{&model_, &model_.shape(), &vertices};
  const Shader shader(Lighting::of(shot, light), layer, *textures_, model_.shape().person(), placement.yaw,
                      placement.roll);
  std::vector<ScreenTriangle> triangles;
  set_up_triangles(layer, 0, -1, -1, static_cast<float>(out.width), static_cast<float>(out.height),
                   triangles);
  VisibilityBuffer seen;
  seen.reset(VisibilityBuffer::Pattern::pixel_samples, 0, 0, out.width, out.height);
  for (std::size_t i = 0; i < triangles.size(); ++i) {
    seen.draw(triangles[i], static_cast<std::int32_t>(i), layer);
  }
  const Float4 behind{0.35F, 0.4F, 0.45F, 0};
  for (int y = 0; y < out.height; ++y) {
    for (int x = 0; x < out.width; ++x) {
      if (!wanted(x, y)) {
        continue;
      }
      const Int4 ids = seen.ids(y)[x];
      Float4 sum{};
      Float4 colour{};
      for (int lane = 0; lane < 4; ++lane) {
        if (lane == 0 || ids[lane] != ids[lane - 1]) {
          colour = ids[lane] < 0 ? behind
                                 : shader.shade(triangles[static_cast<std::size_t>(ids[lane])],
                                                static_cast<float>(x), static_cast<float>(y));
        }
        sum += colour;
      }
      std::uint8_t* pixel = out.pixel(x, y);
      for (int c = 0; c < 3; ++c) {
        pixel[c] = to_byte(sum[c] / 4);
      }
    }
  }
}

}  // namespace ffbench::fhr
