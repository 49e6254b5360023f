// Hand-written: no packaged library has a bar with lines above it that can also be interrupted.
#include "harness/system/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <fmt/core.h>
#include <unistd.h>

#include "core/system/interruption.hpp"

namespace ffbench {
namespace {

constexpr int bar_width = 28;

std::string duration(double seconds) {
  const auto whole = std::llround(seconds);
  return whole >= 60 ? fmt::format("{}:{:02} min", whole / 60, whole % 60) : fmt::format("{} s", whole);
}

bool is_terminal() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace

Progress::Progress(bool quiet) : quiet_(quiet), terminal_(is_terminal()) {}

Progress::~Progress() {
  if (active_ && drawn_ && terminal_) {
    fmt::print(stderr, "\n");
  }
}

void Progress::begin(std::string_view label, double total) {
  end();
  const std::lock_guard lock(mutex_);
  label_ = label;
  total_ = std::max(total, 1.0);
  done_ = 0;
  active_ = true;
  started_ = shown_ = std::chrono::steady_clock::now();
  draw(false);
}

void Progress::advance(double steps) {
  check_interruption();
  const std::lock_guard lock(mutex_);
  done_ += steps;
  draw(false);
}

void Progress::set(double done) {
  check_interruption();
  const std::lock_guard lock(mutex_);
  done_ = done;
  draw(false);
}

void Progress::say(std::string_view line) {
  const std::lock_guard lock(mutex_);
  if (!quiet_) {
    clear_line();
    fmt::print(stderr, "{}\n", line);
  }
}

void Progress::end() {
  const std::lock_guard lock(mutex_);
  if (active_) {
    draw(true);
    active_ = false;
  }
}

void Progress::clear_line() {
  if (drawn_ && terminal_) {
    fmt::print(stderr, "\r\033[K");
    drawn_ = false;
  }
}

void Progress::draw(bool last) {
  if (quiet_ || !active_) {
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  const double since_shown = std::chrono::duration<double>(now - shown_).count();
  if (last) {
    clear_line();
    fmt::print(stderr, "{}: {}\n", label_, duration(elapsed));
    std::fflush(stderr);
    return;
  }
  if (since_shown < (terminal_ ? 0.1 : 10)) {
    return;
  }
  shown_ = now;
  const double share = std::clamp(done_ / total_, 0.0, 1.0);
  const std::string left = share > 0.02 ? duration(elapsed / share * (1 - share)) + " left" : "";
  if (terminal_) {
    const int full = static_cast<int>(share * bar_width);
    fmt::print(stderr, "\r\033[K{} [{:#<{}}{:.<{}}] {:3.0f} % {}", label_, "", full, "", bar_width - full,
               100 * share, left);
    drawn_ = true;
  } else {
    fmt::print(stderr, "{}: {:.0f} % {}\n", label_, 100 * share, left);
  }
  std::fflush(stderr);
}

}  // namespace ffbench
