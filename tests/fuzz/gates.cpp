// Gate files, applied to a report of one result.

#include "reports/gates.hpp"

#include "tests/fuzz/fuzz.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ffbench;
  fuzz::accepts(
      [](std::string_view text) {
        Report report;
        Result& result = report.results.emplace_back();
        result.fixture = "talk";
        result.pipeline = "enhanced/cpu";
        result.preset = "default";
        result.face_frames = 1;
        result.truth.emplace().lag = 0.25;
        judge(report, gates_from_json(text, "fuzz"));
      },
      data, size);
  return 0;
}
