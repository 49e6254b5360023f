#include "harness/compare/turns.hpp"

#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

#include "core/error.hpp"

namespace ffbench::compare {

void Turns::take() {
  while (!mine_ && socket_ >= 0) {
    char token = 0;
    const ssize_t count = ::read(socket_, &token, 1);
    if (count == 1) {
      mine_ = true;
    } else if (count == 0 || errno == ECONNRESET) {
      socket_ = -1;  // the other process ended, perhaps without reading what it was sent
      mine_ = true;
    } else if (errno != EINTR) {
      fail("--turn-socket {}: cannot be read ({}); it is for `ffbench branches`, which makes it", socket_,
           std::strerror(errno));
    }
  }
}

void Turns::give() {
  if (socket_ < 0) {
    return;
  }
  const char token = 't';
  // No process reads where the other one ended; the next `take` notices.
  while (::send(socket_, &token, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
  mine_ = false;
}

void Turns::meet() {
  take();
  give();
  if (first_) {
    take();
  }
}

std::array<int, 2> socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    fail("two processes cannot be connected ({})", std::strerror(errno));
  }
  return ends;
}

}  // namespace ffbench::compare
