// Milliseconds per stage of base-3.5.0 on one thread, as JSON, on the scene of the Python
// composition's `bench` (tests/baseline/python/facefusion_composition.py): noise, one face whose
// crop covers a square in the middle.

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/warp_template.hpp"
#include "reference/facefusion_3_5_0/baseline.hpp"

namespace {

using namespace ffbench;

struct Settings {
  int width = 1920;
  int height = 1080;
  int crop = 512;
  int model = 256;
  int region = 680;
  int repetitions = 30;
};

BgrImage noise(int width, int height) {
  BgrImage image(width, height);
  std::mt19937 random(1);
  for (std::size_t i = 0; i < image.size_bytes(); ++i) {
    image.data()[i] = static_cast<std::uint8_t>(random());
  }
  return image;
}

nlohmann::ordered_json summary(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  const double median = values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  return {{"median", median}, {"min", values.front()}};
}

nlohmann::ordered_json measure(const Settings& s) {
  BaselineOptions options;
  options.crop_size = s.crop;
  options.model_size = s.model;
  options.source = noise(512, 512);
  const WarpTemplate& points = warp_template(options.warp_template);
  options.source_landmarks = points.scaled(512);
  const auto executor = make_baseline_executor(options);

  FaceTrack track{.width = s.width, .height = s.height, .detector = "bench", .frames = {}};
  TrackedFace face;
  face.landmarks5 = points.scaled(s.region);
  for (Point& p : face.landmarks5) {
    p.x += (s.width - s.region) / 2.0;
    p.y += (s.height - s.region) / 2.0;
  }
  track.frames.push_back({.faces = {face}, .cut = false});
  const ClipPlan plan = plan_baseline(track, s.crop, points.name);

  const BgrImage frame = noise(s.width, s.height);
  BgrImage output(s.width, s.height);
  std::map<Stage, std::vector<double>> samples;
  std::vector<double> totals;
  for (int repetition = 0; repetition < s.repetitions + 2; ++repetition) {
    executor->reset_stage_times();
    executor->execute(repetition, frame.const_view(), plan.frames.front(), output.view());
    if (repetition < 2) {
      continue;  // the first ones fill caches
    }
    double total = 0;
    for (const Stage stage : {Stage::warp, Stage::mask, Stage::swap, Stage::composite}) {
      samples[stage].push_back(1000 * executor->stage_times()[stage]);
      total += samples[stage].back();
    }
    totals.push_back(total);
  }
  nlohmann::ordered_json stages;
  for (const auto& [stage, values] : samples) {
    stages[std::string(name_of(stage))] = summary(values);
  }
  return {{"program", executor->description()},
          {"opencv", opencv_version()},
          {"opencv_threads", options.opencv_threads},
          {"frame", {s.width, s.height}},
          {"crop", s.crop},
          {"model", s.model},
          {"region_side", s.region},
          {"repetitions", s.repetitions},
          {"ms", stages},
          {"total_ms", summary(totals)}};
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  CLI::App app{"Milliseconds per stage of base-3.5.0, one thread, as JSON"};
  app.add_option("--width", settings.width)->check(CLI::Range(1, 16384))->capture_default_str();
  app.add_option("--height", settings.height)->check(CLI::Range(1, 16384))->capture_default_str();
  app.add_option("--crop", settings.crop)->check(CLI::Range(16, 4096))->capture_default_str();
  app.add_option("--model", settings.model)->check(CLI::Range(16, 4096))->capture_default_str();
  app.add_option("--region", settings.region)->check(CLI::Range(1, 16384))->capture_default_str();
  app.add_option("--repetitions", settings.repetitions)->check(CLI::Range(1, 100000))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    std::puts(measure(settings).dump(2).c_str());
    return 0;
  } catch (const ffbench::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}
