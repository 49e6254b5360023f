#include "harness/compare/instructions.hpp"

#include <algorithm>
#include <charconv>
#include <future>
#include <set>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/json/json_text.hpp"
#include "core/stage.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/instruction_marks.hpp"
#include "core/system/temporary_file.hpp"
#include "harness/compare/arm_process.hpp"
#include "harness/compare/operator_session.hpp"
#include "reports/figures.hpp"

namespace ffbench::compare {
namespace {

/// Of a total; smaller parts are shown and not gated.
constexpr double least_gated_share = 0.01;

/// What follows `key` in a line of `text` that begins with it; empty where there is none.
std::string_view after(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at == 0 || text[at - 1] == '\n') {
      const std::string_view rest = text.substr(at + key.size());
      return rest.substr(0, rest.find('\n'));
    }
  }
  return {};
}

std::uint64_t sum_of(const std::map<std::string, std::uint64_t>& parts) {
  std::uint64_t sum = 0;
  for (const auto& [part, count] : parts) {
    sum += count;
  }
  return sum;
}

std::uint64_t part_of(const InstructionCount& count, const std::string& part) {
  const auto found = count.parts.find(part);
  return found == count.parts.end() ? 0 : found->second;
}

/// Stages in pipeline order, then the others.
std::vector<std::string> parts_in_order(const InstructionCount& base, const InstructionCount& head) {
  std::set<std::string> left;
  for (const auto* count : {&base, &head}) {
    for (const auto& [part, instructions] : count->parts) {
      left.insert(part);
    }
  }
  std::vector<std::string> parts;
  for (const Stage stage : all_stages) {
    if (left.erase(std::string(name_of(stage))) > 0) {
      parts.emplace_back(name_of(stage));
    }
  }
  parts.insert(parts.end(), left.begin(), left.end());
  return parts;
}

double growth(std::uint64_t base, std::uint64_t head) {
  return base == 0 ? 0 : static_cast<double>(head) / static_cast<double>(base) - 1;
}

/// What a process of the arm printed under callgrind, and the parts it marked.
struct UnderCallgrind {
  std::string printed;
  std::map<std::string, std::uint64_t> parts;
};

UnderCallgrind run_under_callgrind(const Arm& arm, const std::vector<std::string>& arguments,
                                   const std::string& what) {
  const TemporaryFolder folder;
  Arm valgrind = arm;
  valgrind.binary = "valgrind";
  // Nothing is instrumented until the process asks for it. The script of a bundle starts the program.
  std::vector<std::string> words{"--tool=callgrind",
                                 "--quiet",
                                 "--instr-atstart=no",
                                 "--trace-children=yes",
                                 "--callgrind-out-file=" + (folder.path() / "counts.%p").string(),
                                 arm.binary.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  // A slow-down that spins would count how often it looked at the clock.
  valgrind.arguments.clear();
  UnderCallgrind result;
  result.printed = output_of(valgrind, words, {}, what);
  result.parts = counts_in(folder.path());
  return result;
}

InstructionCount count_pipeline(const SessionOptions& options, const Arm& arm,
                                const Combination& combination) {
  const std::string what =
      fmt::format("counting the instructions of {} on {}", combination.pipeline, combination.fixture);
  const UnderCallgrind run =
      run_under_callgrind(arm,
                          {"sample", "--suite", options.suite, "--fixture", combination.fixture, "--pipeline",
                           combination.pipeline, "--swap", options.swap, "--count-instructions"},
                          what);
  const JsonReader json = parse_json(run.printed, arm.binary.string() + ": sample --count-instructions");
  if (run.parts.empty()) {
    fail("{} ({}): {} gave no count; was it built where valgrind's headers were not installed?", arm.label,
         arm.binary.string(), what);
  }
  return {marked_of(json), run.parts};
}

/// By bench.
std::map<std::string, InstructionCount> count_operators(const Arm& arm,
                                                        const std::vector<Combination>& benches) {
  std::vector<std::string> arguments{"sample-operators", "--count-instructions"};
  for (const Combination& bench : benches) {
    arguments.insert(arguments.end(), {"--bench", bench_of(bench)});
  }
  const UnderCallgrind run = run_under_callgrind(arm, arguments, "counting the instructions of operators");
  const JsonReader json = parse_json(run.printed, arm.binary.string() + ": sample-operators");
  json.require_schema("ffbench.marked-operators/1", "use builds of the same age");
  std::map<std::string, InstructionCount> counts;
  for (const auto& [bench, marked] : json.at("benches").members()) {
    const auto found = run.parts.find(bench);
    if (found == run.parts.end()) {
      fail("{} ({}): {} was not counted; was it built where valgrind's headers were not installed?",
           arm.label, arm.binary.string(), bench);
    }
    counts.emplace(bench, InstructionCount{marked_of(marked), {{"run", found->second}}});
  }
  return counts;
}

bool is_counted(const Combination& combination) {
  if (is_operator(combination)) {
    return combination.pipeline.ends_with("/cpu") || combination.pipeline.find("/cpu:") != std::string::npos;
  }
  return !is_command(combination) && parse_pipeline(combination.pipeline).backend != Backend::cuda;
}

}  // namespace

void require_callgrind() {
  if (!instruction_marks::available()) {
    fail(
        "--count-instructions: does not run under valgrind, or was built without its headers; `ffbench "
        "branches --instructions` runs it as it should be");
  }
}

std::string to_json(const Marked& marked) {
  return json_text(nlohmann::ordered_json{{"schema", marked_schema},
                                          {"executor", marked.executor},
                                          {"frames", marked.frames},
                                          {"digest", marked.digest}});
}

Marked marked_of(const JsonReader& json) {
  json.require_schema(marked_schema, "use builds of the same age");
  return {json.at("executor").text(), json.at("frames").integer_from(1, 1'000'000), json.at("digest").text()};
}

std::map<std::string, std::uint64_t> counts_in(const std::filesystem::path& folder) {
  std::map<std::string, std::uint64_t> parts;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_regular_file()) {
      continue;
    }
    const std::string text = read_file(entry.path());
    const std::string_view name = after(text, "desc: Trigger: Client Request: ");
    if (name.empty()) {
      continue;
    }
    const std::string_view total = after(text, "totals: ");
    std::uint64_t count = 0;
    const auto [end, problem] = std::from_chars(total.data(), total.data() + total.size(), count);
    if (total.empty() || problem != std::errc() || end != total.data() + total.size()) {
      fail("{}: callgrind wrote no total of '{}'; is the disk full?", entry.path().string(), name);
    }
    parts[std::string(name)] += count;
  }
  return parts;
}

InstructionComparison compare_instructions(const InstructionCount& base, const InstructionCount& head,
                                           std::optional<double> gate) {
  InstructionComparison result;
  result.base_executor = base.marked.executor;
  result.head_executor = head.marked.executor;
  result.frames = head.marked.frames;
  result.base = sum_of(base.parts);
  result.head = sum_of(head.parts);
  result.gate = gate;
  std::string grown;
  const auto look_at = [&](const std::string& part, std::uint64_t before, std::uint64_t after) {
    if (gate && growth(before, after) > *gate) {
      grown +=
          fmt::format("{}{} by {}", grown.empty() ? "" : ", ", part, percent_text(growth(before, after), 2));
    }
  };
  for (const std::string& part : parts_in_order(base, head)) {
    const std::uint64_t before = part_of(base, part);
    const std::uint64_t after = part_of(head, part);
    result.parts.push_back({part, before, after});
    if (static_cast<double>(std::max(before, after)) >=
        least_gated_share * static_cast<double>(std::max(result.base, result.head))) {
      if (before == 0 && gate) {
        grown += fmt::format("{}{} is new", grown.empty() ? "" : ", ", part);
      }
      look_at(part, before, after);
    }
  }
  look_at("all", result.base, result.head);
  result.verdict = grown.empty() ? CompareVerdict::pass : CompareVerdict::fail;
  result.reason = grown.empty()
                      ? fmt::format("{} against {} ({}), counted on {}", result.head, result.base,
                                    percent_text(growth(result.base, result.head), 2), result.head_executor)
                      : fmt::format("more instructions than {} allows, counted on {}: {}",
                                    percent_text(*gate, 2), result.head_executor, grown);
  return result;
}

std::vector<CountedCombination> count_instructions(const SessionOptions& options, std::optional<double> gate,
                                                   Progress& progress) {
  std::vector<Combination> counted;
  std::ranges::copy_if(options.combinations, std::back_inserter(counted), is_counted);
  std::vector<CountedCombination> results;
  const auto add = [&](const Combination& combination, const InstructionCount& base,
                       const InstructionCount& head) {
    results.push_back(
        {combination, compare_instructions(base, head, gate), base.marked.digest == head.marked.digest});
  };
  if (counted.empty()) {
    return results;
  }
  progress.begin("counting instructions", static_cast<double>(counted.size()));
  if (is_operator(counted.front())) {
    // Counts do not depend on what else the machine does.
    auto base = std::async(std::launch::async, count_operators, std::cref(options.base), std::cref(counted));
    const auto head = count_operators(options.head, counted);
    const auto of_base = base.get();
    for (const Combination& combination : counted) {
      add(combination, of_base.at(bench_of(combination)), head.at(bench_of(combination)));
    }
  } else {
    for (const Combination& combination : counted) {
      auto base = std::async(std::launch::async, count_pipeline, std::cref(options), std::cref(options.base),
                             std::cref(combination));
      const InstructionCount head = count_pipeline(options, options.head, combination);
      add(combination, base.get(), head);
      progress.advance();
    }
  }
  progress.end();
  return results;
}

}  // namespace ffbench::compare
