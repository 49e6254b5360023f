#pragma once

#include <array>

namespace ffbench::compare {

/// What keeps the passes of two processes apart: only one of them has the turn, which goes from one
/// to the other through a socket between them. What the machine does to one pass it then does to
/// its neighbour of the other program too.
class Turns {
 public:
  /// A process on its own, which always has the turn.
  Turns() = default;
  /// `socket` is one end of a stream between both, from `socket_pair`; `first`: has the turn to
  /// begin with.
  Turns(int socket, bool first) : socket_(socket), first_(first), mine_(first) {}

  /// Waits until this process has the turn. Where the other one ended, it has it for good. Throws
  /// `Error` for a socket that cannot be read.
  void take();
  /// Gives the turn to the other process.
  void give();
  /// Waits until the other process meets this one here or has ended. The one that was to be first
  /// has the turn afterwards. Between two of these both may move.
  void meet();

 private:
  int socket_ = -1;
  bool first_ = true;
  bool mine_ = true;
};

/// Both ends of a stream between two processes to be started; closed by `exec` unless a child
/// keeps one.
std::array<int, 2> socket_pair();

}  // namespace ffbench::compare
