#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "datasets/synthetic/vector3.hpp"

namespace ffbench::synthetic {

/// What a part of a person is made of: decides how it is shaded, and whether the truth counts it as
/// face.
enum class Material : std::uint8_t { face, eye, mouth, hair, skin, cloth, hand };

/// A triangle mesh at rest whose vertices form a grid, row after row. Flat indices,
/// counter-clockwise from outside.
struct Mesh {
  struct Vertex {
    Vector3 position;
    float u = 0;  ///< texture coordinates in [0, 1]
    float v = 0;
    float occlusion = 1;  ///< share of the ambient light that reaches the point
    float follow = 1;     ///< 1: moves with the head, 0: with the torso
    float design_x = 0;   ///< where on the face, for cutting the openings; see HeadShape
    float design_y = 0;
  };
  struct Triangle {
    std::array<std::uint32_t, 3> vertex;
    bool cut = false;  ///< crosses an opening of the face: samples must be tested
  };

  Material material = Material::skin;
  int rows = 0;
  int columns = 0;
  bool closed = false;  ///< the last column lies on the first
  std::vector<Vertex> vertices;
  std::vector<Triangle> triangles;

  [[nodiscard]] std::size_t index(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) +
           static_cast<std::size_t>(column);
  }
};

/// A grid of `rows` by `columns` vertices from a function of (row, column). Seen from outside, rows
/// run upwards and columns to the right.
Mesh make_grid(Material material, int rows, int columns, bool closed,
               const std::function<Mesh::Vertex(int row, int column)>& vertex);

/// Normals of a grid's vertices for given positions, by central differences; of length 1.
void grid_normals(const Mesh& mesh, const Vector3* positions, Vector3* normals);

}  // namespace ffbench::synthetic
