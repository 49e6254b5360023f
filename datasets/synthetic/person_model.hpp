#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/face_track.hpp"
#include "datasets/synthetic/body_parts.hpp"
#include "datasets/synthetic/lanes.hpp"

namespace ffbench::synthetic {

/// Where a person is in the picture.
struct Placement {
  double x = 0;         ///< of the head's origin in pixels
  double y = 0;         ///< of the head's origin in pixels
  double scale = 1;     ///< pixels per centimetre
  double yaw = 0;       ///< radians
  double pitch = 0;     ///< radians
  double roll = 0;      ///< radians
  double nearness = 0;  ///< centimetres towards the viewer; orders things that overlap
};

/// A vertex in the picture.
struct PosedVertex {
  Float4 position;  ///< x, y in pixels, depth in centimetres (larger is nearer), unused
  Float4 normal;    ///< x right, y up, z to the viewer; then the occlusion
  Float4 texture;   ///< u, v, pixels per centimetre across the surface, unused
};

/// Distance of the camera in centimetres.
inline constexpr double camera_distance = 115;

/// A posable thing made of meshes: a person, or a hand. Vertices and triangles of all meshes are
/// numbered through.
class Model {
 public:
  struct Part {
    Material material;
    std::uint32_t first_vertex = 0;
    std::uint32_t first_triangle = 0;
    Mesh mesh;
  };
  struct Triangle {
    std::array<std::uint32_t, 3> vertex;
    std::uint16_t part = 0;
    bool cut = false;
  };

  [[nodiscard]] const std::vector<Part>& parts() const { return parts_; }
  [[nodiscard]] const std::vector<Triangle>& triangles() const { return triangles_; }
  [[nodiscard]] std::size_t vertex_count() const { return vertex_count_; }
  /// (design_x, design_y) of every vertex, see Mesh::Vertex.
  [[nodiscard]] const std::vector<std::array<float, 2>>& design() const { return design_; }

 protected:
  void add(Mesh mesh);
  std::vector<Part> parts_;
  std::vector<Triangle> triangles_;
  std::vector<std::array<float, 2>> design_;
  std::size_t vertex_count_ = 0;
};

class PersonModel : public Model {
 public:
  explicit PersonModel(const Person& person);

  [[nodiscard]] const HeadShape& shape() const { return shape_; }

  /// All vertices in the picture. `face_only` leaves out normals and what only shading needs.
  void pose(const Placement& placement, const Expression& expression, bool face_only,
            std::vector<PosedVertex>& out) const;

  /// The 68 landmarks on the posed surface, exactly as the rasteriser draws it.
  [[nodiscard]] Landmarks68 landmarks(const std::vector<PosedVertex>& posed) const;
  /// Whether each landmark's piece of surface faces the viewer.
  [[nodiscard]] std::array<bool, 68> landmarks_facing(const std::vector<PosedVertex>& posed) const;

 private:
  /// A linear change of the face: displacements of some vertices of the head.
  struct Shape {
    std::vector<std::uint32_t> vertex;
    std::vector<Vector3> displacement;
  };
  enum Change { upper_lip, lower_lip, jaw, wide, smile, blink, brow, change_count };
  /// A place in a triangle.
  struct SurfacePoint {
    std::array<std::uint32_t, 3> vertex;
    std::array<double, 3> weight;
  };

  void make_changes();
  void anchor_landmarks();

  HeadShape shape_;
  std::array<Shape, change_count> changes_;
  std::array<SurfacePoint, 68> landmarks_{};
};

class HandModel : public Model {
 public:
  HandModel();
  /// `placement` as for a person, origin in the middle of the palm.
  void pose(const Placement& placement, std::vector<PosedVertex>& out) const;

 private:
  std::vector<std::vector<Vector3>> normals_;
};

}  // namespace ffbench::synthetic
