#include "kernels/cpu/row_line.hpp"

#include <limits>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace ffbench::cpu {
namespace {

/// The pixels where the condition holds, one by one.
Span by_search(const RowLine& line, float low, float high, Span range) {
  Span found{range.begin, range.begin};
  bool any = false;
  for (int x = range.begin; x < range.end; ++x) {
    if (line.at(x) > low && line.at(x) < high) {
      found.begin = any ? found.begin : x;
      found.end = x + 1;
      any = true;
    }
  }
  return found;
}

void expect_same(const RowLine& line, float low, float high, Span range) {
  const Span expected = by_search(line, low, high, range);
  const Span actual = span_between(line, low, high, range);
  RC_ASSERT(actual.empty() == expected.empty());
  if (!expected.empty()) {
    RC_ASSERT(actual.begin == expected.begin);
    RC_ASSERT(actual.end == expected.end);
  }
}

RC_GTEST_PROP(SpanBetween, IsExactlyWhereTheRoundedCoordinateLies, ()) {
  const auto number = [](float scale) {
    return scale * static_cast<float>(*rc::gen::inRange(-100000, 100000)) / 100000;
  };
  const float step = number(*rc::gen::element(1e-38F, 1e-7F, 1e-3F, 1.0F, 4.0F, 1e6F, 1e36F));
  const float offset = number(*rc::gen::element(1e-3F, 1.0F, 600.0F, 1e7F, 3e38F));
  expect_same({step, offset}, -1.0F, static_cast<float>(*rc::gen::inRange(0, 600)),
              {0, *rc::gen::inRange(0, 700)});
}

TEST(SpanBetween, IsEmptyForCoordinatesThatAreNotFinite) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const RowLine line : {RowLine{nan, 0}, RowLine{0, nan}, RowLine{infinity, 1}, RowLine{1, -infinity}}) {
    EXPECT_TRUE(span_between(line, -1, 100, {0, 50}).empty());
  }
}

TEST(SpanBetween, LeavesTheLimitsThemselvesOut) {
  const Span span = span_between({0.5F, -1}, -1, 2, {0, 20});
  EXPECT_EQ(span.begin, 1);  // at 0 the coordinate is -1
  EXPECT_EQ(span.end, 6);    // at 6 it is 2
}

}  // namespace
}  // namespace ffbench::cpu
