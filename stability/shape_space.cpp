#include "stability/shape_space.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace ffbench::stability {
namespace {

constexpr int iterations = 24;

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

Vector mean_of(const std::vector<Vector>& vectors, const Vector& weights) {
  Vector mean(vectors.front().size(), 0.0);
  double total = 0;
  for (std::size_t k = 0; k < vectors.size(); ++k) {
    for (std::size_t i = 0; i < mean.size(); ++i) {
      mean[i] += weights[k] * vectors[k][i];
    }
    total += weights[k];
  }
  for (double& m : mean) {
    m /= total;
  }
  return mean;
}

/// Weighted sum over the vectors of the products of their deviations from the mean.
std::vector<Vector> scatter_of(const std::vector<Vector>& vectors, const Vector& weights,
                               const Vector& mean) {
  const std::size_t n = mean.size();
  std::vector<Vector> scatter(n, Vector(n, 0.0));
  Vector deviation(n);
  for (std::size_t k = 0; k < vectors.size(); ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      deviation[i] = vectors[k][i] - mean[i];
    }
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        scatter[i][j] += weights[k] * (deviation[i] * deviation[j]);
      }
    }
  }
  return scatter;
}

/// Gram-Schmidt, twice for accuracy. Directions that are nothing but the others' are removed.
void orthonormalise(std::vector<Vector>& directions, double smallest) {
  std::vector<Vector> kept;
  for (Vector& v : directions) {
    for (int twice = 0; twice < 2; ++twice) {
      for (const Vector& other : kept) {
        const double share = dot(v, other);
        for (std::size_t i = 0; i < v.size(); ++i) {
          v[i] -= share * other[i];
        }
      }
    }
    const double length = std::sqrt(dot(v, v));
    if (length > smallest) {
      for (double& x : v) {
        x /= length;
      }
      kept.push_back(std::move(v));
    }
  }
  directions = std::move(kept);
}

}  // namespace

ShapeSpace shape_space(const std::vector<Vector>& vectors, const Vector& weights, int rank) {
  ShapeSpace space;
  if (vectors.empty()) {
    return space;
  }
  space.mean = mean_of(vectors, weights);
  const std::vector<Vector> scatter = scatter_of(vectors, weights, space.mean);
  const std::size_t n = space.mean.size();
  double trace = 0;
  for (std::size_t i = 0; i < n; ++i) {
    trace += scatter[i][i];
  }
  if (!(trace > 0)) {
    return space;
  }
  // The rows of the scatter matrix of the coordinates that vary most are a start within the space.
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return scatter[a][a] > scatter[b][b]; });
  for (std::size_t k = 0; k < std::min(static_cast<std::size_t>(rank) * 2, n); ++k) {
    space.directions.push_back(scatter[order[k]]);
  }
  const double smallest = 1e-9 * trace;
  orthonormalise(space.directions, smallest);
  for (int i = 0; i < iterations; ++i) {
    for (Vector& direction : space.directions) {
      Vector image(n);
      for (std::size_t row = 0; row < n; ++row) {
        image[row] = dot(scatter[row], direction);
      }
      direction = std::move(image);
    }
    orthonormalise(space.directions, smallest);
  }
  if (space.directions.size() > static_cast<std::size_t>(rank)) {
    space.directions.resize(static_cast<std::size_t>(rank));
  }
  return space;
}

std::vector<double> coordinates(const ShapeSpace& space, const std::vector<double>& vector) {
  std::vector<double> result;
  Vector deviation(vector.size());
  for (std::size_t i = 0; i < vector.size(); ++i) {
    deviation[i] = vector[i] - space.mean[i];
  }
  for (const Vector& direction : space.directions) {
    result.push_back(dot(deviation, direction));
  }
  return result;
}

std::vector<double> vector_of(const ShapeSpace& space, const std::vector<double>& coordinates) {
  Vector result = space.mean;
  for (std::size_t k = 0; k < coordinates.size(); ++k) {
    for (std::size_t i = 0; i < result.size(); ++i) {
      result[i] += coordinates[k] * space.directions[k][i];
    }
  }
  return result;
}

}  // namespace ffbench::stability
