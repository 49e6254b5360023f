#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "stability/plan_geometry.hpp"

namespace ffbench::stability {
namespace {

double turn(Point a, Point b, Point c) {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

TEST(ConvexHull, OfASquareWithPointsInside) {
  const std::vector<Point> hull = convex_hull({{0, 0}, {4, 4}, {2, 2}, {4, 0}, {0, 4}, {2, 0}, {1, 3}});
  EXPECT_EQ(hull, (std::vector<Point>{{0, 0}, {4, 0}, {4, 4}, {0, 4}}));
}

TEST(ConvexHull, OfPointsOnALineHasNoArea) {
  EXPECT_LT(convex_hull({{0, 0}, {1, 1}, {2, 2}, {3, 3}}).size(), 3U);
}

RC_GTEST_PROP(ConvexHull, HoldsEveryPointAndTurnsClockwise, ()) {
  const auto coordinate = rc::gen::inRange(-40, 40);
  std::vector<Point> points;
  for (int i = 0; i < 30; ++i) {
    points.push_back({static_cast<double>(*coordinate), static_cast<double>(*coordinate)});
  }
  const std::vector<Point> hull = convex_hull(points);
  RC_PRE(hull.size() >= 3U);
  for (std::size_t i = 0; i < hull.size(); ++i) {
    const Point a = hull[i];
    const Point b = hull[(i + 1) % hull.size()];
    RC_ASSERT(turn(a, b, hull[(i + 2) % hull.size()]) > 0);
    for (const Point& p : points) {
      RC_ASSERT(turn(a, b, p) >= 0);
    }
  }
}

TEST(Geometry, MaskEdgesPointInwards) {
  FacePlan plan;
  plan.mask_polygon = {{10, 10}, {90, 10}, {90, 90}, {10, 90}};
  ASSERT_TRUE(complete_geometry(plan, 640, 480, 100));
  ASSERT_EQ(plan.geometry.mask_edges.size(), 4U);
  for (const HalfPlane& edge : plan.geometry.mask_edges) {
    EXPECT_EQ(edge.nx * 50 + edge.ny * 50 + edge.c, 40);
  }
  float outside = 0;
  for (const HalfPlane& edge : plan.geometry.mask_edges) {
    outside = std::min(outside, edge.ny * 50 + edge.c);
  }
  EXPECT_EQ(outside, -10);  // (0, 50) lies ten pixels to the left
}

TEST(Geometry, RefusesWhatCannotBeInverted) {
  FacePlan plan;
  plan.frame_to_crop = {0, 0, 5, 5};
  EXPECT_FALSE(complete_geometry(plan, 640, 480, 100));
}

}  // namespace
}  // namespace ffbench::stability
