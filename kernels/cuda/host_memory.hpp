#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

#include "core/image.hpp"

namespace ffbench::cuda {

/// The host memory that was page-locked for an executor. Handles keep it alive.
class HostMemory : public std::enable_shared_from_this<HostMemory> {
 public:
  /// Page-locks memory until the handle is dropped. Where the system refuses, returns null: transfers then go through
  /// page-locked memory of the executor's own.
  std::shared_ptr<void> pin(void* memory, std::size_t bytes);

  /// Whether a frame lies wholly in such memory.
  [[nodiscard]] bool holds(ConstBgrView frame) const { return holds(frame, frame); }

  /// Whether two frames, and all that lies between them, do so: in memory that was page-locked at once. The first lies before the last.
  [[nodiscard]] bool holds(ConstBgrView first, ConstBgrView last) const;

 private:
  std::map<std::uintptr_t, std::size_t> ranges_;  ///< start and bytes
};

}  // namespace ffbench::cuda
