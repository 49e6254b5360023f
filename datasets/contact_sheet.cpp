#include "datasets/contact_sheet.hpp"

#include <string>

#include <opencv2/imgproc.hpp>

#include "core/system/parallel.hpp"
#include "datasets/synthetic/scene.hpp"

namespace ffbench {
namespace {

constexpr int gap = 4;
constexpr int clip_frames = 100;

void write_name(BgrView canvas, int y, int height, const std::string& name) {
  cv::Mat pixels(canvas.height, canvas.width, CV_8UC3, canvas.data,
                 static_cast<std::size_t>(canvas.stride_bytes));
  const double size = height / 240.0;
  const cv::Point place(gap + height / 24, y + height - height / 12);
  const int weight = std::max(1, height / 120);
  cv::putText(pixels, name, place, cv::FONT_HERSHEY_SIMPLEX, size, {0, 0, 0}, 3 * weight, cv::LINE_AA);
  cv::putText(pixels, name, place, cv::FONT_HERSHEY_SIMPLEX, size, {255, 255, 255}, weight, cv::LINE_AA);
}

}  // namespace

BgrImage contact_sheet(int height, int columns, int threads) {
  const int width = height * 16 / 9;
  const auto scenarios = synthetic::scenarios();
  const int rows = static_cast<int>(scenarios.size());
  BgrImage sheet(columns * (width + gap) + gap, rows * (height + gap) + gap);
  for (int row = 0; row < rows; ++row) {
    const synthetic::Scenario& scenario = scenarios[static_cast<std::size_t>(row)];
    const synthetic::SyntheticScene scene(
        std::make_shared<const synthetic::SceneGeometry>(scenario, width, height, clip_frames), threads);
    const int y = gap + row * (height + gap);
    parallel_for(columns, threads, [&](int column) {
      const int frame = columns > 1 ? column * (clip_frames - 1) / (columns - 1) : 0;
      scene.render(frame, sheet.view().crop(gap + column * (width + gap), y, width, height), false);
    });
    write_name(sheet.view(), y, height, std::string(scenario.name));
  }
  return sheet;
}

}  // namespace ffbench
