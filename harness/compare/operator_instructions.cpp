#include "harness/compare/operator_instructions.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json/json_text.hpp"
#include "core/system/instruction_marks.hpp"
#include "harness/compare/instructions.hpp"
#include "harness/compare/operator_benches.hpp"
#include "harness/compare/operator_sample.hpp"

namespace ffbench::compare {

std::string mark_operators(const std::vector<std::string>& benches) {
  require_callgrind();
  const std::vector<OperatorBench> known = operator_benches({"*/*"});
  nlohmann::ordered_json json{{"schema", "ffbench.marked-operators/1"},
                              {"benches", nlohmann::ordered_json::object()}};
  for (const std::string& name : benches) {
    const OperatorBench& bench = operator_bench(known, name);
    if (bench.on_device()) {
      fail("--count-instructions: {} runs on a device, whose instructions callgrind cannot count", name);
    }
    const std::unique_ptr<operators::Problem> problem = bench.listed->make();
    const std::unique_ptr<operators::Session> session = problem->session(bench.backend->name);
    session->run();
    const Marked marked{executor_of(bench), 1, digest_of_outputs(*problem)};
    instruction_marks::start();
    instruction_marks::begin();
    session->run();
    instruction_marks::end(name.c_str());
    instruction_marks::stop();
    json["benches"][name] = nlohmann::ordered_json::parse(to_json(marked));
  }
  return json_text(json);
}

}  // namespace ffbench::compare
