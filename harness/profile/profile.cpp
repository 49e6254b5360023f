#include "harness/profile/profile.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include <fmt/core.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "core/joined.hpp"
#include "core/system/profiler_range.hpp"
#include "core/system/temporary_file.hpp"
#include "harness/determinism/pass.hpp"
#include "harness/pipeline/prepared_pass.hpp"
#include "harness/pipeline/suite_subjects.hpp"
#include "harness/profile/capture_range.hpp"
#include "harness/system/child_process.hpp"
#include "harness/system/substituted.hpp"

namespace ffbench {
namespace {

/// Decoded frames that are kept in memory.
constexpr std::size_t memory_limit = 512U << 20;

/// A folder with the two named pipes through which perf is controlled: when to count.
class PerfPipes {
 public:
  PerfPipes() : control((folder_.path() / "control").string()), ack((folder_.path() / "ack").string()) {
    for (const std::string& path : {control, ack}) {
      if (::mkfifo(path.c_str(), 0600) != 0) {
        fail("{}: the pipe cannot be made: {}", path, std::strerror(errno));
      }
    }
  }

 private:
  TemporaryFolder folder_;

 public:
  const std::string control;
  const std::string ack;
};

}  // namespace

ProfileResult profile(const ProfileOptions& options, Progress& progress) {
  if (!options.pipeline.unavailable.empty()) {
    fail("pipeline '{}' cannot run here: {}", options.pipeline.name, options.pipeline.unavailable);
  }
  std::vector<Subject> subjects =
      open_subjects(chosen_fixtures(load_suite(options.suite), {options.fixture}), {}, progress);
  Subject& subject = subjects.front();
  const ClipPlan plan = fresh_plan(options.pipeline, subject, options.tuning.cuda.device);
  const PipelineExecutor made = make_executor(options.pipeline, subject, options.tuning);
  FrameRing ring(*subject.clip, std::max(PreparedPass::ring_length(*subject.clip, {made.executor.get()}),
                                         frames_within(*subject.clip, memory_limit)));
  const int loaded = ring.load(0);
  const int together = made.executor->preferred_batch();
  // A whole number of batches, and nothing is decoded while the profiler looks.
  const int kept = loaded > together ? loaded - loaded % together : loaded;
  PreparedPass pass(*made.executor, made.network.get(), *subject.clip, ring.length());
  pass.hooks.digest = false;
  const auto run = [&](int frames) {
    double seconds = 0;
    for (int left = frames; left > 0; left -= kept) {
      pass.begin(plan);
      pass.run_ring(0, ring, std::min(left, kept));
      seconds += pass.finish().seconds;
    }
    return seconds;
  };
  run(kept);
  made.executor->reset_stage_times();
  ProfileResult result;
  result.executor = made.executor->description();
  result.frames = options.frames;
  {
    const CaptureRange capture;
    const ProfilerRange range(ProfilerRange::Kind::fixture, subject.name.c_str());
    result.seconds = run(options.frames);
  }
  result.stages = made.executor->stage_times();
  return result;
}

std::vector<ProfilerLine> profilers(Backend backend, const std::string& output) {
  if (backend == Backend::cuda) {
    return {{"nsys",
             "nsys",
             "timeline of launches, copies and NVTX ranges",
             {"profile", "--capture-range=cudaProfilerApi", "--capture-range-end=stop",
              "--trace=cuda,nvtx,osrt", "--force-overwrite=true", "-o", output}},
            {"ncu",
             "ncu",
             "every kernel's counters and roofline",
             {"--profile-from-start", "off", "--set", "full", "--graph-profiling", "node",
              "--force-overwrite", "-o", output}}};
  }
  const std::vector<std::string> control{"-D", "-1", "--control", "fifo:{control},{ack}"};
  ProfilerLine stat{"perf-stat", "perf", "instructions, cycles, misses", {"stat", "-d"}, true};
  ProfilerLine record{
      "perf-record", "perf", "where the time goes", {"record", "-g", "-o", output + ".perf"}, true};
  for (ProfilerLine* line : {&stat, &record}) {
    line->words.insert(line->words.end(), control.begin(), control.end());
    line->words.emplace_back("--");
  }
  return {stat, record};
}

std::string shell_line(const ProfilerLine& profiler, const std::string& command) {
  std::string line;
  if (profiler.needs_pipes) {
    // A folder of one's own: a name in /tmp that can be guessed may be another user's.
    line =
        "d=$(mktemp -d) && mkfifo \"$d/control\" \"$d/ack\" && "
        "FFBENCH_PERF_CONTROL=\"$d/control,$d/ack\" ";
  }
  line += profiler.program;
  for (const std::string& word : profiler.words) {
    const std::string here = substituted(word, {{"{control}", "$d/control"}, {"{ack}", "$d/ack"}});
    line += here == word ? " " + word : " \"" + here + "\"";
  }
  return line + " " + command;
}

void run_under(const ProfilerLine& profiler, const std::vector<std::string>& command) {
  std::vector<std::string> words = profiler.words;
  words.insert(words.end(), command.begin(), command.end());
  const PerfPipes pipes;
  for (std::string& word : words) {
    word = substituted(word, {{"{control}", pipes.control}, {"{ack}", pipes.ack}});
  }
  ChildOptions options;
  if (profiler.needs_pipes) {
    options.environment = {{"FFBENCH_PERF_CONTROL", pipes.control + "," + pipes.ack}};
  }
  const ChildResult child = run_child(profiler.program, words, options);
  fmt::print("{}{}", child.out, child.err);
  if (child.exit_code != 0) {
    fail("--tool {}: {} ended with exit code {}: {}", profiler.name, profiler.program, child.exit_code,
         last_line(child.err));
  }
}

}  // namespace ffbench
