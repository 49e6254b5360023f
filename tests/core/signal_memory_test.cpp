#include "core/system/signal_memory.hpp"

#include <atomic>
#include <barrier>
#include <csignal>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace ffbench {
namespace {

TEST(SignalMemory, TheFirstIsRememberedAndALaterOneEndsTheProgram) {
  SignalMemory memory;
  EXPECT_EQ(memory.number(), 0);
  EXPECT_FALSE(memory.ends_at_once(SIGTERM, 5));
  EXPECT_EQ(memory.number(), SIGTERM);
  EXPECT_FALSE(memory.ends_at_once(SIGINT, 5));
  EXPECT_FALSE(memory.ends_at_once(SIGINT, 6));
  EXPECT_EQ(memory.number(), SIGTERM);
  EXPECT_TRUE(memory.ends_at_once(SIGINT, 7));
}

TEST(SignalMemory, AClockAtZeroIsAClock) {
  SignalMemory memory;
  EXPECT_FALSE(memory.ends_at_once(SIGHUP, 0));
  EXPECT_FALSE(memory.ends_at_once(SIGHUP, 1));
  EXPECT_TRUE(memory.ends_at_once(SIGHUP, 2));
}

TEST(SignalMemory, SignalsAtTheSameMomentAreOneRequest) {
  // A clock far from 0: a time that is not there yet would look like a long wait.
  constexpr std::int64_t now = 1'000'000;
  constexpr int threads = 4;
  for (int round = 0; round < 300; ++round) {
    SignalMemory memory;
    std::atomic<int> ending{0};
    std::barrier start(threads);
    std::vector<std::jthread> senders;
    for (int i = 0; i < threads; ++i) {
      senders.emplace_back([&, i] {
        start.arrive_and_wait();
        ending += memory.ends_at_once(i % 2 == 0 ? SIGTERM : SIGINT, now) ? 1 : 0;
      });
    }
    senders.clear();
    ASSERT_EQ(ending, 0) << "round " << round;
  }
}

}  // namespace
}  // namespace ffbench
