#include "kernels/cuda/timing.hpp"

#include <vector>

#include "core/numeric/median.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

double device_seconds(StreamHandle stream, const std::function<void()>& enqueue, int runs, bool graph) {
  constexpr int measurements = 15;
  constexpr int warm_up = 3;
  Event start(Event::Kind::timing);
  Event end(Event::Kind::timing);
  const auto all = [&] {
    for (int i = 0; i < runs; ++i) {
      enqueue();
    }
  };
  Capture::Executable replay;
  if (graph) {
    Capture capture(stream);
    all();
    replay = capture.finish();
  }
  std::vector<double> taken;
  for (int k = 0; k < warm_up + measurements; ++k) {
    start.record(stream);
    if (graph) {
      check(cudaGraphLaunch(replay.get(), stream), "replaying a graph");
    } else {
      all();
    }
    end.record(stream);
    end.synchronize();
    if (k >= warm_up) {
      taken.push_back(1e-3 * static_cast<double>(end.milliseconds_since(start)) / runs);
    }
  }
  return median(taken);
}

}  // namespace ffbench::cuda
