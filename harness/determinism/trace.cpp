#include "harness/determinism/trace.hpp"

#include <cstring>

#include "harness/run/dump.hpp"

namespace ffbench {
namespace {

StageRecorder::Entry entry_of(const std::uint8_t* pixels, int width, int height, int channels,
                              std::ptrdiff_t stride_bytes) {
  StageRecorder::Entry entry{width, height, channels, {}};
  const std::size_t row = static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  entry.pixels.resize(row * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y) {
    std::memcpy(entry.pixels.data() + row * static_cast<std::size_t>(y), pixels + y * stride_bytes, row);
  }
  return entry;
}

}  // namespace

std::vector<Digest> plan_digests(const ClipPlan& plan) {
  std::vector<Digest> digests;
  for (const FramePlan& frame : plan.frames) {
    // Numbers are written so that they read back as the same bits.
    const std::string text = plan_to_json({plan.crop_size, {frame}, {}});
    digests.push_back(digest_of(text.data(), text.size()));
  }
  return digests;
}

void StageTracer::image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width,
                        int height, int channels, std::ptrdiff_t stride_bytes) {
  Hasher& whole = stages_[stage];
  Hasher hasher;
  const std::size_t row = static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  for (int y = 0; y < height; ++y) {
    hasher.update(pixels + y * stride_bytes, row);
    whole.update(pixels + y * stride_bytes, row);
  }
  const ImageKey key{frame, stage, face_id};
  const Digest digest = hasher.digest();
  images_[key] = digest;
  if (expected_ == nullptr || (first_ && first_->image < key)) {
    return;
  }
  const auto expected = expected_->images.find(key);
  if (expected == expected_->images.end() || expected->second != digest) {
    first_ = TraceDifference{std::nullopt, key, entry_of(pixels, width, height, channels, stride_bytes)};
  }
}

StageTrace StageTracer::trace() const {
  StageTrace trace;
  trace.images = images_;
  for (const auto& [stage, hasher] : stages_) {
    trace.stages.emplace(name_of(stage), hasher.digest().hex());
  }
  return trace;
}

std::optional<TraceDifference> StageTracer::difference() const {
  if (expected_ != nullptr) {
    for (const auto& [key, digest] : expected_->images) {
      if (first_ && first_->image < key) {
        break;
      }
      if (!images_.contains(key)) {
        return TraceDifference{std::nullopt, key, std::nullopt};
      }
    }
  }
  return first_;
}

void ImageCatcher::image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width,
                         int height, int channels, std::ptrdiff_t stride_bytes) {
  if (ImageKey{frame, stage, face_id} == key_) {
    caught_ = entry_of(pixels, width, height, channels, stride_bytes);
  }
}

}  // namespace ffbench
