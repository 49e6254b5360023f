#include "harness/gpu_table/workload.hpp"

#include <cstring>

#include "core/error.hpp"
#include "stability/plan_geometry.hpp"

namespace ffbench {

FacePlan table_face(int id, double x, double y, double region, int frame_width, int frame_height) {
  // One degree.
  constexpr double cosine = 0.9998476951563913;
  constexpr double sine = 0.01745240643728351;
  // The box around the turned crop and a pixel on every side is the region.
  const double scale = table_crop * (cosine + sine) / (region - 6);
  FacePlan face;
  face.face_id = id;
  const double a = cosine * scale;
  const double b = sine * scale;
  const double middle = 0.5 * (table_crop - 1);
  face.frame_to_crop = {a, b, middle - (a * x - b * y), middle - (b * x + a * y)};
  if (!stability::complete_geometry(face, frame_width, frame_height, table_crop)) {
    fail("gpu-table: the face's geometry is degenerate");
  }
  return face;
}

void fill_random(std::uint8_t* bytes, std::size_t count, std::uint64_t seed) {
  std::uint64_t state = seed * 0x9e3779b97f4a7c15ULL + 1;
  for (std::size_t i = 0; i < count; i += sizeof state) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::memcpy(bytes + i, &state, std::min(sizeof state, count - i));
  }
}

ExecutorOptions table_options() {
  ExecutorOptions options;
  options.crop_size = table_crop;
  options.source_crop = BgrImage(table_crop, table_crop);
  fill_random(options.source_crop.data(), options.source_crop.size_bytes(), 1);
  return options;
}

}  // namespace ffbench
