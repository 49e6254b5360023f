// The baseline against FaceFusion's composition written independently in Python: every stage, byte
// for byte.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/system/atomic_file.hpp"
#include "core/system/temporary_file.hpp"
#include "core/warp_template.hpp"
#include "reference/facefusion_3_5_0/stages.hpp"
#include "tests/baseline/scene.hpp"
#include "tests/support/paths.hpp"

namespace ffbench {
namespace {

namespace fs = std::filesystem;

std::string script() {
  return test::source_path("tests/baseline/python/facefusion_composition.py");
}

struct CommandResult {
  int status = -1;
  std::string output;
};

CommandResult run(const std::string& command) {
  CommandResult result;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) {
    return result;
  }
  std::array<char, 4096> buffer{};
  while (const std::size_t n = fread(buffer.data(), 1, buffer.size(), pipe)) {
    result.output.append(buffer.data(), n);
  }
  result.status = pclose(pipe);
  return result;
}

std::string quoted(const std::string& text) {
  return "'" + text + "'";
}

/// An interpreter whose OpenCV is the one this program runs with, or why there is none.
struct Interpreter {
  std::string path;
  std::string reason;
};

Interpreter find_interpreter() {
  std::vector<std::string> candidates;
  if (const char* chosen = std::getenv("FFBENCH_PYTHON")) {
    candidates.emplace_back(chosen);
  }
  candidates.insert(candidates.end(), {"/usr/bin/python3", "python3"});
  std::string reason;
  for (const std::string& python : candidates) {
    const CommandResult version = run(quoted(python) + " -B " + quoted(script()) + " version 2>/dev/null");
    std::istringstream words(version.output);
    std::string opencv;
    words >> opencv;
    if (version.status == 0 && opencv == opencv_version()) {
      return {.path = python, .reason = {}};
    }
    reason += fmt::format("{}: {}; ", python,
                          version.status == 0 ? "OpenCV " + opencv : "cannot import cv2 and numpy");
  }
  return {.path = {},
          .reason = reason + "needed: OpenCV " + opencv_version() +
                    " (install python3-opencv, or set FFBENCH_PYTHON to an interpreter that has it)"};
}

struct Case {
  std::string name;
  int frame_width = 0;
  int frame_height = 0;
  scene::Placement placement;
  BaselineOptions options;
};

Case make_case(std::string name, int width, int height, scene::Placement placement, int model_size,
               SwapKind swap = SwapKind::source) {
  Case c{.name = std::move(name),
         .frame_width = width,
         .frame_height = height,
         .placement = placement,
         .options = {}};
  c.options.crop_size = placement.crop_size;
  c.options.model_size = model_size;
  c.options.warp_template = std::string(placement.warp_template);
  c.options.swap = swap;
  if (swap == SwapKind::source) {
    c.options.source = scene::picture(301, 277, 77);
    scene::Placement portrait = placement;
    portrait.x = 150;
    portrait.y = 139;
    portrait.degrees = -7;
    portrait.scale = 260.0 / placement.crop_size;
    c.options.source_landmarks = scene::landmarks(portrait);
  }
  return c;
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const WarpTemplate& t : warp_templates()) {
    all.push_back(make_case(std::string("template-") + std::string(t.name), 641, 359,
                            {.warp_template = t.name,
                             .crop_size = 256,
                             .x = 310,
                             .y = 170,
                             .degrees = 11,
                             .scale = 0.9,
                             .jitter = 3},
                            256));
  }
  for (const int degrees : {0, 33, 90, 145, 180, -90, -61}) {
    all.push_back(make_case(
        fmt::format("rotation{}", degrees), 480, 400,
        {.crop_size = 256, .x = 240.3, .y = 199.6, .degrees = degrees * 1.0, .scale = 0.8, .jitter = 0.5},
        128));
  }
  for (const double scale : {0.3, 0.5, 1.0, 1.7, 3.0}) {
    for (const int crop : {128, 256, 512}) {
      all.push_back(
          make_case(fmt::format("scale{}-crop{}", scale, crop), 719, 577,
                    {.crop_size = crop, .x = 350, .y = 280, .degrees = 5, .scale = scale, .jitter = 2},
                    crop == 128 ? 128 : 256, SwapKind::identity));
    }
  }
  const auto border = [&](const char* name, double x, double y) {
    all.push_back(make_case(std::string("border-") + name, 333, 251,
                            {.crop_size = 256, .x = x, .y = y, .degrees = -17, .scale = 0.6, .jitter = 1},
                            256));
  };
  border("left", 10, 120);
  border("right", 330, 120);
  border("top", 160, -20);
  border("bottom", 160, 260);
  border("corner", 0, 0);
  border("outside-left", -300, 120);
  border("outside-below", 160, 900);
  border("outside-right-and-above", 1000, -500);

  all.push_back(make_case(
      "full-hd", 1920, 1080,
      {.crop_size = 512, .x = 960.25, .y = 531.5, .degrees = 6, .scale = 680.0 / 512, .jitter = 2}, 256));
  all.push_back(make_case("four-tiles-a-side", 640, 480,
                          {.crop_size = 512, .x = 320, .y = 240, .degrees = 0, .scale = 0.7, .jitter = 1},
                          128));
  all.push_back(
      make_case("tiny-frame", 7, 5, {.crop_size = 128, .x = 3, .y = 2, .degrees = 20, .scale = 0.3}, 128));
  all.push_back(make_case("one-pixel-frame", 1, 1, {.crop_size = 128, .x = 0, .y = 0, .scale = 0.3}, 128));
  all.push_back(make_case("no-rotation-whole-pixels", 640, 480, {.crop_size = 256, .x = 320, .y = 240}, 256));

  Case narrow =
      make_case("binary32-crop", 641, 359,
                {.crop_size = 256, .x = 300, .y = 180, .degrees = 4, .scale = 1.1, .jitter = 2}, 128);
  narrow.options.denormalise = false;
  narrow.options.mean = {0, 0, 0};
  narrow.options.standard_deviation = {1, 1, 1};
  all.push_back(narrow);
  Case imagenet = narrow;
  imagenet.name = "binary32-crop-with-mean";
  imagenet.options.swap = SwapKind::identity;
  imagenet.options.mean = {0.485, 0.456, 0.406};
  imagenet.options.standard_deviation = {0.229, 0.224, 0.225};
  all.push_back(imagenet);

  for (const double blur : {0.0, 0.01, 0.5, 1.0}) {
    Case c = make_case(fmt::format("blur{}", blur), 400, 300,
                       {.crop_size = 128, .x = 200, .y = 150, .degrees = 3, .scale = 1.2, .jitter = 1}, 128);
    c.options.mask_blur = blur;
    c.options.mask_padding = {10, 0, 33, 60};
    all.push_back(c);
  }
  Case nothing = all.back();
  nothing.name = "padding-covers-everything";
  nothing.options.mask_blur = 0.3;
  nothing.options.mask_padding = {100, 0, 0, 0};
  all.push_back(nothing);
  return all;
}

nlohmann::json points_of(const Landmarks5& points) {
  nlohmann::json result = nlohmann::json::array();
  for (const Point& p : points) {
    result.push_back({p.x, p.y});
  }
  return result;
}

void write_case(const Case& c, const BgrImage& frame, const fs::path& folder) {
  fs::create_directories(folder);
  const BaselineOptions& o = c.options;
  const nlohmann::json description{{"frame_width", c.frame_width},
                                   {"frame_height", c.frame_height},
                                   {"source_width", o.source.width()},
                                   {"source_height", o.source.height()},
                                   {"landmarks", points_of(scene::landmarks(c.placement))},
                                   {"source_landmarks", points_of(o.source_landmarks)},
                                   {"template", points_of(warp_template(o.warp_template).points)},
                                   {"crop_size", o.crop_size},
                                   {"model_size", o.model_size},
                                   {"mean", o.mean},
                                   {"standard_deviation", o.standard_deviation},
                                   {"denormalise", o.denormalise},
                                   {"mask_blur", o.mask_blur},
                                   {"mask_padding", o.mask_padding},
                                   {"swap", o.swap == SwapKind::source ? "source" : "identity"}};
  write_file_atomically(folder / "case.json", description.dump());
  const auto bytes = [](const BgrImage& image) {
    return std::string_view(reinterpret_cast<const char*>(image.data()), image.size_bytes());
  };
  write_file_atomically(folder / "frame.bin", bytes(frame));
  write_file_atomically(folder / "source.bin", bytes(o.source));
}

/// Adds a failure that names the first differing byte.
void expect_equal(const BaselineArray& ours, const std::string& theirs) {
  ASSERT_EQ(ours.bytes.size(), theirs.size()) << "size of stage " << ours.name;
  std::size_t different = 0;
  std::size_t first = 0;
  for (std::size_t i = theirs.size(); i-- > 0;) {
    if (ours.bytes[i] != static_cast<std::uint8_t>(theirs[i])) {
      ++different;
      first = i;
    }
  }
  EXPECT_EQ(different, 0U) << "stage " << ours.name << ": bytes differ, the first at " << first;
}

TEST(PythonComposition, EveryStageEqualsByteForByte) {
  const Interpreter python = find_interpreter();
  if (python.path.empty()) {
    GTEST_SKIP() << "no Python with the same OpenCV: " << python.reason;
  }
  const TemporaryFolder folder;
  const std::vector<Case> all = cases();
  std::vector<BgrImage> frames;
  std::string command = quoted(python.path) + " -B " + quoted(script()) + " stages";
  for (const Case& c : all) {
    frames.push_back(scene::picture(c.frame_width, c.frame_height, 7));
    write_case(c, frames.back(), folder.path() / c.name);
    command += " " + quoted((folder.path() / c.name).string());
  }
  const CommandResult python_run = run(command + " 2>&1");
  ASSERT_EQ(python_run.status, 0) << python_run.output;

  std::size_t compared = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Case& c = all[i];
    SCOPED_TRACE("case " + c.name);
    const Landmarks5 target = warp_template(c.options.warp_template).scaled(c.options.crop_size);
    const auto transform = estimate_baseline_transform(scene::landmarks(c.placement), target);
    ASSERT_TRUE(transform.has_value());
    const auto types = nlohmann::json::parse(read_file(folder.path() / c.name / "types.json"));
    const auto stages = baseline_stages(c.options, frames[i].const_view(), *transform);
    EXPECT_EQ(stages.size(), types.size());
    for (const BaselineArray& stage : stages) {
      ASSERT_TRUE(types.contains(stage.name)) << stage.name;
      EXPECT_EQ(stage.type, types[stage.name]["type"].get<std::string>()) << stage.name;
      EXPECT_EQ(nlohmann::json(stage.shape), types[stage.name]["shape"]) << stage.name;
      expect_equal(stage, read_file(folder.path() / c.name / (stage.name + ".bin")));
      compared += stage.bytes.size();
    }
  }
  EXPECT_GT(compared, 100U << 20);
  RecordProperty("compared_bytes", std::to_string(compared));
}

}  // namespace
}  // namespace ffbench
