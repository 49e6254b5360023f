#include "datasets/synthetic/person_model.hpp"

#include <algorithm>
#include <cmath>

namespace ffbench::synthetic {
namespace {

/// The point about which a head turns: the top of the neck.
constexpr Vector3 pivot{0, -8.5, -2};

struct Camera {
  Placement placement;

  [[nodiscard]] double perspective(Vector3 p) const { return 1 / (1 - p.z * (1 / camera_distance)); }

  [[nodiscard]] Float4 project(Vector3 p, double k) const {
    return Float4{static_cast<float>(placement.x + placement.scale * k * p.x),
                  static_cast<float>(placement.y - placement.scale * k * p.y),
                  static_cast<float>(p.z + placement.nearness), 0};
  }
};

Float4 pack(Vector3 v, float w) {
  return Float4{static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z), w};
}

}  // namespace

void Model::add(Mesh mesh) {
  Part part;
  part.material = mesh.material;
  part.first_vertex = static_cast<std::uint32_t>(vertex_count_);
  part.first_triangle = static_cast<std::uint32_t>(triangles_.size());
  for (const Mesh::Triangle& t : mesh.triangles) {
    triangles_.push_back(
        {{t.vertex[0] + part.first_vertex, t.vertex[1] + part.first_vertex, t.vertex[2] + part.first_vertex},
         static_cast<std::uint16_t>(parts_.size()),
         t.cut});
  }
  for (const Mesh::Vertex& v : mesh.vertices) {
    design_.push_back({v.design_x, v.design_y});
  }
  vertex_count_ += mesh.vertices.size();
  part.mesh = std::move(mesh);
  parts_.push_back(std::move(part));
}

PersonModel::PersonModel(const Person& person) : shape_(person) {
  add(make_head(shape_));
  add(make_eye(-1));
  add(make_eye(1));
  add(make_mouth_cavity());
  add(make_hair(shape_));
  add(make_ear(shape_, -1));
  add(make_ear(shape_, 1));
  add(make_neck());
  add(make_torso());
  make_changes();
  anchor_landmarks();
}

void PersonModel::make_changes() {
  const Mesh& head = parts_.front().mesh;
  for (std::uint32_t i = 0; i < head.vertices.size(); ++i) {
    const Mesh::Vertex& v = head.vertices[i];
    const double x = v.design_x;
    const double y = v.design_y;
    const double s = 2.0 * static_cast<double>(v.u) - 1;
    const auto add_change = [&](Change change, Vector3 d) {
      if (d.x != 0 || d.y != 0 || d.z != 0) {
        changes_[change].vertex.push_back(i);
        changes_[change].displacement.push_back(d);
      }
    };
    if (HeadShape::theta_of(std::fabs(s)) > pi * 0.6) {
      continue;
    }
    const double gap = HeadShape::mouth_gap(x);
    const double dy = y - HeadShape::mouth_y;
    if (dy > -gap) {
      const double rigid = 1 - smooth_step(0.7, 2.0, dy - gap);
      const double scale = dy > gap ? gap * rigid : std::max(dy, 0.0);
      add_change(upper_lip, {0, scale, 0});
    }
    if (dy < gap) {
      const double rigid = 1 - smooth_step(1.0, 3.2, -dy - gap);
      const double scale = dy < -gap ? gap * rigid : std::max(-dy, 0.0);
      add_change(lower_lip, {0, -scale, -0.12 * scale});
    }
    const double side = 1 - smooth_step(4.5, 6.8, std::fabs(x));
    const double low = smooth_step(HeadShape::mouth_y + 0.1, -9.2, y) * side;
    add_change(jaw, {0, -0.85 * low, -0.30 * low});

    const double sign = x < 0 ? -1 : 1;
    const double corner = bump2(std::fabs(x), y, HeadShape::mouth_half_width, HeadShape::mouth_y, 2.7, 2.4);
    add_change(wide, {sign * 0.42 * corner, 0, -0.16 * corner});
    const double cheek = bump2(std::fabs(x), y, 4.0, -3.4, 2.4, 2.4);
    add_change(smile, {sign * 0.42 * corner, 0.5 * corner + 0.22 * cheek, -0.25 * corner + 0.25 * cheek});

    const double up = shape_.eye_upper(x);
    const double down = shape_.eye_lower(x);
    const double ey = y - HeadShape::eye_axis(x);
    if (up > 0 && ey > -down && ey < up + 1.6) {
      // The upper lid comes down to the lower one along the eyeball; the skin above follows less
      // and less.
      const double height = up + down;
      const double share = ey < up ? (ey + down) / height : 1 - smooth_step(0, 1.5, ey - up);
      const double drop = 0.97 * height * share;
      const Vector3 from = shape_.point(s, y);
      const Vector3 to = shape_.point(s, y - drop);
      add_change(blink, {0, -drop, to.z - from.z});
    }
    const double brows = bump2(std::fabs(x), y, 3.3, 2.4, 4.2, 2.4);
    add_change(brow, {0, 0.45 * brows, 0});
  }
}

void PersonModel::anchor_landmarks() {
  const Mesh& head = parts_.front().mesh;
  const auto anchors = shape_.landmark_anchors();
  for (std::size_t k = 0; k < anchors.size(); ++k) {
    const double column = (anchors[k].s + 1) / 2 * (head.columns - 1);
    const int j = static_cast<int>(column);
    int i = 0;
    while (i + 2 < head.rows &&
           static_cast<double>(head.vertices[head.index(i + 1, 0)].design_y) <= anchors[k].q) {
      ++i;
    }
    const auto low = static_cast<double>(head.vertices[head.index(i, 0)].design_y);
    const auto high = static_cast<double>(head.vertices[head.index(i + 1, 0)].design_y);
    const double fx = column - j;
    const double fy = (anchors[k].q - low) / (high - low);
    // The two triangles of a cell are (a, b, d) and (a, d, c), see make_grid.
    const auto a = static_cast<std::uint32_t>(head.index(i, j));
    const auto b = static_cast<std::uint32_t>(head.index(i, j + 1));
    const auto c = static_cast<std::uint32_t>(head.index(i + 1, j));
    const auto d = static_cast<std::uint32_t>(head.index(i + 1, j + 1));
    if (fx >= fy) {
      landmarks_[k] = {{a, b, d}, {1 - fx, fx - fy, fy}};
    } else {
      landmarks_[k] = {{a, d, c}, {1 - fy, fx, fy - fx}};
    }
  }
}

void PersonModel::pose(const Placement& placement, const Expression& e, bool face_only,
                       std::vector<PosedVertex>& out) const {
  out.resize(vertex_count_);
  const Rotation head_turn = Rotation::from_angles(placement.yaw, placement.pitch, placement.roll);
  const Rotation torso_turn = Rotation::from_angles(0.22 * placement.yaw, 0, 0.10 * placement.roll);
  const Camera camera{placement};

  std::vector<Vector3> face;
  const Mesh& head = parts_.front().mesh;
  face.reserve(head.vertices.size());
  for (const Mesh::Vertex& v : head.vertices) {
    face.push_back(v.position);
  }
  std::array<double, change_count> weight{};
  weight[upper_lip] = -0.96 + 0.55 * e.mouth_open;
  weight[lower_lip] = -0.96 + 1.9 * e.mouth_open;
  weight[jaw] = e.mouth_open;
  weight[wide] = e.mouth_wide;
  weight[smile] = e.smile;
  weight[blink] = e.blink;
  weight[brow] = e.brow;
  for (std::size_t c = 0; c < change_count; ++c) {
    for (std::size_t i = 0; i < changes_[c].vertex.size(); ++i) {
      Vector3& p = face[changes_[c].vertex[i]];
      p = p + changes_[c].displacement[i] * weight[c];
    }
  }

  std::vector<Vector3> positions;
  std::vector<Vector3> normals;
  for (std::size_t part_index = 0; part_index < parts_.size(); ++part_index) {
    const Part& part = parts_[part_index];
    const Mesh& mesh = part.mesh;
    positions.resize(mesh.vertices.size());
    for (std::size_t i = 0; i < mesh.vertices.size(); ++i) {
      const Vector3 rest = part_index == 0 ? face[i] : mesh.vertices[i].position;
      const auto follow = static_cast<double>(mesh.vertices[i].follow);
      const Vector3 local = rest - pivot;
      Vector3 p;
      if (follow >= 1) {
        p = head_turn(local);
      } else if (follow <= 0) {
        p = torso_turn(local);
      } else {
        p = head_turn(local) * follow + torso_turn(local) * (1 - follow);
      }
      positions[i] = p + pivot;
    }
    if (!face_only) {
      normals.resize(positions.size());
      grid_normals(mesh, positions.data(), normals.data());
    }
    for (std::size_t i = 0; i < mesh.vertices.size(); ++i) {
      PosedVertex& v = out[part.first_vertex + i];
      const double k = camera.perspective(positions[i]);
      v.position = camera.project(positions[i], k);
      if (!face_only) {
        const Mesh::Vertex& m = mesh.vertices[i];
        const double facing = std::max(std::fabs(normals[i].z), 0.3);
        v.normal = pack(normals[i], m.occlusion);
        v.texture = Float4{m.u, m.v, static_cast<float>(placement.scale * k * facing), 0};
        if (mesh.material == Material::eye) {
          // Gaze slides the iris over the ball, blinking does not.
          v.texture[0] = m.u - static_cast<float>(HeadShape::ball_radius * 0.7 * e.gaze_x);
          v.texture[1] = m.v - static_cast<float>(HeadShape::ball_radius * 0.7 * e.gaze_y);
        }
      }
    }
  }
}

Landmarks68 PersonModel::landmarks(const std::vector<PosedVertex>& posed) const {
  Landmarks68 points{};
  for (std::size_t k = 0; k < points.size(); ++k) {
    for (std::size_t i = 0; i < 3; ++i) {
      const Float4 p = posed[landmarks_[k].vertex[i]].position;
      points[k].x += landmarks_[k].weight[i] * static_cast<double>(p[0]);
      points[k].y += landmarks_[k].weight[i] * static_cast<double>(p[1]);
    }
  }
  return points;
}

std::array<bool, 68> PersonModel::landmarks_facing(const std::vector<PosedVertex>& posed) const {
  std::array<bool, 68> facing{};
  for (std::size_t k = 0; k < facing.size(); ++k) {
    const Float4 a = posed[landmarks_[k].vertex[0]].position;
    const Float4 b = posed[landmarks_[k].vertex[1]].position;
    const Float4 c = posed[landmarks_[k].vertex[2]].position;
    facing[k] = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) < 0;
  }
  return facing;
}

HandModel::HandModel() {
  for (Mesh& mesh : make_hand()) {
    std::vector<Vector3> positions;
    for (const Mesh::Vertex& v : mesh.vertices) {
      positions.push_back(v.position);
    }
    std::vector<Vector3> normals(positions.size());
    grid_normals(mesh, positions.data(), normals.data());
    normals_.push_back(std::move(normals));
    add(std::move(mesh));
  }
}

void HandModel::pose(const Placement& placement, std::vector<PosedVertex>& out) const {
  out.resize(vertex_count_);
  const Rotation turn = Rotation::from_angles(placement.yaw, placement.pitch, placement.roll);
  const Camera camera{placement};
  for (std::size_t part_index = 0; part_index < parts_.size(); ++part_index) {
    const Part& part = parts_[part_index];
    for (std::size_t i = 0; i < part.mesh.vertices.size(); ++i) {
      const Mesh::Vertex& m = part.mesh.vertices[i];
      const Vector3 p = turn(m.position);
      const Vector3 n = turn(normals_[part_index][i]);
      const double k = camera.perspective(p);
      PosedVertex& v = out[part.first_vertex + i];
      v.position = camera.project(p, k);
      v.normal = pack(n, m.occlusion);
      v.texture =
          Float4{m.u, m.v, static_cast<float>(placement.scale * k * std::max(std::fabs(n.z), 0.3)), 0};
    }
  }
}

}  // namespace ffbench::synthetic
