#include "harness/pipeline/stage_recorder.hpp"

#include <cstring>

namespace ffbench {
namespace {

std::size_t index(Stage stage) {
  return static_cast<std::size_t>(stage);
}

void note_first(Equality& equality, int frame, const StageRecorder::Key& key,
                const StageRecorder::Entry& entry, std::size_t offset, int expected, int actual) {
  if (equality.first) {
    return;
  }
  Mismatch mismatch;
  mismatch.stage = name_of(key.stage);
  mismatch.frame = frame;
  mismatch.face = key.face_id;
  const std::size_t pixel = offset / static_cast<std::size_t>(entry.channels);
  mismatch.x = static_cast<int>(pixel % static_cast<std::size_t>(entry.width));
  mismatch.y = static_cast<int>(pixel / static_cast<std::size_t>(entry.width));
  mismatch.channel = static_cast<int>(offset % static_cast<std::size_t>(entry.channels));
  mismatch.expected = expected;
  mismatch.actual = actual;
  equality.first = mismatch;
}

}  // namespace

void StageRecorder::image(int, int face_id, Stage stage, const std::uint8_t* pixels, int width, int height,
                          int channels, std::ptrdiff_t stride_bytes) {
  const Key key{stage, face_id};
  auto node = spare_.extract(key);
  Entry& entry = node.empty() ? images_[key] : images_.insert(std::move(node)).position->second;
  entry.width = width;
  entry.height = height;
  entry.channels = channels;
  const std::size_t row = static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
  entry.pixels.resize(row * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y) {
    std::memcpy(entry.pixels.data() + row * static_cast<std::size_t>(y), pixels + y * stride_bytes, row);
  }
  hashers_[index(stage)].update(entry.pixels.data(), entry.pixels.size());
  used_[index(stage)] = true;
}

void StageRecorder::begin_frame() {
  spare_.merge(images_);
  images_.clear();
}

ConstMaskView StageRecorder::mask(int face_id) const {
  const auto at = images_.find({Stage::hysteresis, face_id});
  if (at == images_.end()) {
    return {};
  }
  return {at->second.pixels.data(), at->second.width, at->second.height, at->second.width};
}

std::map<std::string, std::string> StageRecorder::digests() const {
  std::map<std::string, std::string> result;
  for (Stage stage : all_stages) {
    if (used_[index(stage)]) {
      result.emplace(name_of(stage), hashers_[index(stage)].digest().hex());
    }
  }
  return result;
}

void compare_images(int frame, const StageRecorder::Key& key, const StageRecorder::Entry* expected,
                    const StageRecorder::Entry* actual, Equality& equality) {
  const auto size = [](const StageRecorder::Entry& entry) {
    return static_cast<std::int64_t>(entry.pixels.size());
  };
  if (expected != nullptr) {
    equality.bytes_compared += size(*expected);
  }
  if (expected == nullptr || actual == nullptr || actual->pixels.size() != expected->pixels.size()) {
    // Not both are missing. NOLINTNEXTLINE(clang-analyzer-core.NullDereference)
    const StageRecorder::Entry& present = expected != nullptr ? *expected : *actual;
    const int value = present.pixels.empty() ? 0 : present.pixels[0];
    equality.mismatches += size(present);
    note_first(equality, frame, key, present, 0, expected != nullptr ? value : -1,
               expected == nullptr ? value : -1);
    return;
  }
  if (expected->pixels == actual->pixels) {
    return;
  }
  for (std::size_t i = 0; i < expected->pixels.size(); ++i) {
    if (expected->pixels[i] != actual->pixels[i]) {
      ++equality.mismatches;
      note_first(equality, frame, key, *expected, i, expected->pixels[i], actual->pixels[i]);
    }
  }
}

void compare_stages(int frame, const StageRecorder& expected, const StageRecorder& actual,
                    Equality& equality) {
  for (const auto& [key, entry] : expected.images()) {
    const auto other = actual.images().find(key);
    compare_images(frame, key, &entry, other == actual.images().end() ? nullptr : &other->second, equality);
  }
  for (const auto& [key, entry] : actual.images()) {
    if (!expected.images().contains(key)) {
      compare_images(frame, key, nullptr, &entry, equality);
    }
  }
}

}  // namespace ffbench
