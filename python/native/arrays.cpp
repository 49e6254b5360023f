#include "python/native/arrays.hpp"

#include <algorithm>
#include <array>
#include <memory>

namespace ffbench::python {

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
