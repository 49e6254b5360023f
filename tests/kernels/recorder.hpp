#pragma once

#include <string>
#include <vector>

#include "core/executor.hpp"
#include "core/hash.hpp"

namespace ffbench::test {

/// What an observer saw, in order.
class Recorder final : public StageObserver {
 public:
  void image(int frame, int face_id, Stage stage, const std::uint8_t* pixels, int width, int height,
             int channels, std::ptrdiff_t stride_bytes) override {
    Hasher hasher;
    for (int y = 0; y < height; ++y) {
      hasher.update(pixels + y * stride_bytes,
                    static_cast<std::size_t>(width) * static_cast<std::size_t>(channels));
    }
    seen.push_back(std::to_string(frame) + " " + std::to_string(face_id) + " " + std::string(name_of(stage)) +
                   " " + std::to_string(width) + "x" + std::to_string(height) + "x" +
                   std::to_string(channels) + " " + hasher.digest().hex());
  }
  std::vector<std::string> seen;
};

}  // namespace ffbench::test
