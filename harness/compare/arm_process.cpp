#include "harness/compare/arm_process.hpp"

#include <array>
#include <future>

#include "core/error.hpp"
#include "harness/compare/turns.hpp"
#include "harness/system/child_process.hpp"

namespace ffbench::compare {

std::string output_of(const Arm& arm, std::vector<std::string> arguments, Place place,
                      const std::string& what) {
  if (place.socket >= 0) {
    arguments.insert(arguments.end(), {"--turn-socket", std::to_string(place.socket)});
    if (place.first) {
      arguments.emplace_back("--first");
    }
  }
  arguments.insert(arguments.end(), arm.arguments.begin(), arm.arguments.end());
  ChildOptions child;
  child.kept_descriptor = place.socket;
  child.environment = arm.environment;
  // Lazy loading would put the cost of a kernel's first use into whichever frame uses it first.
  child.environment.emplace_back("CUDA_MODULE_LOADING", "EAGER");
  const ChildResult run = run_child(arm.binary.string(), arguments, child);
  if (run.exit_code != 0) {
    const std::string said = last_line(run.err);
    fail("{} ({}): {} ended with exit code {}{}{}", arm.label, arm.binary.string(), what, run.exit_code,
         said.empty() ? "" : ": ", said);
  }
  return run.out;
}

BothOutputs outputs_in_turns(const Arm& base, const Arm& head, const std::vector<std::string>& arguments,
                             bool base_first, const std::string& what) {
  const std::array<int, 2> ends = socket_pair();
  auto of_base = std::async(std::launch::async, output_of, std::cref(base), arguments,
                            Place{ends[0], base_first}, std::cref(what));
  auto of_head = std::async(std::launch::async, output_of, std::cref(head), arguments,
                            Place{ends[1], !base_first}, std::cref(what));
  BothOutputs outputs;
  outputs.base = of_base.get();
  outputs.head = of_head.get();
  return outputs;
}

}  // namespace ffbench::compare
