#include "datasets/synthetic/shading.hpp"

#include <algorithm>
#include <cmath>

namespace ffbench::synthetic {
namespace {

Float4 splat(float x) {
  return Float4{x, x, x, x};
}
Float4 bgr(Colour c) {
  return Float4{static_cast<float>(c.b), static_cast<float>(c.g), static_cast<float>(c.r), 0};
}
Float4 pack(Vector3 v) {
  return Float4{static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z), 0};
}
Float4 positive(Float4 v) {
  return v > splat(0) ? v : splat(0);
}
float dot3(Float4 a, Float4 b) {
  const Float4 p = a * b;
  return p[0] + p[1] + p[2];
}
float step(float a, float b, float x) {
  const float t = std::clamp((x - a) / (b - a), 0.0F, 1.0F);
  return t * t * (3 - 2 * t);
}
Float4 scaled_to_one(Float4 v) {
  return v * (1 / std::sqrt(std::max(dot3(v, v), 1e-12F)));
}

/// Waves around a circle, by direction: the fibres of an iris.
float fibre(float c, float s) {
  // Angle multiples by the double-angle formulas.
  const float c2 = c * c - s * s;
  const float s2 = 2 * c * s;
  const float c4 = c2 * c2 - s2 * s2;
  const float s4 = 2 * c2 * s2;
  const float c8 = c4 * c4 - s4 * s4;
  const float s8 = 2 * c4 * s4;
  return 0.5F * (c8 * c4 - s8 * s4) + 0.5F * (c8 * c8 - s8 * s8) * (c2 * c + s2 * s);
}

/// Display values: the square root of linear light, of which the highest part is compressed softly.
Float4 displayed(Float4 linear) {
  Float4 out = positive(linear);
  for (int i = 0; i < 3; ++i) {
    const float x = out[i];
    const float bright = x > 0.7F ? 0.7F + (x - 0.7F) / (1 + 1.6F * (x - 0.7F)) : x;
    out[i] = std::sqrt(bright);
  }
  return out;
}

}  // namespace

Lighting Lighting::of(int shot, Colour light) {
  Lighting l;
  if (shot == 0) {
    l.key_direction = normalized({-0.55, 0.50, 0.67});
    l.key = bgr({0.92, 0.88, 0.81});
    l.fill_direction = normalized({0.85, 0.10, 0.52});
    l.fill = bgr({0.15, 0.18, 0.21});
    l.sky = bgr({0.30, 0.31, 0.33});
    l.ground = bgr({0.16, 0.145, 0.13});
  } else {
    l.key_direction = normalized({0.62, 0.55, 0.56});
    l.key = bgr({1.02, 0.93, 0.76});
    l.fill_direction = normalized({-0.80, 0.25, 0.55});
    l.fill = bgr({0.16, 0.21, 0.26});
    l.sky = bgr({0.26, 0.31, 0.36});
    l.ground = bgr({0.14, 0.16, 0.11});
  }
  const Float4 gain = bgr(light);
  l.key *= gain;
  l.fill *= gain;
  l.sky *= gain;
  l.ground *= gain;
  return l;
}

Shader::Shader(const Lighting& lighting, const Layer& layer, const PersonTextures& textures, Person person,
               double yaw, double roll)
    : lighting_(lighting), layer_(layer), textures_(textures), person_(person) {
  const Rotation turn = Rotation::from_angles(yaw, 0, roll);
  right_ = pack(turn({1, 0, 0}));
  up_ = pack(turn({0, 1, 0}));
  key_ = pack(lighting.key_direction);
  fill_ = pack(lighting.fill_direction);
  halfway_ = pack(normalized(lighting.key_direction + Vector3{0, 0, 1}));
}

Float4 Shader::shade(const ScreenTriangle& t, float x, float y) const {
  ScreenTriangle::Weights w = t.weights(x, y);
  // At an edge the middle of the pixel may lie outside of the triangle: take the nearest place
  // within.
  w.w0 = std::max(w.w0, 0.0F);
  w.w1 = std::max(w.w1, 0.0F);
  w.w2 = std::max(w.w2, 0.0F);
  const float scale = 1 / (w.w0 + w.w1 + w.w2);
  const auto& triangle = layer_.model->triangles()[t.triangle];
  const std::vector<PosedVertex>& vertices = *layer_.vertices;
  const PosedVertex& a = vertices[triangle.vertex[0]];
  const PosedVertex& b = vertices[triangle.vertex[1]];
  const PosedVertex& c = vertices[triangle.vertex[2]];
  const float wa = w.w0 * scale;
  const float wb = w.w1 * scale;
  const float wc = w.w2 * scale;
  Surface s;
  s.normal = a.normal * wa + b.normal * wb + c.normal * wc;
  s.texture = a.texture * wa + b.texture * wb + c.texture * wc;
  s.occlusion = s.normal[3];
  switch (layer_.model->parts()[triangle.part].material) {
    case Material::face:
      return textured(textures_.face, s, 1);
    case Material::skin:
    case Material::hand:
      return textured(textures_.skin, s, 1);
    case Material::cloth:
      return textured(textures_.cloth, s, 0);
    case Material::hair:
      return hair(s);
    case Material::eye:
      return eye(s);
    case Material::mouth:
      break;
  }
  return mouth(s);
}

Float4 Shader::lit(Float4 n, Float4 albedo, float gloss, float occlusion, Float4 wrap) const {
  // Light wraps around skin, red light furthest.
  const float key = dot3(n, key_);
  const float fill = dot3(n, fill_);
  const Float4 diffuse = positive((key + wrap) / (1.0F + wrap));
  const float direct = 0.35F + 0.65F * occlusion;
  const Float4 ambient = lighting_.ground + (lighting_.sky - lighting_.ground) * (0.5F + 0.5F * n[1]);
  Float4 light =
      lighting_.key * diffuse * direct + (lighting_.fill * std::max(fill, 0.0F) + ambient) * occlusion;
  light *= albedo * albedo;
  float s = std::max(dot3(n, halfway_), 0.0F);
  s *= s;
  s *= s;
  const float broad = s * s;
  s = broad * broad;
  s *= s;
  return light + lighting_.key * (gloss * (0.10F * s + 0.035F * broad) * direct);
}

Float4 Shader::textured(const Texture& texture, const Surface& s, float wrap) const {
  const SurfaceSample sample = texture.sample(s.texture[0], s.texture[1], s.texture[2]);
  const Float4 n = scaled_to_one(s.normal - right_ * sample.slope[0] - up_ * sample.slope[1]);
  return displayed(
      lit(n, sample.colour, sample.colour[3], s.occlusion, Float4{0.10F, 0.14F, 0.30F, 0} * wrap));
}

Float4 Shader::hair(const Surface& s) const {
  const SurfaceSample sample = textures_.hair.sample(s.texture[0], s.texture[1], s.texture[2]);
  const Float4 n = scaled_to_one(s.normal - right_ * (0.6F * sample.slope[0]));
  Float4 linear = lit(n, sample.colour, 0, s.occlusion, splat(0.15F));
  // A band of light across the strands, which run upwards along the surface.
  const Float4 strand = scaled_to_one(up_ - n * dot3(up_, n) + right_ * (0.15F * sample.slope[0]));
  const float along = dot3(strand, halfway_);
  float band = std::max(1 - along * along, 0.0F);
  band *= band;
  band *= band;
  band *= band;
  const float facing = std::max(dot3(n, key_), 0.0F);
  linear += lighting_.key * (sample.colour * 0.55F + 0.10F) *
            (0.55F * band * band * facing * sample.colour[3] * s.occlusion);
  return displayed(linear);
}

Float4 Shader::eye(const Surface& s) const {
  const float u = s.texture[0];
  const float v = s.texture[1];
  const float soft = std::max(0.035F, 0.75F / s.texture[2]);
  const float r = std::sqrt(u * u + v * v);
  constexpr float iris_radius = 0.60F;
  constexpr float pupil_radius = 0.25F;
  Float4 white{0.80F, 0.82F, 0.86F, 0};
  white *= 1 - 0.12F * step(0.8F, 1.6F, r);
  Float4 iris = bgr(person_.iris);
  // Rays, brighter towards the pupil and opposite the light.
  const float rays = 0.5F + 0.5F * fibre(u / std::max(r, 1e-4F), v / std::max(r, 1e-4F));
  iris *= (0.62F + 0.55F * rays) * (1.25F - 0.35F * step(pupil_radius, iris_radius, r)) *
          (1 - 0.35F * (v / iris_radius));
  iris *= 1 - 0.6F * step(iris_radius - 0.16F, iris_radius, r);
  const float in_iris = 1 - step(iris_radius - soft, iris_radius + soft, r);
  const float in_pupil = 1 - step(pupil_radius - soft, pupil_radius + soft, r);
  Float4 albedo = white + (iris - white) * in_iris;
  albedo += (splat(0.025F) - albedo) * in_pupil;
  Float4 linear = lit(scaled_to_one(s.normal + Float4{0, 0, 0.8F, 0}), albedo, 0, s.occlusion, splat(0.3F));
  // The lamp in the cornea.
  const float hx = u + 0.19F;
  const float hy = v - 0.21F;
  const float lamp = 1 - step(0.07F - 0.5F * soft, 0.13F + soft, std::sqrt(hx * hx + hy * hy));
  linear += lighting_.key * (0.85F * lamp);
  return displayed(linear);
}

Float4 Shader::mouth(const Surface& s) const {
  const float u = s.texture[0];
  const float v = s.texture[1];
  const float depth = step(0, 2.6F, std::fabs(u));
  Float4 albedo{0.15F, 0.14F, 0.30F, 0};
  // The upper teeth hang from the skull: their lower edge is a shallow arc.
  const float edge = -7.16F + 0.035F * u * u;
  const float soft = std::max(0.03F, 0.6F / s.texture[2]);
  const float teeth = step(edge - soft, edge + soft, v);
  const float width = 0.74F;
  const float place = u / width - std::floor(u / width);
  const float gap = std::min(place, 1 - place) * width;
  const Float4 enamel =
      Float4{0.72F, 0.79F, 0.82F, 0} * (1 - 0.30F * (1 - step(0, 0.05F + soft, gap))) * (1 - 0.45F * depth);
  albedo += (enamel - albedo) * teeth;
  // The tongue.
  const float tongue = step(-7.55F, -8.2F, v) * (1 - depth);
  albedo += (Float4{0.32F, 0.33F, 0.58F, 0} - albedo) * (0.75F * tongue * (1 - teeth));
  const float occlusion = 0.16F + 0.42F * teeth + 0.18F * tongue;
  return displayed(lit(Float4{0, 0.1F, 0.99F, 0}, albedo, 0.4F * teeth, occlusion, splat(0.2F)));
}

}  // namespace ffbench::synthetic
