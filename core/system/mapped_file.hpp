#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

namespace ffbench {

/// A whole file in memory, to be read. Files that are replaced by way of a `TemporaryFile` stay
/// what they were for whoever has mapped them; one that is cut while it is mapped ends the process
/// that reads beyond its end.
class MappedFile {
 public:
  /// Nothing where there is no such file. Throws `Error` where it cannot be opened or mapped, is no
  /// plain file, or has not `bytes` bytes.
  static std::unique_ptr<MappedFile> open(const std::filesystem::path& path, std::uint64_t bytes);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::span<const std::uint8_t> bytes_;
};

}  // namespace ffbench
