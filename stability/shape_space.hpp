#pragma once

#include <vector>

namespace ffbench::stability {

/// The few directions in which a set of vectors differs most (principal components), orthonormal,
/// by falling spread.
struct ShapeSpace {
  std::vector<double> mean;
  std::vector<std::vector<double>> directions;
};

/// The principal directions of the vectors (all of one length), each with its weight above 0, at
/// most `rank`, and fewer where the vectors have no more. By orthogonal iteration from fixed
/// starting vectors: the same bits on every machine.
ShapeSpace shape_space(const std::vector<std::vector<double>>& vectors, const std::vector<double>& weights,
                       int rank);

/// Coordinates of a vector in the space, and the vector of coordinates.
std::vector<double> coordinates(const ShapeSpace& space, const std::vector<double>& vector);
std::vector<double> vector_of(const ShapeSpace& space, const std::vector<double>& coordinates);

}  // namespace ffbench::stability
