#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/operators/plane.hpp"

namespace ffbench::operators {

/// A backend at work on one problem. What it sets up (buffers of a device, say) is not part of
/// `run`.
class Session {
 public:
  Session() = default;
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Computes the operator once.
  virtual void run() = 0;

  /// Brings what `run` computed into the problem's planes; nothing to do for backends that work in
  /// them.
  virtual void fetch() {}

  /// Seconds of a device's time for one run, the median of several measurements of `runs` runs,
  /// launched one by one or as a graph; negative for backends whose `run` returns when the work is
  /// done.
  virtual double device_seconds(int /*runs*/, bool /*graph*/) { return -1; }
};

/// Inputs of one case, made from its seed, and room for the outputs.
class Problem {
 public:
  Problem() = default;
  virtual ~Problem() = default;
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;

  /// Everything that is read or written, for guards.
  [[nodiscard]] virtual std::vector<Plane*> planes() = 0;
  /// What is written, and compared. Planes that are changed in place are outputs.
  [[nodiscard]] virtual std::vector<Plane*> outputs() = 0;
  /// Bytes that any implementation has to read and write.
  [[nodiscard]] virtual std::uint64_t bytes_moved() const = 0;
  /// The parameters in words, for messages.
  [[nodiscard]] virtual std::string describe() const = 0;
  /// Throws `Error` for a backend that the operator lacks.
  [[nodiscard]] virtual std::unique_ptr<Session> session(std::string_view backend) = 0;
};

/// A named set of parameters. Names read `rotated-30/512x512`: what is special, then the size of
/// the output.
struct Case {
  std::string name;
  bool benchmark = false;  ///< also timed
  std::function<std::unique_ptr<Problem>()> make;
};

/// Who computes an operator.
struct Backend {
  std::string name;          ///< "cpu", or "cpu:VARIANT"; later "cuda"
  bool has_targets = false;  ///< runs on every SIMD target of the cpu backend
  bool timed = true;         ///< otherwise it exists for comparison alone
  /// Why it cannot run on this machine or in this build; empty where it can. Null: it always can.
  const std::string& (*unavailable)() = nullptr;
};

/// One row of the operator table. Every operator has the backend "reference"; the others are
/// compared with it.
struct Operator {
  std::string name;
  std::string description;
  std::vector<Backend> backends;  ///< without the reference
  /// The nearest OpenCV call, backend "opencv" (timed, never compared); or empty
  std::string opencv;
  std::vector<Case> cases;
  /// A problem with random size, layout, content and parameters, from the seed alone.
  std::function<std::unique_ptr<Problem>(std::uint64_t seed)> random;
};

/// Every operator of the pipeline, in the order in which they run.
const std::vector<Operator>& table();

}  // namespace ffbench::operators
