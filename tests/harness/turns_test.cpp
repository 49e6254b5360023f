#include "harness/compare/turns.hpp"

#include <atomic>
#include <chrono>
#include <future>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/error.hpp"
#include "harness/system/child_process.hpp"

namespace ffbench::compare {
namespace {

TEST(Turns, AlternateFromTheFirst) {
  const auto ends = socket_pair();
  std::string order;  // only who has the turn writes
  const auto pass = [&](int socket, bool first, char name) {
    Turns turns(socket, first);
    for (int i = 0; i < 4; ++i) {
      turns.take();
      order += name;
      turns.give();
    }
    turns.take();
    ::close(socket);
  };
  auto second = std::async(std::launch::async, pass, ends[0], false, 'b');
  pass(ends[1], true, 'a');
  second.get();
  EXPECT_EQ(order, "abababab");
}

// Between two meetings both move; after the second the first one has the turn, and neither has
// begun what follows before the other arrived.
TEST(Turns, MeetBeforeAndAfterWhatBothDoAtOnce) {
  const auto ends = socket_pair();
  std::atomic<int> before = 0;
  std::atomic<int> after = 0;
  std::string order;
  const auto work = [&](int socket, bool first, char name) {
    Turns turns(socket, first);
    ++before;
    turns.meet();
    EXPECT_EQ(before, 2);
    if (first) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ++after;
    turns.meet();
    EXPECT_EQ(after, 2);
    for (int i = 0; i < 3; ++i) {
      turns.take();
      order += name;
      turns.give();
    }
    turns.take();
    ::close(socket);
  };
  auto second = std::async(std::launch::async, work, ends[0], false, 'b');
  work(ends[1], true, 'a');
  second.get();
  EXPECT_EQ(order, "ababab");
}

// A build from before both met: it takes and gives turns alone.
TEST(Turns, OfOneThatDoesNotMeetGoOnToTheEnd) {
  const auto ends = socket_pair();
  const auto older = [&](int socket, bool first) {
    Turns turns(socket, first);
    for (int i = 0; i < 7; ++i) {
      turns.take();
      turns.give();
    }
    turns.take();
    ::close(socket);
  };
  for (const bool first : {true, false}) {
    const auto pair = first ? ends : socket_pair();
    auto other = std::async(std::launch::async, older, pair[0], !first);
    Turns turns(pair[1], first);
    turns.meet();
    turns.take();
    turns.give();
    turns.meet();
    turns.meet();
    for (int i = 0; i < 5; ++i) {
      turns.take();
      turns.give();
    }
    turns.take();
    ::close(pair[1]);
    other.get();
  }
}

TEST(Turns, StayWithTheOneThatIsLeft) {
  const auto ends = socket_pair();
  ::close(ends[0]);
  Turns turns(ends[1], false);
  for (int i = 0; i < 3; ++i) {
    turns.take();
    turns.give();
  }
  ::close(ends[1]);
}

TEST(Turns, OfAProcessOnItsOwnNeverWait) {
  Turns turns;
  turns.take();
  turns.give();
  turns.take();
}

TEST(Turns, RefuseWhatIsNoSocket) {
  Turns turns(1'000'000, false);
  EXPECT_THROW(turns.take(), Error);
}

TEST(Turns, GoFromProcessToProcess) {
  const auto ends = socket_pair();
  // A child keeps its end alone: this process sees the end of the stream when the child is gone.
  auto child = std::async(std::launch::async, [&] {
    ChildOptions options;
    options.kept_descriptor = ends[0];
    const std::string fd = std::to_string(ends[0]);
    return run_child("bash", {"-c", "read -r -N 1 -u " + fd + " got; printf %s \"$got\"; printf t >&" + fd},
                     options);
  });
  Turns turns(ends[1], true);
  turns.give();
  turns.take();
  turns.give();
  turns.take();
  const ChildResult run = child.get();
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(run.out, "t");
  ::close(ends[1]);
}

}  // namespace
}  // namespace ffbench::compare
