#include "harness/compare/selftest.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "core/json/json_reader.hpp"
#include "core/json/json_text.hpp"
#include "core/system/atomic_file.hpp"
#include "core/system/data_path.hpp"
#include "core/system/folder_lock.hpp"
#include "core/system/interruption.hpp"
#include "harness/compare/branches.hpp"
#include "harness/compare/line_store.hpp"
#include "harness/compare/seeded_faults.hpp"
#include "harness/compare/session.hpp"
#include "harness/pipeline/pipeline.hpp"
#include "harness/system/child_process.hpp"
#include "harness/system/output_folder.hpp"
#include "reports/gates.hpp"
#include "reports/report_json.hpp"

namespace ffbench::compare {
namespace {

using Json = nlohmann::ordered_json;

/// What a run ended with and said.
struct Outcome {
  int exit_code = 0;
  std::string text;
};

std::string line_around(const std::string& text, std::size_t at) {
  const std::size_t start = text.rfind('\n', at);
  const std::size_t end = text.find('\n', at);
  const std::size_t from = start == std::string::npos ? 0 : start + 1;
  return text.substr(from, end == std::string::npos ? end : end - from);
}

std::filesystem::path beside(const std::filesystem::path& program, const char* name) {
  std::filesystem::path path = program.parent_path() / name;
  if (!std::filesystem::exists(path)) {
    fail("{}: not built; `cmake --build {} --target ffbench_selftest_programs` makes it", path.string(),
         program.parent_path().parent_path().string());
  }
  return path;
}

/// Runs faults and clean runs, one at a time.
class Bench {
 public:
  Bench(const SelftestOptions& options, Progress& progress)
      : options_(options),
        progress_(progress),
        faulty_(make_arm("faulty", beside(options.program, "ffbench_faulty"))),
        contracted_(make_arm("contracted", beside(options.program, "ffbench_contracted"))),
        gates_(options.out / "gates.json"),
        suite_(options.out / "suite.json") {
    write_gates();
    write_file_atomically(suite_, std::string(selftest_suite));
  }

  /// The one line that identifies what is tested.
  [[nodiscard]] std::string header() const {
    const Arm program = make_arm("program", options_.program);
    return json_text(Json{{"schema", "ffbench.selftest/1"},
                          {"programs", {program.digest, faulty_.digest, contracted_.digest}},
                          {"pipeline", options_.pipeline}});
  }

  FaultOutcome run(const SeededFault& fault) {
    FaultOutcome outcome{std::string(fault.name), std::string(fault.description), false, false, 0, {}};
    if (const std::string why = why_unavailable(Backend::cuda); fault.needs_gpu && !why.empty()) {
      outcome.skipped = true;
      outcome.message = why;
      return outcome;
    }
    Outcome observed;
    try {
      observed = execute(fault);
    } catch (const Interrupted&) {
      throw;  // not an outcome of the fault
    } catch (const Error& error) {
      observed = {static_cast<int>(error.code()), error.what()};
    }
    outcome.exit_code = observed.exit_code;
    const auto at = observed.text.find(fault.words);
    outcome.caught = observed.exit_code == static_cast<int>(fault.exit_code) && at != std::string::npos;
    outcome.message = at == std::string::npos ? last_line(observed.text) : line_around(observed.text, at);
    return outcome;
  }

  /// Empty where the run raised no alarm.
  std::string clean_run() {
    const Outcome observed = run_suite(faulty_, seeded_faults().front(), "clean");
    return observed.exit_code == 0 ? std::string()
                                   : fmt::format("exit code {}: {}", observed.exit_code, observed.text);
  }

 private:
  [[nodiscard]] std::string pipeline_of(const SeededFault& fault) const {
    return fault.pipeline.empty() ? options_.pipeline : std::string(fault.pipeline);
  }

  [[nodiscard]] Arm with_fault(const SeededFault& fault) const {
    Arm arm = faulty_;
    arm.environment.emplace_back(fault_variable, fault.injected);
    return arm;
  }

  /// The gates but for those on runtimes: their thresholds are for idle machines, and pairs judge
  /// runtimes here.
  void write_gates() const {
    const JsonReader gates = read_json(data_path("ci/gates.json"));
    Json kept = Json::array();
    for (const JsonReader& gate : gates.at("gates").items()) {
      if (gate.text_or("class", "") != name_of(GateClass::performance)) {
        kept.push_back(Json(gate.value()));
      }
    }
    const Json json{{"schema", gates.at("schema").text()}, {"gates", std::move(kept)}};
    write_file_atomically(gates_, json_text(json, 1));
  }

  Outcome run_suite(const Arm& arm, const SeededFault& fault, const std::string& folder) const {
    const std::filesystem::path out = options_.out / folder;
    std::error_code ignored;
    std::filesystem::remove(out / "report.json", ignored);
    ChildOptions child;
    child.environment = arm.environment;
    const ChildResult run =
        run_child(arm.binary.string(),
                  {"run", "suite", suite_.string(), "--fixture", std::string(fault.fixture), "--pipeline",
                   std::string(base_pipeline_name), "--pipeline", pipeline_of(fault), "--repetitions", "2",
                   "--gates", gates_.string(), "--out", out.string(), "--quiet"},
                  child);
    Outcome observed{run.exit_code, run.err};
    if (std::filesystem::exists(out / "report.json")) {
      const Report report = read_report(out);
      for (const Result& result : report.results) {
        if (result.equality && result.equality->first) {
          const Mismatch& first = *result.equality->first;
          observed.text += fmt::format("first difference: stage {}, frame {}, x {}, y {}\n", first.stage,
                                       first.frame, first.x, first.y);
        }
      }
      for (const std::string& reason : report.reasons) {
        observed.text += reason + "\n";
      }
    }
    return observed;
  }

  /// Ten fresh processes, of which two must make different bytes.
  [[nodiscard]] Outcome fresh_processes(const SeededFault& fault) const {
    SessionOptions session;
    session.suite = suite_.string();
    session.passes = 1;
    const Arm arm = with_fault(fault);
    const Combination combination{std::string(fault.fixture), pipeline_of(fault)};
    std::map<int, Pair> pairs;
    for (int i = 0; i < 5; ++i) {
      Pair pair;
      pair.number = i;
      pair.base = take_sample(session, arm, combination);
      pair.head = take_sample(session, arm, combination);
      pairs.emplace(i, std::move(pair));
    }
    const PairVerdict verdict = judge_pairs(pairs, {});
    return verdict.incorrect.empty()
               ? Outcome{0, "every process made the same bytes"}
               : Outcome{static_cast<int>(ExitCode::incorrect), verdict.incorrect.front()};
  }

  [[nodiscard]] Outcome interleaved(const SeededFault& fault) const {
    BranchesOptions options;
    options.base = "sound";
    options.head = std::string(fault.name);
    options.base_binary = faulty_.binary;
    options.head_binary = faulty_.binary;
    options.head_environment = with_fault(fault).environment;
    options.suite = suite_.string();
    options.fixtures = {std::string(fault.fixture)};
    options.pipelines = {pipeline_of(fault)};
    options.runtime_only = true;
    options.passes = 15;  // a busy machine still finds 3 % with these
    options.calibration = options_.out / "no-calibration.json";
    options.out = options_.out / std::string(fault.name);
    options.resume = options_.resume;
    const Comparison comparison = compare_branches(options, progress_);
    std::string text;
    for (const std::string& reason : comparison.reasons) {
      text += reason + "\n";
    }
    return {static_cast<int>(exit_code_of(comparison.verdict)), text};
  }

  [[nodiscard]] Outcome half_file(const SeededFault& fault) const {
    const std::filesystem::path whole = options_.out / "whole";
    run_suite(faulty_, fault, "whole");
    const std::string text = read_file(whole / "report.json");
    const std::filesystem::path half = options_.out / "half.json";
    write_file_atomically(half, text.substr(0, text.size() / 2));
    const ChildResult run = run_child(options_.program.string(), {"compare", whole.string(), half.string(),
                                                                  "--out", (options_.out / "half").string()});
    return {run.exit_code, run.err};
  }

  [[nodiscard]] Outcome execute(const SeededFault& fault) const {
    switch (fault.run) {
      case FaultRun::suite:
        return run_suite(with_fault(fault), fault, std::string(fault.name));
      case FaultRun::contracted:
        return run_suite(contracted_, fault, std::string(fault.name));
      case FaultRun::determinism:
        return fresh_processes(fault);
      case FaultRun::branches:
        return interleaved(fault);
      case FaultRun::half_file:
        return half_file(fault);
    }
    return {};
  }

  const SelftestOptions& options_;
  Progress& progress_;
  Arm faulty_;
  Arm contracted_;
  std::filesystem::path gates_;
  std::filesystem::path suite_;
};

std::string line_of(const FaultOutcome& outcome) {
  return json_text(Json{{"fault", outcome.name},
                        {"skipped", outcome.skipped},
                        {"caught", outcome.caught},
                        {"exit_code", outcome.exit_code},
                        {"message", outcome.message}});
}

/// What an interrupted self-test found already.
struct Found {
  std::map<std::string, FaultOutcome, std::less<>> faults;
  std::vector<std::string> clean_runs;  ///< their alarms, empty ones for none
};

Found read_found(const LineStore& lines) {
  Found found;
  for (std::size_t i = 0; i < lines.stored().size(); ++i) {
    const JsonReader json =
        parse_json(lines.stored()[i], lines.place(i), {.hint = "delete the file to begin again"});
    if (const auto alarm = json.find("clean_run")) {
      found.clean_runs.push_back(alarm->text());
      continue;
    }
    FaultOutcome outcome;
    outcome.name = json.at("fault").text();
    outcome.skipped = json.at("skipped").flag();
    outcome.caught = json.at("caught").flag();
    outcome.exit_code = json.at("exit_code").integer();
    outcome.message = json.at(json.contains("message") ? "message" : "told").text();
    found.faults.insert_or_assign(outcome.name, outcome);
  }
  return found;
}

}  // namespace

bool SelftestOutcome::passed() const {
  return alarms.empty() &&
         std::ranges::all_of(faults, [](const FaultOutcome& fault) { return fault.caught || fault.skipped; });
}

SelftestOutcome run_selftest(const SelftestOptions& options, Progress& progress) {
  prepare_output_folder(options.out);
  const FolderLock lock(options.out, "--out");
  Bench bench(options, progress);
  LineStore lines(options.out / "outcomes.jsonl", bench.header(), options.resume);
  const Found found = read_found(lines);
  SelftestOutcome outcome;
  for (const SeededFault& fault : seeded_faults()) {
    if (!options.faults.empty() && !matches_any(options.faults, fault.name)) {
      continue;
    }
    if (const auto known = found.faults.find(fault.name); known != found.faults.end()) {
      outcome.faults.push_back(known->second);
      outcome.faults.back().description = fault.description;
      continue;
    }
    outcome.faults.push_back(bench.run(fault));
    const FaultOutcome& last = outcome.faults.back();
    lines.add(line_of(last));
    progress.say(fmt::format("{}  {}: exit code {}: {}",
                             last.caught    ? "caught"
                             : last.skipped ? "skipped"
                                            : "MISSED",
                             last.name, last.exit_code, last.message));
  }
  progress.begin("clean runs", options.clean_runs);
  for (int i = 0; i < options.clean_runs; ++i) {
    const bool known = i < static_cast<int>(found.clean_runs.size());
    const std::string alarm = known ? found.clean_runs[static_cast<std::size_t>(i)] : bench.clean_run();
    if (!known) {
      lines.add(json_text(Json{{"clean_run", alarm}}));
    }
    if (!alarm.empty()) {
      outcome.alarms.push_back(fmt::format("run {}: {}", i + 1, alarm));
    }
    ++outcome.clean_runs;
    progress.advance();
  }
  progress.end();
  return outcome;
}

}  // namespace ffbench::compare
