#include "harness/run/shares.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace ffbench {
namespace {

using testing::ElementsAre;

std::int64_t cost_of(const std::vector<std::size_t>& share, const std::vector<std::int64_t>& costs) {
  return std::accumulate(share.begin(), share.end(), std::int64_t{0},
                         [&costs](std::int64_t sum, std::size_t piece) { return sum + costs[piece]; });
}

TEST(Shares, FindsTheEvenDivisionThatTakingTheLargestFirstMisses) {
  // Two large ones and ten small: one worker does both large ones.
  const std::vector<std::int64_t> costs{88, 88, 88, 199, 88, 88, 88, 313, 88, 88, 88, 88};
  const auto shares = divide(costs, 2);
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_THAT((std::vector{cost_of(shares[0], costs), cost_of(shares[1], costs)}),
              testing::UnorderedElementsAre(688, 704));
  EXPECT_EQ(std::min(shares[0][0], shares[1][0]), 0U);
  EXPECT_EQ(std::max(shares[0][0], shares[1][0]), 7U) << "the largest first";
}

TEST(Shares, WorkersWithoutWorkAndWorkWithoutCost) {
  EXPECT_THAT(divide({}, 2), ElementsAre(ElementsAre(), ElementsAre()));
  EXPECT_THAT(divide({5}, 1), ElementsAre(ElementsAre(0)));
  const std::vector<std::int64_t> free{0, 0, 0};
  const auto shares = divide(free, 2);
  EXPECT_THAT(shares, testing::Each(testing::Not(testing::IsEmpty())));
  EXPECT_EQ(shares[0].size() + shares[1].size(), 3U);
  EXPECT_THAT(divide({1000, 1, 1}, 3), testing::Each(testing::SizeIs(1)));
}

TEST(Shares, WhoIsDoneTakesTheSmallestOfTheOthers) {
  Shares shares({10, 4, 3, 3}, 2);
  EXPECT_EQ(shares.next(0), 0U);
  EXPECT_EQ(shares.next(1), 1U);
  EXPECT_EQ(shares.next(0), 3U);
  EXPECT_EQ(shares.next(1), 2U);
  EXPECT_EQ(shares.next(0), std::nullopt);
  EXPECT_EQ(shares.next(1), std::nullopt);
}

RC_GTEST_PROP(Shares, EveryPieceIsHandedOutOnceTheLargestFirst, ()) {
  const auto count = *rc::gen::inRange(1, 9);
  const auto costs =
      *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 1000000));
  const auto shares = divide(costs, count);
  RC_ASSERT(shares.size() == static_cast<std::size_t>(count));
  std::vector<std::size_t> all;
  for (const auto& share : shares) {
    RC_ASSERT(std::ranges::is_sorted(share, std::greater(), [&costs](std::size_t i) { return costs[i]; }));
    all.insert(all.end(), share.begin(), share.end());
  }
  std::ranges::sort(all);
  RC_ASSERT(all.size() == costs.size());
  if (all.size() >= shares.size()) {
    RC_ASSERT(std::ranges::none_of(shares, [](const auto& share) { return share.empty(); }));
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    RC_ASSERT(all[i] == i);
  }
}

RC_GTEST_PROP(Shares, TwoWorkersDivideAsWellAsItCanBeDone, ()) {
  const auto pieces = *rc::gen::inRange<std::size_t>(0, 11);
  const auto costs =
      *rc::gen::container<std::vector<std::int64_t>>(pieces, rc::gen::inRange<std::int64_t>(0, 1000000));
  const std::int64_t total = std::accumulate(costs.begin(), costs.end(), std::int64_t{0});
  std::int64_t best = total;
  for (unsigned chosen = 0; chosen < (1U << pieces); ++chosen) {
    std::int64_t one = 0;
    for (std::size_t i = 0; i < pieces; ++i) {
      one += (chosen >> i & 1U) != 0 ? costs[i] : 0;
    }
    best = std::min(best, std::max(one, total - one));
  }
  const auto shares = divide(costs, 2);
  const std::int64_t longest = std::max(cost_of(shares[0], costs), cost_of(shares[1], costs));
  // Costs and the half are rounded to thousandths of the total.
  RC_ASSERT(longest <= best + total * static_cast<std::int64_t>(pieces + 2) / 1000);
}

}  // namespace
}  // namespace ffbench
