#include "datasets/synthetic/body_parts.hpp"

#include <algorithm>
#include <cmath>

#include "datasets/synthetic/value_noise.hpp"

namespace ffbench::synthetic {
namespace {

constexpr double face_row_step = 0.2;

/// Linear interpolation of a table of (argument, value), clamped at its ends.
template <std::size_t N>
double lookup(const std::array<std::array<double, 2>, N>& table, double x) {
  for (std::size_t i = 1; i < N; ++i) {
    if (x < table[i][0]) {
      const double t = clamp((x - table[i - 1][0]) / (table[i][0] - table[i - 1][0]), 0, 1);
      return mix(table[i - 1][1], table[i][1], t * t * (3 - 2 * t));
    }
  }
  return table[N - 1][1];
}

/// Drops triangles that lie wholly in an opening and marks those that cross one.
void cut_openings(const HeadShape& shape, Mesh& mesh) {
  const auto open_at = [&](double x, double y) { return shape.in_eye(x, y) || shape.in_mouth(x, y); };
  std::vector<Mesh::Triangle> kept;
  for (Mesh::Triangle triangle : mesh.triangles) {
    const Mesh::Vertex& a = mesh.vertices[triangle.vertex[0]];
    const Mesh::Vertex& b = mesh.vertices[triangle.vertex[1]];
    const Mesh::Vertex& c = mesh.vertices[triangle.vertex[2]];
    int open = 0;
    int all = 0;
    if (a.position.z > 4) {
      constexpr int n = 6;
      for (int i = 0; i <= n; ++i) {
        for (int j = 0; i + j <= n; ++j) {
          const double wa = static_cast<double>(i) / n;
          const double wb = static_cast<double>(j) / n;
          const double wc = 1 - wa - wb;
          open += open_at(wa * static_cast<double>(a.design_x) + wb * static_cast<double>(b.design_x) +
                              wc * static_cast<double>(c.design_x),
                          wa * static_cast<double>(a.design_y) + wb * static_cast<double>(b.design_y) +
                              wc * static_cast<double>(c.design_y))
                      ? 1
                      : 0;
          ++all;
        }
      }
    }
    triangle.cut = open > 0;
    if (open == 0 || open < all) {
      kept.push_back(triangle);
    }
  }
  mesh.triangles = std::move(kept);
}

/// Drops triangles that lie wholly deeper than `depth` on the hidden side of the hairline: above it
/// for the skin, below it for the hair.
void drop_hidden(const HeadShape& shape, Mesh& mesh, double depth, bool above) {
  const auto hidden = [&](std::uint32_t i) {
    const Mesh::Vertex& v = mesh.vertices[i];
    const double d = above_hairline(shape.person(), HeadShape::theta_of(2 * static_cast<double>(v.u) - 1),
                                    static_cast<double>(v.design_y));
    return above ? d > depth : d < -depth;
  };
  std::erase_if(mesh.triangles, [&](const Mesh::Triangle& t) {
    return hidden(t.vertex[0]) && hidden(t.vertex[1]) && hidden(t.vertex[2]);
  });
}

/// A capsule (round-ended rod) from `from` to `to`, radii at both ends.
Mesh make_rod(Material material, Vector3 from, Vector3 to, double radius_from, double radius_to) {
  constexpr int rows = 15;
  constexpr int columns = 17;
  const Vector3 axis = normalized(to - from);
  const Vector3 side = normalized(cross(axis, Vector3{0.1, 0.05, 1}));
  const Vector3 front = cross(side, axis);
  const double length = std::sqrt(dot(to - from, to - from));
  return make_grid(material, rows, columns, true, [&](int i, int j) {
    // Rows: 5 over the first cap, 5 along, 5 over the second.
    double along = 0;
    double radius = 0;
    if (i < 5) {
      const double angle = (pi / 2) * (i - 4) / 4.0;
      along = radius_from * sine(angle);
      radius = radius_from * cosine(angle);
    } else if (i < 10) {
      const double t = (i - 4) / 6.0;
      along = length * t;
      radius = mix(radius_from, radius_to, t);
    } else {
      const double angle = (pi / 2) * (i - 10) / 4.0;
      along = length + radius_to * sine(angle);
      radius = radius_to * cosine(angle);
    }
    const double turn = 2 * pi * j / (columns - 1) + pi;
    Mesh::Vertex v;
    v.position = from + axis * along + side * (radius * sine(turn)) + front * (radius * cosine(turn));
    v.u = static_cast<float>(turn * radius_from / 10);
    v.v = static_cast<float>(along / 10);
    return v;
  });
}

}  // namespace

double above_hairline(const Person& person, double theta, double q) {
  constexpr std::array<std::array<double, 2>, 11> line{{{0, 7.1},
                                                        {25, 7.2},
                                                        {42, 6.4},
                                                        {56, 5.0},
                                                        {65, 3.0},
                                                        {72, 0.8},
                                                        {78, -1.6},
                                                        {92, 1.2},
                                                        {112, -3.5},
                                                        {135, -7.0},
                                                        {180, -7.5}}};
  const double degrees = std::fabs(theta) * 180 / pi;
  double height = lookup(line, degrees);
  height -= person.hair_length * smooth_step(66, 88, degrees);
  const double ragged = value_noise(person.seed ^ 0x4a17, theta * 16, 0.5) +
                        0.6 * value_noise(person.seed ^ 0x4a18, theta * 41, q);
  return q - height + 0.55 * (ragged - 0.8);
}

Mesh make_head(const HeadShape& shape) {
  std::vector<double> q;
  for (int i = 0; HeadShape::q_low + i * face_row_step < 3; ++i) {
    q.push_back(HeadShape::q_low + i * face_row_step);
  }
  constexpr int crown = 18;
  for (int i = 0; i <= crown; ++i) {
    q.push_back(mix(3, HeadShape::q_high, static_cast<double>(i) / crown));
  }
  constexpr int columns = 113;
  Mesh mesh = make_grid(Material::face, static_cast<int>(q.size()), columns, true, [&](int i, int j) {
    const double s = -1 + 2.0 * j / (columns - 1);
    const double height = q[static_cast<std::size_t>(i)];
    Mesh::Vertex v;
    v.position = shape.point(s, height);
    v.u = static_cast<float>((s + 1) / 2);
    v.v = static_cast<float>((height - HeadShape::q_low) / (HeadShape::q_high - HeadShape::q_low));
    v.design_x = static_cast<float>(v.position.x);
    v.design_y = static_cast<float>(height);
    // Less light reaches the underside of the jaw.
    const double under = smooth_step(-10.6, -12, height);
    v.occlusion = static_cast<float>(1 - 0.5 * under);
    return v;
  });
  cut_openings(shape, mesh);
  drop_hidden(shape, mesh, 3.0, true);
  return mesh;
}

Mesh make_eye(int side) {
  constexpr int n = 13;
  const Vector3 centre = HeadShape::eye_centre(side);
  constexpr double reach = 1.65;
  return make_grid(Material::eye, n, n, false, [&](int i, int j) {
    const double x = reach * (2.0 * j / (n - 1) - 1);
    const double y = 0.95 * reach * (2.0 * i / (n - 1) - 1);
    const double r2 = HeadShape::ball_radius * HeadShape::ball_radius - x * x - y * y;
    Mesh::Vertex v;
    v.position = centre + Vector3{x, y, r2 > 0.04 ? std::sqrt(r2) : 0.2};
    v.u = static_cast<float>(x);
    v.v = static_cast<float>(y);
    // The upper lid's shadow.
    v.occlusion = static_cast<float>(mix(0.35, 1, smooth_step(0.75, 0.05, y)) *
                                     mix(0.55, 1, smooth_step(1.6, 0.9, std::fabs(x))));
    return v;
  });
}

Mesh make_mouth_cavity() {
  constexpr int n = 9;
  return make_grid(Material::mouth, n, n, false, [&](int i, int j) {
    const double x = 2.6 * (2.0 * j / (n - 1) - 1);
    const double y = mix(-9.0, -6.1, static_cast<double>(i) / (n - 1));
    Mesh::Vertex v;
    v.position = {x, y, 8.15 - 0.16 * x * x};
    v.u = static_cast<float>(x);
    v.v = static_cast<float>(y);
    return v;
  });
}

Mesh make_hair(const HeadShape& shape) {
  const Person& person = shape.person();
  const double low = -8.5 - person.hair_length * 1.0;
  constexpr int columns = 121;
  constexpr int rows = 72;
  Mesh mesh = make_grid(Material::hair, rows, columns, true, [&](int i, int j) {
    const double s = -1 + 2.0 * j / (columns - 1);
    const double q = mix(low, HeadShape::q_high, static_cast<double>(i) / (rows - 1));
    const double theta = HeadShape::theta_of(s);
    const double d = above_hairline(person, theta, q);
    const double top = smooth_step(3, 10, q);
    const double locks = value_noise(person.seed ^ 0x10c5, theta * 9, q * 0.35) - 0.5;
    const double full = person.hair_volume * (mix(0.95, 1.45, top) + 0.45 * locks * smooth_step(0, 2, d));
    // Rises gently from the skin at the hairline; deep below it elsewhere.
    const double lift = mix(-0.75, full, smooth_step(-2.6, 2.8, d)) - 2.4 * smooth_step(-1.6, -3.6, d) -
                        6.5 * smooth_step(-3.5, -7, d);
    const double skull_q = std::max(q, -1.0);
    Mesh::Vertex v;
    v.position = shape.point(s, skull_q, lift == 0 ? 1e-6 : lift);
    if (q < -1) {
      v.position.y = q;
    }
    v.design_y = static_cast<float>(q);
    v.u = static_cast<float>((s + 1) / 2);
    v.v = static_cast<float>((q + 30) / 50);
    v.occlusion =
        static_cast<float>(mix(0.45, 1, smooth_step(-0.2, 1.8, d)) * mix(0.75, 1, smooth_step(-6, 4, q)));
    v.follow = static_cast<float>(mix(0.35, 1, smooth_step(-18, -6, q)));
    return v;
  });
  drop_hidden(shape, mesh, 3.0, false);
  return mesh;
}

Mesh make_ear(const HeadShape& shape, int side) {
  constexpr int rows = 19;
  constexpr int columns = 21;
  const double x0 = 7.05 * shape.person().face_width;
  return make_grid(Material::skin, rows, columns, true, [&](int i, int j) {
    const double latitude = pi * (static_cast<double>(i) / (rows - 1) - 0.5);
    const double longitude = 2 * pi * j / (columns - 1) - pi;
    const double c = cosine(latitude);
    const double lobe = mix(0.72, 1.0, smooth_step(-1.2, 0.5, sine(latitude)));
    Vector3 p{0.42 * c * sine(longitude), 3.15 * sine(latitude), 1.75 * lobe * c * cosine(longitude)};
    // The shell leans out towards the back and is hollow on its outer side.
    const double rim = c * (longitude > 0 ? sine(longitude) : 0);
    p.x += 0.55 * (-p.z) - 0.42 * bump(rim - 1) * smooth_step(0.3, 1, rim);
    Mesh::Vertex v;
    v.position = Vector3{side * (x0 + p.x), p.y * 0.98 - 1.15 + 0.12 * -p.z, p.z - 1.5};
    v.u = static_cast<float>(0.2 + 0.03 * p.z);
    v.v = static_cast<float>(0.3 + 0.03 * p.y);
    v.occlusion = static_cast<float>(1 - 0.55 * smooth_step(0.55, 0.95, rim));
    return v;
  });
}

Mesh make_neck() {
  constexpr int rows = 25;
  constexpr int columns = 49;
  return make_grid(Material::skin, rows, columns, true, [&](int i, int j) {
    const double y = mix(-20, -7.5, static_cast<double>(i) / (rows - 1));
    const double theta = 2 * pi * j / (columns - 1) - pi;
    const double flare = smooth_step(-13, -20, y);
    const double cords = 0.25 * bump2(std::fabs(theta), y, 0.55 + 0.03 * (y + 12), -15, 0.3, 5);
    const double apple = 0.3 * bump2(theta, y, 0, -14.2, 0.22, 1.6);
    const double r = 5.1 + 0.35 * flare + cords + apple;
    Mesh::Vertex v;
    v.position = {r * sine(theta), y, -2.0 + 0.8 * flare + (r - 0.2) * cosine(theta)};
    v.u = static_cast<float>(theta * 5 / 20);
    v.v = static_cast<float>(y / 20);
    // The shadow of the chin.
    v.occlusion = static_cast<float>(mix(0.42, 1, smooth_step(-10.8, -17.5, y)) -
                                     0.12 * bump(theta / 0.35) * smooth_step(-16, -19.5, y));
    v.follow = static_cast<float>(smooth_step(-18.5, -9.5, y));
    return v;
  });
}

Mesh make_torso() {
  struct Ring {
    double y;
    double half_width;
    double front;
    double back;
  };
  constexpr std::array<Ring, 14> rings{{{-150, 25, 13, -13},
                                        {-60, 24.5, 12.5, -13},
                                        {-42, 24.0, 12.0, -13},
                                        {-32, 23.4, 11.2, -13},
                                        {-26, 22.4, 10.2, -12.5},
                                        {-22.8, 20.6, 9.0, -12},
                                        {-20.6, 18.0, 7.8, -11},
                                        {-19.0, 14.4, 6.8, -10},
                                        {-17.6, 10.6, 6.4, -9.0},
                                        {-16.5, 7.6, 5.8, -8.2},
                                        {-15.8, 6.35, 5.5, -7.7},
                                        {-15.3, 6.0, 5.3, -7.4},
                                        {-15.1, 5.75, 5.1, -7.2},
                                        {-15.8, 4.6, 3.6, -6.0}}};
  constexpr int per_ring = 4;
  constexpr int rows = (static_cast<int>(rings.size()) - 1) * per_ring + 1;
  constexpr int columns = 65;
  return make_grid(Material::cloth, rows, columns, true, [&](int i, int j) {
    const auto r = std::min<std::size_t>(static_cast<std::size_t>(i / per_ring), rings.size() - 2);
    const double t = static_cast<double>(i - static_cast<int>(r) * per_ring) / per_ring;
    const Ring& a = rings[r];
    const Ring& b = rings[r + 1];
    const double y = mix(a.y, b.y, t);
    const double width = mix(a.half_width, b.half_width, t);
    const double theta = 2 * pi * j / (columns - 1) - pi;
    const double st = sine(theta);
    const double ct = cosine(theta);
    const double depth = ct > 0 ? mix(a.front, b.front, t) : -mix(a.back, b.back, t);
    // The neckline hangs lower in front.
    const double hang = smooth_step(-24, -15.8, y) * (ct > 0 ? 2.6 * ct * ct : -0.8 * ct * ct);
    const double squared = 1 + 0.10 * st * st * ct * ct * 4;
    Mesh::Vertex v;
    v.position = {width * st * squared, y - hang, -1 + depth * ct * squared};
    const double fold = 0.5 * sine(y * 0.55 + std::fabs(theta) * 5) * smooth_step(-19, -27, y);
    v.position.z += ct > 0 ? fold * ct : 0;
    // Between the arms and the body.
    v.position.z -= 3.5 * bump((std::fabs(theta) - 0.82) / 0.13) * smooth_step(-29, -40, y);
    v.u = static_cast<float>(theta * 1.6);
    v.v = static_cast<float>(y / 12);
    v.occlusion = static_cast<float>(mix(1, 0.72, smooth_step(-17.6, -15.6, y)));
    v.follow = 0;
    return v;
  });
}

std::vector<Mesh> make_hand() {
  std::vector<Mesh> parts;
  const auto rod = [&](double x0, double y0, double x1, double y1, double r0, double r1, double z = 0) {
    parts.push_back(make_rod(Material::hand, {x0, y0, z}, {x1, y1, z}, r0, r1));
  };
  rod(-3.1, 3.5, -4.6, 9.6, 0.95, 0.72);
  rod(-1.2, 4.2, -1.6, 11.6, 0.98, 0.75);
  rod(0.9, 4.2, 1.2, 11.0, 0.96, 0.73);
  rod(2.9, 3.2, 3.9, 8.6, 0.85, 0.62);
  rod(-3.2, -2.2, -7.2, 3.4, 1.25, 0.85, 0.6);
  rod(-2.2, -3.4, -2.6, 3.4, 1.75, 1.35);
  rod(0, -3.8, 0, 3.9, 1.9, 1.45, 0.15);
  rod(2.0, -3.4, 2.4, 3.2, 1.75, 1.3);
  rod(0, -14, 0, -4.5, 3.0, 2.6);
  parts.push_back(make_rod(Material::cloth, {0.4, -75, 0}, {0, -12, 0}, 5.5, 3.9));
  return parts;
}

}  // namespace ffbench::synthetic
