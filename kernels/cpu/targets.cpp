#include "kernels/cpu/targets.hpp"

#include <array>
#include <atomic>
#include <cstdlib>
#include <set>

#include <fmt/ranges.h>
#include <hwy/highway.h>

#include "core/error.hpp"
#include "core/joined.hpp"

namespace ffbench::cpu {
namespace {

std::atomic<std::int64_t> last_run{0};
std::atomic<std::int64_t> forced{0};

/// Names of the functions that ran, by address: a function has one for each target. There are far
/// fewer than entries.
std::array<std::atomic<const char*>, 256> called{};

void record_call(const char* function) noexcept {
  for (auto& entry : called) {
    const char* name = entry.load(std::memory_order_relaxed);
    if (name == function) {
      return;
    }
    if (name == nullptr && entry.compare_exchange_strong(name, function)) {
      return;
    }
    if (name == function) {
      return;
    }
  }
}

std::vector<std::int64_t> compiled_targets() {
  std::vector<std::int64_t> result;
  for (std::int64_t left = HWY_TARGETS; left != 0; left &= left - 1) {
    result.push_back(left & ~(left - 1));
  }
  return result;
}

std::int64_t target_of(std::string_view name) {
  std::vector<std::string> names;
  for (std::int64_t target : compiled_targets()) {
    if (hwy::TargetName(target) == name) {
      return target;
    }
    names.emplace_back(hwy::TargetName(target));
  }
  fail("SIMD target '{}': not known, expected one of {}", name, joined(names, ", "));
}

/// What the processor can run of what was compiled. Highway is asked once, before anything is
/// forced.
std::int64_t machine_targets() {
  static const std::int64_t found = hwy::SupportedTargets() & HWY_TARGETS;
  return found;
}

std::int64_t hidden_by_environment() {
  const char* text = std::getenv("FFBENCH_HIDE_TARGETS");
  std::int64_t hidden = 0;
  std::string_view left = text == nullptr ? "" : text;
  while (!left.empty()) {
    const std::size_t comma = std::min(left.find(','), left.size());
    if (comma > 0) {
      hidden |= target_of(left.substr(0, comma));
    }
    left.remove_prefix(std::min(comma + 1, left.size()));
  }
  return hidden;
}

std::atomic<std::int64_t>& hidden_targets() {
  static std::atomic<std::int64_t> hidden{hidden_by_environment()};
  return hidden;
}

std::int64_t usable_targets() {
  const std::int64_t usable = machine_targets() & ~hidden_targets().load();
  if (usable == 0) {
    fail("SIMD targets: all are hidden, leave at least one out of FFBENCH_HIDE_TARGETS");
  }
  return usable;
}

/// Makes Highway's dispatch follow `forced` and `hidden`.
void apply_choice() {
  const std::int64_t chosen = forced.load() != 0 ? forced.load() : usable_targets();
  hwy::SetSupportedTargetsForTest(chosen);
  hwy::GetChosenTarget().Update(chosen);
}

/// Before the first operator runs, what the environment hides is hidden.
const bool environment_applied = [] {
  if (std::getenv("FFBENCH_HIDE_TARGETS") != nullptr) {
    try {
      apply_choice();
    } catch (const Error&) {
      return false;  // `targets()` reports it where it can be caught
    }
  }
  return true;
}();

}  // namespace

std::vector<Target> targets() {
  const std::int64_t usable = usable_targets();
  std::vector<Target> result;
  for (std::int64_t target : compiled_targets()) {
    const bool machine = (machine_targets() & target) != 0;
    result.push_back({hwy::TargetName(target), (usable & target) != 0,
                      !machine                 ? "the processor lacks it"
                      : (usable & target) == 0 ? "hidden"
                                               : ""});
  }
  return result;
}

std::string active_target() {
  const std::int64_t chosen = forced.load() != 0 ? forced.load() : usable_targets();
  return hwy::TargetName(chosen & ~(chosen - 1));
}

std::string last_target_run() {
  const std::int64_t target = last_run.load(std::memory_order_relaxed);
  return target == 0 ? "" : hwy::TargetName(target);
}

ForcedTarget::ForcedTarget(std::string_view name) {
  const std::int64_t target = target_of(name);
  if ((usable_targets() & target) == 0) {
    fail("SIMD target '{}': {}", name,
         (machine_targets() & target) != 0 ? "hidden" : "the processor lacks it");
  }
  forced.store(target);
  apply_choice();
}

ForcedTarget::~ForcedTarget() {
  forced.store(0);
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(machine_targets() & ~hidden_targets().load());
}

HiddenTargets::HiddenTargets(const std::vector<std::string>& names) : before_(hidden_targets().load()) {
  std::int64_t hidden = before_;
  for (const std::string& name : names) {
    hidden |= target_of(name);
  }
  if ((machine_targets() & ~hidden) == 0) {
    fail("SIMD targets: all are hidden, at least one must be left");
  }
  hidden_targets().store(hidden);
  apply_choice();
}

HiddenTargets::~HiddenTargets() {
  hidden_targets().store(before_);
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(machine_targets() & ~before_);
}

void forget_last_target() noexcept {
  last_run.store(0, std::memory_order_relaxed);
}

void record_target(std::int64_t target, const char* function) noexcept {
  last_run.store(target, std::memory_order_relaxed);
  record_call(function);
}

std::vector<std::string> called_functions() {
  std::set<std::string> names;
  for (const auto& entry : called) {
    if (const char* name = entry.load(); name != nullptr) {
      names.insert(name);
    }
  }
  return {names.begin(), names.end()};
}

void forget_called_functions() noexcept {
  for (auto& entry : called) {
    entry = nullptr;
  }
}

}  // namespace ffbench::cpu
