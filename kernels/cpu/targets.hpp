#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ffbench::cpu {

/// An instruction set the operators are compiled for, by Highway's name: AVX3_DL, AVX3, AVX2, SSE4,
/// SSSE3, EMU128 (plain code that emulates vectors of 128 bits).
struct Target {
  std::string name;
  bool supported = false;  ///< this machine can run it, and it is not hidden
  std::string reason;      ///< why not, in words; empty where supported
};

/// Every target that was compiled, widest first.
std::vector<Target> targets();

/// The target that the next operator will run on.
std::string active_target();

/// The target whose code the last operator call of the process ran: recorded inside that code.
/// Empty before the first call.
std::string last_target_run();

/// Makes `last_target_run` empty again.
void forget_last_target() noexcept;

/// While it lives every operator of the process runs on the target of that name. Throws `Error`
/// where it is unknown, not supported or hidden. One at a time.
class ForcedTarget {
 public:
  explicit ForcedTarget(std::string_view name);
  ~ForcedTarget();
  ForcedTarget(const ForcedTarget&) = delete;
  ForcedTarget& operator=(const ForcedTarget&) = delete;
};

/// While it lives the named targets count as not supported, as if the machine lacked them. Names as
/// in `targets()`; throws `Error` for an unknown one or where none would be left. The environment
/// variable FFBENCH_HIDE_TARGETS, names separated by commas, does the same for the whole process.
class HiddenTargets {
 public:
  explicit HiddenTargets(const std::vector<std::string>& names);
  ~HiddenTargets();
  HiddenTargets(const HiddenTargets&) = delete;
  HiddenTargets& operator=(const HiddenTargets&) = delete;

 private:
  std::int64_t before_;
};

/// Called by the code of each target with its own number. `function` is the function that calls.
void record_target(std::int64_t target, const char* function = __builtin_FUNCTION()) noexcept;

/// The functions with code for several targets that ran since the program began, or since they were
/// forgotten, by name.
std::vector<std::string> called_functions();
void forget_called_functions() noexcept;

}  // namespace ffbench::cpu
