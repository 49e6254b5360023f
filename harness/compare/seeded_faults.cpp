#include "harness/compare/seeded_faults.hpp"

#include <array>

namespace ffbench::compare {

constexpr std::string_view selftest_suite = R"({
 "schema": "ffbench.suite/1", "name": "selftest", "description": "Clips of the self-test",
 "fixtures": [
  {"name": "turn-small", "scenario": "turn", "width": 320, "height": 180, "frames": 36, "crop_size": 128},
  {"name": "talk-small", "scenario": "talk", "width": 320, "height": 180, "frames": 36, "crop_size": 128},
  {"name": "turn-timed", "scenario": "turn", "width": 640, "height": 360, "frames": 60, "crop_size": 512}
 ]
}
)";

namespace {

constexpr std::string_view turn = "turn-small";
constexpr std::string_view talk = "talk-small";
constexpr std::string_view timed = "turn-timed";
constexpr std::string_view cuda = "enhanced/cuda";
constexpr std::string_view bits = "bit equality";
constexpr auto wrong = ExitCode::incorrect;
constexpr auto failed = ExitCode::gate_failed;
constexpr auto refused = ExitCode::bad_input;
using enum FaultRun;

constexpr std::array<SeededFault, 24> table{{
    {"one-bit", "one-bit", "one least-significant bit in one pixel of one frame", suite, turn, "", false,
     wrong, bits},
    {"contracted", "", "contracted multiply-add in the composite", contracted, turn, "enhanced/cpu", false,
     wrong, bits},
    {"race", "race", "a race between threads: the copy does not wait for the computation", suite, turn, "",
     false, wrong, bits},
    {"race-cuda", "race-cuda", "a race between streams: the copy does not wait for the computation", suite,
     turn, cuda, true, wrong, bits},
    {"stale-parameter", "stale-parameter", "every frame runs with the plan of the one before", suite, turn,
     "", false, wrong, bits},
    {"stale-parameter-cuda", "stale-parameter-cuda",
     "a stale graph parameter: a replayed graph finds the parameters of the batch before", suite, turn, cuda,
     true, wrong, bits},
    {"dropped-frame", "dropped-frame", "a dropped frame: the input comes out", suite, turn, "", false, wrong,
     bits},
    {"duplicated-frame", "duplicated-frame", "a duplicated frame: the output of the frame before comes out",
     suite, turn, "", false, wrong, bits},
    {"frozen-plan", "frozen-plan", "a plan that never moves", suite, turn, "", false, failed,
     "peak turn error"},
    {"lagged-plan", "lagged-plan", "a plan that is six frames late", suite, turn, "", false, failed,
     "no lag"},
    {"alternating-plan", "alternating-plan", "a plan that jumps half a pixel to and fro", suite, turn, "",
     false, failed, "jitter"},
    {"tail-spike", "tail-spike", "one spike of 4 px, ten frames before the end", suite, turn, "", false,
     failed, "jitter"},
    {"swapped-channels", "swapped-channels", "red and blue swapped in the face", suite, turn, "", false,
     wrong, bits},
    // The base's own flicker would hide it where the whole head turns.
    {"gain-pumping", "gain-pumping", "gains that pump by 6 %, in every backend alike", suite, talk, "", false,
     failed, "tPSNR mean not below the base"},
    {"mask-jump", "mask-jump", "a mask that jumps by one pixel in one frame", suite, turn, "", false, wrong,
     "stage mask"},
    {"border", "border", "an off-by-one border: the last row is not written", suite, turn, "", false, wrong,
     "y 179"},
    {"uninitialised", "uninitialised", "a read of uninitialised memory", determinism, turn, "", false, wrong,
     "not deterministic"},
    {"leak", "leak", "a leak of 128 KiB a frame", branches, timed, "", false, failed, "memory grows"},
    {"slow-3", "slow-3", "a slow-down of 3 %", branches, timed, "", false, failed, "slower by"},
    {"slow-stage-10", "slow-stage-10", "a slow-down of 10 % that is all in one stage", branches, timed, "",
     false, failed, "stage mask explains most of it"},
    {"first-frame", "first-frame", "a first frame at twice its cost", branches, timed, "", false, failed,
     "the first frame of a process costs"},
    {"half-file", "", "a result file cut in half", half_file, turn, "", false, refused, "not valid JSON"},
    {"gpu-on-cpu", "gpu-on-cpu", "a GPU result made on the CPU", suite, turn, cuda, false, refused,
     "not shown under a GPU's name"},
    {"crash", "crash", "a crash in the middle of a sample", branches, timed, "", false, refused,
     "exit code 139"},
}};

}  // namespace

std::span<const SeededFault> seeded_faults() {
  return table;
}

}  // namespace ffbench::compare
