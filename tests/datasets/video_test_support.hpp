#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/image.hpp"
#include "core/system/temporary_file.hpp"

namespace ffbench::testing_support {

/// A folder of its own that is gone with its owner.
class TemporaryFolder {
 public:
  ~TemporaryFolder() {
    std::error_code ignored;  // a test may have closed it
    std::filesystem::permissions(path(), std::filesystem::perms::owner_all, ignored);
  }

  std::filesystem::path operator/(std::string_view name) const { return path() / name; }
  [[nodiscard]] const std::filesystem::path& path() const { return folder_.path(); }
  /// Number of entries in the folder.
  [[nodiscard]] long files() const {
    return std::distance(std::filesystem::directory_iterator(path()), std::filesystem::directory_iterator());
  }

 private:
  ffbench::TemporaryFolder folder_;
};

inline void put_file(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// The message of the Error that `action` throws, or "" where it throws none.
template <typename Action>
std::string error_of(Action&& action) {
  try {
    action();
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

/// The folder of real clips that $FFBENCH_MEDIA names, or an empty path.
inline std::filesystem::path media_folder() {
  const char* named = std::getenv("FFBENCH_MEDIA");
  return named == nullptr ? std::filesystem::path() : std::filesystem::path(named);
}

/// A smooth coloured picture with a bright patch that moves with `frame`, in another hue every 25
/// frames.
inline BgrImage test_picture(int width, int height, int frame) {
  BgrImage image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      std::uint8_t* p = image.view().pixel(x, y);
      const int scene = frame / 25;
      const bool patch = (x / 8 + frame) % 8 == 0 && (y / 8) % 3 == scene % 3;
      p[0] = static_cast<std::uint8_t>(patch ? 230 : 40 + 120 * x / width);
      p[1] = static_cast<std::uint8_t>(patch ? 220 : 40 + 120 * y / height);
      p[2] = static_cast<std::uint8_t>(40 + 60 * (scene % 3) + frame % 25);
    }
  }
  return image;
}

inline double mean_difference(ConstBgrView a, ConstBgrView b) {
  double sum = 0;
  for (int y = 0; y < a.height; ++y) {
    for (int i = 0; i < a.width * 3; ++i) {
      sum += std::abs(a.row(y)[i] - b.row(y)[i]);
    }
  }
  return sum / (3.0 * a.width * a.height);
}

}  // namespace ffbench::testing_support
