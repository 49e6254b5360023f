#include "stability/five_points.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdlib>

#include "core/numeric/math.hpp"
#include "core/numeric/median.hpp"
#include "core/preset.hpp"
#include "stability/similarity_fit.hpp"
#include "stability/whittaker.hpp"

namespace ffbench::stability {
namespace {

/// Points that lie closer than this share of the eyes' distance on average are one point, measured
/// twice.
constexpr double same_point_share = 0.02;
/// Fives that stand apart this many times as far as usual are doubted.
constexpr double usual_distances = 2;
/// Points that are this many times as far as usual from where they were around cannot be followed.
constexpr double usual_changes = 2.5;
/// Frames on either side over which a point's changes count: those that refinement compares with.
constexpr int around = refinement_window;
/// Of the share that second differences ask for, what is taken: they do not see slow errors, of
/// which the fives as given have more.
constexpr double taken_share = 0.6;
/// How the slow part of an error is separated from noise: a random walk, of which frames with
/// little trust still count a little.
constexpr WhittakerChoice slow_part{1, 1, 1.2, 0, true};
constexpr double least_trust = 1e-3;

Point difference(Point a, Point b) {
  return {a.x - b.x, a.y - b.y};
}

double length(Point p) {
  return std::sqrt(p.x * p.x + p.y * p.y);
}

/// Root of the sum of the squared distances of the five from their centre.
double size_of(const Landmarks5& five) {
  const Point centre = centroid(five);
  double sum = 0;
  for (const Point& p : five) {
    const Point d = difference(p, centre);
    sum += d.x * d.x + d.y * d.y;
  }
  return std::sqrt(sum);
}

/// Least squares: how much of `correction` takes most of the second differences of `series` away,
/// in frames whose 68 points scatter as usual. Differences are divided by `units`.
class Share {
 public:
  explicit Share(const std::vector<FrameTrust>& trust) : trust_(trust) {}

  void add(const std::vector<double>& series, const std::vector<double>& correction,
           const std::vector<double>& units) {
    for (std::size_t k = 1; k + 1 < series.size(); ++k) {
      const auto second = [k](const std::vector<double>& x) { return x[k - 1] - 2 * x[k] + x[k + 1]; };
      const double weight = trust_[k].among_68 / (units[k] * units[k]);
      along_ += weight * second(series) * second(correction);
      energy_ += weight * second(correction) * second(correction);
    }
  }
  /// The share in frame k: the variance of the 68 over the sum of both variances.
  [[nodiscard]] double at(std::size_t k) const {
    const double usual = energy_ > 0 ? taken_share * std::clamp(-along_ / energy_, 0.0, 1.0) : 0;
    return usual > 0 ? usual / (usual + (1 - usual) * trust_[k].among_68) : 0;
  }

 private:
  const std::vector<FrameTrust>& trust_;
  double along_ = 0;
  double energy_ = 0;
};

/// Takes away what changes slowly.
void keep_fast_part(std::vector<double>& series, const std::vector<FrameTrust>& trust) {
  std::vector<double> weights;
  weights.reserve(series.size());
  for (const FrameTrust& t : trust) {
    weights.push_back(std::max(t.among_68 * t.given, least_trust));
  }
  const std::vector<double> slow = whittaker_by_cross_validation(series, weights, slow_part).values;
  for (std::size_t k = 0; k < series.size(); ++k) {
    series[k] -= slow[k];
  }
}

/// How far the point is in frame k from its mean in the frames around, the nearer the heavier.
double change(const std::vector<Landmarks5>& shape, std::size_t point, std::size_t k) {
  Point mean;
  double weights = 0;
  const auto at = static_cast<int>(k);
  for (int m = std::max(at - around, 0); m <= std::min(at + around, static_cast<int>(shape.size()) - 1);
       ++m) {
    const double weight = around + 1 - std::abs(m - at);
    const Point& p = shape[static_cast<std::size_t>(m)][point];
    mean.x += weight * p.x;
    mean.y += weight * p.y;
    weights += weight;
  }
  return length(difference(shape[k][point], {mean.x / weights, mean.y / weights}));
}

std::vector<double> sizes_of(const std::vector<Landmarks5>& fives) {
  std::vector<double> sizes;
  sizes.reserve(fives.size());
  for (const Landmarks5& five : fives) {
    sizes.push_back(size_of(five));
  }
  return sizes;
}

}  // namespace

FiveTwice five_twice(const std::vector<TrackedFace>& faces) {
  FiveTwice five;
  std::array<Point, 5> offset{};
  double eye_distance = 0;
  const auto n = static_cast<double>(faces.size());
  for (const TrackedFace& face : faces) {
    if (!face.landmarks68) {
      return {};
    }
    five.given.push_back(face.landmarks5);
    five.among_68.push_back(landmarks5_from_68(*face.landmarks68));
    for (std::size_t i = 0; i < offset.size(); ++i) {
      const Point d = difference(five.given.back()[i], five.among_68.back()[i]);
      offset[i].x += d.x / n;
      offset[i].y += d.y / n;
    }
    eye_distance += length(difference(face.landmarks5[1], face.landmarks5[0])) / n;
  }
  const bool same = std::all_of(offset.begin(), offset.end(),
                                [&](Point o) { return length(o) <= same_point_share * eye_distance; });
  return same ? five : FiveTwice{};
}

std::vector<double> followed(const std::vector<Landmarks5>& shape, const std::vector<double>& trust_68) {
  std::vector<double> worst(shape.size(), 0.0);
  for (std::size_t i = 0; i < Landmarks5{}.size(); ++i) {
    std::vector<double> changes;
    for (std::size_t k = 0; k < shape.size(); ++k) {
      changes.push_back(change(shape, i, k));
    }
    const double usual = usual_changes * upper_median(changes);
    for (std::size_t k = 0; usual > 0 && k < changes.size(); ++k) {
      worst[k] = std::max(worst[k], changes[k] * std::sqrt(trust_68[k]) / usual);
    }
  }
  for (double& w : worst) {
    w = w > 1 ? 1 / (w * w) : 1;
  }
  return worst;
}

std::vector<FrameTrust> trust_in_given(const std::vector<Landmarks5>& expected,
                                       const std::vector<Landmarks5>& given,
                                       const std::vector<double>& trust_68,
                                       const std::vector<double>& followed) {
  std::vector<double> distances;
  for (std::size_t k = 0; k < given.size(); ++k) {
    double sum = 0;
    for (std::size_t i = 0; i < given[k].size(); ++i) {
      const Point d = difference(given[k][i], expected[k][i]);
      sum += d.x * d.x + d.y * d.y;
    }
    distances.push_back(std::sqrt(sum) / size_of(expected[k]));
  }
  const double usual = usual_distances * upper_median(distances);
  std::vector<FrameTrust> result;
  for (std::size_t k = 0; k < given.size(); ++k) {
    const double excess = usual > 0 ? distances[k] * std::sqrt(trust_68[k]) / usual : 0;
    result.push_back({trust_68[k], std::min(excess > 1 ? 1 / (excess * excess) : 1, followed[k])});
  }
  return result;
}

std::vector<Nudge> steadying(const std::vector<Landmarks5>& expected, const std::vector<Landmarks5>& given,
                             const std::vector<FrameTrust>& trust) {
  constexpr std::size_t axes = 4;  // centre x, y, scale, roll
  std::array<std::vector<double>, axes> motion;
  std::array<std::vector<double>, axes> correction;
  std::vector<Nudge> nudges(given.size());
  double roll = 0;
  for (std::size_t k = 0; k < given.size(); ++k) {
    const Point from = centroid(expected[k]);
    const Point to = centroid(given[k]);
    const std::optional<Similarity> own = fit_similarity(expected.front(), expected[k]);
    const std::optional<Similarity> error = fit_similarity(expected[k], given[k]);
    if (!own || !error) {
      return std::vector<Nudge>(given.size());
    }
    nudges[k].centre = from;
    roll += math::wrap_angle(math::atan2(own->b, own->a) - roll);
    const double scale = std::sqrt(own->a * own->a + own->b * own->b);
    const std::array<double, axes> here{from.x, from.y, math::log(scale), roll};
    const std::array<double, axes> apart{to.x - from.x, to.y - from.y, error->a - 1, error->b};
    for (std::size_t axis = 0; axis < axes; ++axis) {
      motion[axis].push_back(here[axis]);
      correction[axis].push_back(apart[axis]);
    }
  }
  const std::vector<double> sizes = sizes_of(expected);
  const std::vector<double> ones(given.size(), 1.0);
  for (std::size_t axis = 0; axis < axes; ++axis) {
    keep_fast_part(correction[axis], trust);
    for (std::size_t k = 0; k < trust.size(); ++k) {
      correction[axis][k] *= trust[k].given;
    }
    Share share(trust);
    share.add(motion[axis], correction[axis], axis < 2 ? sizes : ones);
    for (std::size_t k = 0; k < nudges.size(); ++k) {
      correction[axis][k] *= share.at(k);
    }
  }
  for (std::size_t k = 0; k < nudges.size(); ++k) {
    nudges[k].shift = {correction[0][k], correction[1][k]};
    nudges[k].a = 1 + correction[2][k];
    nudges[k].b = correction[3][k];
  }
  return nudges;
}

std::vector<Landmarks5> combined(const FiveTwice& five, const std::vector<FrameTrust>& trust) {
  std::vector<Landmarks5> result = five.among_68;
  const std::vector<double> sizes = sizes_of(five.among_68);
  for (std::size_t i = 0; i < result.front().size(); ++i) {
    Share share(trust);
    std::vector<std::vector<double>> corrections;
    for (const auto coordinate : {&Point::x, &Point::y}) {
      std::vector<double> own;
      std::vector<double> correction;
      for (std::size_t k = 0; k < result.size(); ++k) {
        own.push_back(five.among_68[k][i].*coordinate);
        correction.push_back(trust[k].given * (five.given[k][i].*coordinate - own.back()));
      }
      corrections.push_back(correction);
      share.add(own, correction, sizes);
    }
    for (std::size_t k = 0; k < result.size(); ++k) {
      result[k][i].x += share.at(k) * corrections[0][k];
      result[k][i].y += share.at(k) * corrections[1][k];
    }
  }
  return result;
}

}  // namespace ffbench::stability
