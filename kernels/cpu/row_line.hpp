#pragma once

#include <algorithm>
#include <cmath>

#include "core/geometry.hpp"

namespace ffbench::cpu {

/// The pixels [begin, end) of a row.
struct Span {
  int begin = 0;
  int end = 0;
  [[nodiscard]] bool empty() const { return begin >= end; }
};

/// One sample coordinate along an output row: step * x + offset, two roundings (NUMERICS.md,
/// "Sampling"). Rounding is monotone, so that the coordinate is as well: never falling for step >=
/// 0, never rising for step <= 0.
struct RowLine {
  float step = 0;
  float offset = 0;
  [[nodiscard]] float at(int x) const { return step * static_cast<float>(x) + offset; }
};

/// The two coordinates of row y under a map.
struct RowMap {
  RowLine x;
  RowLine y;
  RowMap(const AffineF& map, int row)
      : x{map.xx, map.xy * static_cast<float>(row) + map.xt},
        y{map.yx, map.yy * static_cast<float>(row) + map.yt} {}
};

namespace detail {

/// The first x of [begin, end) where `holds`, which is false and then true, is true; `end` if
/// nowhere. Looks around `guess` first; any guess gives the same answer.
template <typename Predicate>
int first_where(Span range, double guess, Predicate holds) {
  int x = range.begin;
  if (guess > range.begin) {  // false for NaN
    x = guess < range.end ? static_cast<int>(guess) : range.end;
  }
  while (x > range.begin && holds(x - 1)) {
    --x;
  }
  while (x < range.end && !holds(x)) {
    ++x;
  }
  return x;
}

}  // namespace detail

/// The part of `range` where low < coordinate < high; exact: decided by the coordinates as
/// computed. `low` and `high` are finite.
inline Span span_between(const RowLine& line, float low, float high, Span range) {
  if (range.empty() || !std::isfinite(line.step) || !std::isfinite(line.offset)) {
    return {range.begin, range.begin};
  }
  const double per_step = 1.0 / static_cast<double>(line.step);
  const double to_low = (static_cast<double>(low) - static_cast<double>(line.offset)) * per_step;
  const double to_high = (static_cast<double>(high) - static_cast<double>(line.offset)) * per_step;
  if (line.step > 0) {
    const int begin = detail::first_where(range, to_low + 1, [&](int x) { return line.at(x) > low; });
    const int end =
        detail::first_where({begin, range.end}, to_high + 1, [&](int x) { return !(line.at(x) < high); });
    return {begin, end};
  }
  if (line.step < 0) {
    const int begin = detail::first_where(range, to_high + 1, [&](int x) { return line.at(x) < high; });
    const int end =
        detail::first_where({begin, range.end}, to_low + 1, [&](int x) { return !(line.at(x) > low); });
    return {begin, end};
  }
  return line.offset > low && line.offset < high ? range : Span{range.begin, range.begin};
}

}  // namespace ffbench::cpu
