#include "python/native/arrays.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace ffbench::python {

namespace {

/// Memory of dropped images by size; a bounded number of bytes waits here.
class ImageMemory {
 public:
  std::uint8_t* take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    const auto found = waiting_.find(bytes);
    if (found == waiting_.end()) {
      return new std::uint8_t[bytes];
    }
    std::uint8_t* memory = found->second.release();
    waiting_.erase(found);
    waiting_bytes_ -= bytes;
    return memory;
  }

  void give_back(std::uint8_t* memory, std::size_t bytes) noexcept {
    std::unique_ptr<std::uint8_t[]> owned(memory);
    try {
      const std::lock_guard lock(mutex_);
      if (waiting_bytes_ + bytes <= most_bytes) {
        waiting_.emplace(bytes, std::move(owned));
        waiting_bytes_ += bytes;
      }
    } catch (...) {  // without room in the list the memory is freed
    }
  }

 private:
  static constexpr std::size_t most_bytes = std::size_t{128} << 20U;
  std::mutex mutex_;
  std::multimap<std::size_t, std::unique_ptr<std::uint8_t[]>> waiting_;
  std::size_t waiting_bytes_ = 0;
};

/// Never destroyed: images may outlive everything.
ImageMemory& image_memory() {
  static auto* const memory = new ImageMemory;
  return *memory;
}

struct Lent {
  std::uint8_t* memory;
  std::size_t bytes;
};

}  // namespace

ImageOut new_image(int height, int width) {
  if (height < 1 || width < 1 || height > static_cast<int>(longest_side) ||
      width > static_cast<int>(longest_side)) {
    invalid("an image of {}x{} pixels; a side has 1 to {}", width, height, longest_side);
  }
  const auto rows = static_cast<std::size_t>(height);
  const auto columns = static_cast<std::size_t>(width);
  const std::size_t bytes = 3 * rows * columns;
  auto lent = std::make_unique<Lent>(Lent{image_memory().take(bytes), bytes});
  std::uint8_t* data = lent->memory;
  const nb::capsule owner(lent.release(), [](void* p) noexcept {
    const std::unique_ptr<Lent> ended(static_cast<Lent*>(p));
    image_memory().give_back(ended->memory, ended->bytes);
  });
  return ImageOut(data, {rows, columns, 3}, owner);
}

NumbersOut new_numbers(std::size_t rows, std::size_t columns, const double* values) {
  auto memory = std::make_unique<double[]>(std::max<std::size_t>(1, rows * columns));
  std::copy_n(values, rows * columns, memory.get());
  double* data = memory.get();
  const nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<double*>(p); });
  memory.release();
  return NumbersOut(data, {rows, columns}, owner);
}

NumbersOut matrix_of(const Affine& m) {
  const std::array<double, 6> values{m.xx, m.xy, m.xt, m.yx, m.yy, m.yt};
  return new_numbers(2, 3, values.data());
}

}  // namespace ffbench::python
