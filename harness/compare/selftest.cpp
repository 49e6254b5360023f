#include "harness/compare/selftest.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/atomic_file.hpp"
#include "core/data_path.hpp"
#include "harness/child_process.hpp"
#include "harness/compare/branches.hpp"
#include "harness/compare/session.hpp"
#include "harness/faults/fault_names.hpp"
#include "harness/output_folder.hpp"
#include "harness/pipeline.hpp"
#include "reports/gates.hpp"
#include "reports/report_json.hpp"

namespace ffbench::compare {
namespace {

/// Stands for the pipeline of the options.
constexpr std::string_view cpu;
constexpr std::string_view fixture = "turn-360p";
constexpr auto wrong = ExitCode::incorrect;
constexpr auto failed = ExitCode::gate_failed;
constexpr auto refused = ExitCode::bad_input;

constexpr std::array<SeededFault, 22> table{{
    {"one-bit", "one least-significant bit in one pixel of one frame", FaultRun::suite, cpu, wrong,
     "bit equality"},
    {"contracted", "contracted multiply-add in the composite", FaultRun::contracted, cpu, wrong,
     "bit equality"},
    {"race", "a race between streams: the copy does not wait for the computation", FaultRun::suite, cpu,
     wrong, "bit equality"},
    {"stale-parameter", "a stale graph parameter: every frame runs with the plan of the one before",
     FaultRun::suite, cpu, wrong, "bit equality"},
    {"dropped-frame", "a dropped frame: the input comes out", FaultRun::suite, cpu, wrong, "bit equality"},
    {"duplicated-frame", "a duplicated frame: the output of the frame before comes out", FaultRun::suite, cpu,
     wrong, "bit equality"},
    {"frozen-plan", "a plan that never moves", FaultRun::suite, cpu, failed, "peak turn error"},
    {"lagged-plan", "a plan that is six frames late", FaultRun::suite, cpu, failed, "no lag"},
    {"alternating-plan", "a plan that jumps half a pixel to and fro", FaultRun::suite, cpu, failed, "jitter"},
    {"tail-spike", "one spike of 4 px, ten frames before the end", FaultRun::suite, cpu, failed, "jitter"},
    {"swapped-channels", "red and blue swapped in the face", FaultRun::suite, cpu, wrong, "bit equality"},
    {"gain-pumping", "gains that pump by 6 %, in every backend alike", FaultRun::suite, cpu, failed,
     "tPSNR mean not below the base"},
    {"mask-jump", "a mask that jumps by one pixel in one frame", FaultRun::suite, cpu, wrong, "stage mask"},
    {"border", "an off-by-one border: the last row is not written", FaultRun::suite, cpu, wrong, "y 359"},
    {"uninitialised", "a read of memory that nobody wrote", FaultRun::determinism, cpu, wrong,
     "not deterministic"},
    {"leak", "a leak of 128 KiB a frame", FaultRun::branches, cpu, failed, "memory grows"},
    {"slow-3", "a slow-down of 3 %", FaultRun::branches, cpu, failed, "slower by"},
    {"slow-stage-10", "a slow-down of 10 % that is all in one stage", FaultRun::branches, cpu, failed,
     "stage mask explains most of it"},
    {"first-frame", "a first frame at several times its cost", FaultRun::branches, cpu, failed,
     "the first frame of a process costs"},
    {"half-file", "a result file cut in half", FaultRun::half_file, cpu, refused, "not valid JSON"},
    {"gpu-on-cpu", "a GPU result made on the CPU", FaultRun::suite, "enhanced/cuda", refused,
     "not shown under a GPU's name"},
    {"crash", "a crash in the middle of a sample", FaultRun::branches, cpu, refused, "exit code 139"},
}};

/// What a run ended with and said.
struct Told {
  int exit_code = 0;
  std::string text;
};

class Selftest {
 public:
  Selftest(const SelftestOptions& options, Progress& progress)
      : options_(options), progress_(progress), gates_(options.out / "gates.json") {
    write_gates();
  }

  FaultOutcome run(const SeededFault& fault) {
    FaultOutcome outcome{std::string(fault.name), std::string(fault.description), false, false, 0, {}};
    Told told;
    try {
      told = execute(fault);
    } catch (const Error& error) {
      told = {static_cast<int>(error.code()), error.what()};
    }
    outcome.exit_code = told.exit_code;
    const bool right_code = told.exit_code == static_cast<int>(fault.exit_code);
    const auto at = told.text.find(fault.words);
    outcome.caught = right_code && at != std::string::npos;
    outcome.told = at == std::string::npos ? last_line(told.text) : line_around(told.text, at);
    return outcome;
  }

  /// Empty where the run raised no alarm.
  std::string clean_run(int number) {
    const Told told =
        run_suite(program("ffbench_faulty"), options_.pipeline, "", fmt::format("clean-{}", number % 2));
    return told.exit_code == 0 ? std::string()
                               : fmt::format("run {}: exit code {}: {}", number, told.exit_code, told.text);
  }

 private:
  [[nodiscard]] std::string pipeline_of(const SeededFault& fault) const {
    return fault.pipeline.empty() ? options_.pipeline : std::string(fault.pipeline);
  }

  [[nodiscard]] std::filesystem::path program(const char* name) const {
    const std::filesystem::path path = options_.program.parent_path() / name;
    if (!std::filesystem::exists(path)) {
      fail("{}: not built; `cmake --build {} --target ffbench_selftest_programs` makes it", path.string(),
           options_.program.parent_path().parent_path().string());
    }
    return path;
  }

  /// The gates but for those on runtimes: their thresholds are for idle machines, and pairs judge runtimes here.
  void write_gates() const {
    auto json = nlohmann::ordered_json::parse(read_file(data_path("ci/gates.json")));
    auto& gates = json.at("gates");
    nlohmann::ordered_json kept = nlohmann::ordered_json::array();
    for (const auto& gate : gates) {
      if (gate.value("class", "") != name_of(GateClass::performance)) {
        kept.push_back(gate);
      }
    }
    gates = std::move(kept);
    write_file_atomically(gates_, json.dump(1));
  }

  [[nodiscard]] std::vector<std::string> suite_arguments(std::string_view pipeline,
                                                         const std::filesystem::path& out) const {
    return {"run",
            "suite",
            "smoke",
            "--fixture",
            std::string(fixture),
            "--pipeline",
            std::string(base_pipeline_name),
            "--pipeline",
            std::string(pipeline),
            "--repetitions",
            "2",
            "--gates",
            gates_.string(),
            "--out",
            out.string(),
            "--quiet"};
  }

  Told run_suite(const std::filesystem::path& binary, std::string_view pipeline, const std::string& fault,
                 const std::string& folder) const {
    ChildOptions child;
    if (!fault.empty()) {
      child.environment.emplace_back(faults::variable, fault);
    }
    const std::filesystem::path out = options_.out / folder;
    std::error_code ignored;
    std::filesystem::remove(out / "report.json", ignored);
    const ChildResult run = run_child(binary.string(), suite_arguments(pipeline, out), child);
    Told told{run.exit_code, run.err};
    if (std::filesystem::exists(out / "report.json")) {
      const Report report = read_report(out);
      for (const Result& result : report.results) {
        if (result.equality && result.equality->first) {
          const Mismatch& first = *result.equality->first;
          told.text += fmt::format("first difference: stage {}, frame {}, x {}, y {}\n", first.stage,
                                   first.frame, first.x, first.y);
        }
      }
      for (const std::string& reason : report.reasons) {
        told.text += reason + "\n";
      }
    }
    return told;
  }

  /// As many fresh processes as it takes to see two outputs, ten at most.
  Told fresh_processes(const SeededFault& fault) const {
    SessionOptions session;
    session.passes = 1;
    Arm arm = make_arm("faulty", program("ffbench_faulty"));
    arm.environment.emplace_back(faults::variable, fault.name);
    std::map<int, Pair> pairs;
    for (int i = 0; i < 5; ++i) {
      Pair pair;
      pair.number = i;
      pair.base = take_sample(session, arm, {std::string(fixture), pipeline_of(fault)});
      pair.head = take_sample(session, arm, {std::string(fixture), pipeline_of(fault)});
      pairs.emplace(i, std::move(pair));
    }
    const PairVerdict verdict = judge_pairs(pairs, {});
    return verdict.incorrect.empty() ? Told{0, "every process made the same bytes"}
                                     : Told{static_cast<int>(ExitCode::incorrect), verdict.incorrect.front()};
  }

  Told branches(const SeededFault& fault) const {
    BranchesOptions options;
    options.base = "sound";
    options.head = std::string(fault.name);
    options.base_binary = program("ffbench_faulty");
    options.head_binary = program("ffbench_faulty");
    options.head_environment = {{faults::variable, std::string(fault.name)}};
    options.fixtures = {std::string(fixture)};
    options.pipelines = {pipeline_of(fault)};
    options.runtime_only = true;
    options.calibration = options_.out / "no-calibration.json";
    options.out = options_.out / std::string(fault.name);
    const Comparison comparison = compare_branches(options, progress_);
    std::string text;
    for (const std::string& reason : comparison.reasons) {
      text += reason + "\n";
    }
    return {static_cast<int>(exit_code_of(comparison.verdict)), text};
  }

  Told half_file() const {
    run_suite(program("ffbench_faulty"), options_.pipeline, "", "clean-0");
    const std::string whole = read_file(options_.out / "clean-0" / "report.json");
    write_file_atomically(options_.out / "half.json", whole.substr(0, whole.size() / 2));
    const ChildResult run =
        run_child(options_.program.string(),
                  {"compare", (options_.out / "clean-0").string(), (options_.out / "half.json").string(),
                   "--out", (options_.out / "half").string()});
    return {run.exit_code, run.err};
  }

  Told execute(const SeededFault& fault) const {
    switch (fault.run) {
      case FaultRun::suite:
        return run_suite(program("ffbench_faulty"), pipeline_of(fault), std::string(fault.name),
                         std::string(fault.name));
      case FaultRun::contracted:
        return run_suite(program("ffbench_contracted"), "enhanced/cpu", "", std::string(fault.name));
      case FaultRun::determinism:
        return fresh_processes(fault);
      case FaultRun::branches:
        return branches(fault);
      case FaultRun::half_file:
        return half_file();
    }
    return {};
  }

  static std::string line_around(const std::string& text, std::size_t at) {
    const std::size_t start = text.rfind('\n', at);
    const std::size_t end = text.find('\n', at);
    const std::size_t from = start == std::string::npos ? 0 : start + 1;
    return text.substr(from, end == std::string::npos ? end : end - from);
  }

  const SelftestOptions& options_;
  Progress& progress_;
  std::filesystem::path gates_;
};

}  // namespace

std::span<const SeededFault> seeded_faults() {
  return table;
}

bool SelftestOutcome::passed() const {
  return alarms.empty() &&
         std::ranges::all_of(faults, [](const FaultOutcome& fault) { return fault.caught || fault.skipped; });
}

SelftestOutcome run_selftest(const SelftestOptions& options, Progress& progress) {
  prepare_output_folder(options.out);
  Selftest selftest(options, progress);
  SelftestOutcome outcome;
  for (const SeededFault& fault : table) {
    if (!options.faults.empty() && !matches_any(options.faults, fault.name)) {
      continue;
    }
    outcome.faults.push_back(selftest.run(fault));
    const FaultOutcome& last = outcome.faults.back();
    progress.say(fmt::format("{}  {}: exit code {}: {}", last.caught ? "caught" : "MISSED", last.name,
                             last.exit_code, last.told));
  }
  progress.begin("clean runs", options.clean_runs);
  for (int i = 1; i <= options.clean_runs; ++i) {
    if (const std::string alarm = selftest.clean_run(i); !alarm.empty()) {
      outcome.alarms.push_back(alarm);
    }
    ++outcome.clean_runs;
    progress.advance();
  }
  progress.end();
  return outcome;
}

}  // namespace ffbench::compare
