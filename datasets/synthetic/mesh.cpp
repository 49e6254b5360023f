#include "datasets/synthetic/mesh.hpp"

#include <algorithm>

namespace ffbench::synthetic {

Mesh make_grid(Material material, int rows, int columns, bool closed,
               const std::function<Mesh::Vertex(int row, int column)>& vertex) {
  Mesh mesh;
  mesh.material = material;
  mesh.rows = rows;
  mesh.columns = columns;
  mesh.closed = closed;
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      mesh.vertices.push_back(vertex(i, j));
    }
  }
  for (int i = 0; i + 1 < rows; ++i) {
    for (int j = 0; j + 1 < columns; ++j) {
      const auto a = static_cast<std::uint32_t>(mesh.index(i, j));
      const auto b = static_cast<std::uint32_t>(mesh.index(i, j + 1));
      const auto c = static_cast<std::uint32_t>(mesh.index(i + 1, j));
      const auto d = static_cast<std::uint32_t>(mesh.index(i + 1, j + 1));
      mesh.triangles.push_back({{a, b, d}, false});
      mesh.triangles.push_back({{a, d, c}, false});
    }
  }
  return mesh;
}

void grid_normals(const Mesh& mesh, const Vector3* positions, Vector3* normals) {
  const int last = mesh.columns - 1;
  for (int i = 0; i < mesh.rows; ++i) {
    const int below = std::max(i - 1, 0);
    const int above = std::min(i + 1, mesh.rows - 1);
    for (int j = 0; j < mesh.columns; ++j) {
      int left = j - 1;
      int right = j + 1;
      if (mesh.closed) {
        left = j == 0 ? last - 1 : left;
        right = j == last ? 1 : right;
      } else {
        left = std::max(left, 0);
        right = std::min(right, last);
      }
      const Vector3 across = positions[mesh.index(i, right)] - positions[mesh.index(i, left)];
      const Vector3 upward = positions[mesh.index(above, j)] - positions[mesh.index(below, j)];
      normals[mesh.index(i, j)] = normalized(cross(across, upward));
    }
  }
}

}  // namespace ffbench::synthetic
