#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>

#include "core/image.hpp"

namespace ffbench::cuda {

/// The memory that an executor page-locked. Handles keep it alive.
class HostMemory : public std::enable_shared_from_this<HostMemory> {
 public:
  /// Page-locks memory until the handle is dropped. Returns null where the system refuses:
  /// transfers then go through page-locked buffers of the executor.
  std::shared_ptr<void> pin(void* memory, std::size_t bytes);

  /// Whether a frame lies completely in such memory.
  [[nodiscard]] bool holds(ConstBgrView frame) const { return holds(frame, frame); }

  /// Whether two frames and everything between them lie in memory that was page-locked by one call.
  /// The first frame has the lower address.
  [[nodiscard]] bool holds(ConstBgrView first, ConstBgrView last) const;

 private:
  std::map<std::uintptr_t, std::size_t> ranges_;  ///< start and bytes
};

}  // namespace ffbench::cuda
