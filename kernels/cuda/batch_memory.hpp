#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/graph_cache.hpp"
#include "kernels/cuda/kernels.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

/// Where the parameters of a bucket's kernels lie, in bytes from the start of the parameters. The polygons' edges follow
/// at `edges`, as many as there are.
struct ParameterLayout {
  explicit ParameterLayout(const Bucket& bucket);

  std::size_t warps = 0;
  std::size_t areas = 0;
  std::size_t sprite_tracks = 0;
  std::size_t sprite_steps = 0;
  std::size_t gain_tracks = 0;
  std::size_t gain_steps = 0;
  std::size_t statistics = 0;  ///< of what a network made
  std::size_t composites = 0;  ///< `faces` entries a wave
  std::size_t edges = 0;
};

/// Device and host memory of one batch under way. Buffers only grow; in steady state none does.
class BatchMemory {
 public:
  explicit BatchMemory(int crop_size);

  /// Makes room. Throws `CudaError` where there is none; what was there before may be gone then.
  void reserve(const Bucket& bucket, std::size_t edge_count, std::size_t patch_bytes, bool staging);
  /// Gives all of it back.
  void release();

  /// Buffers of face `i` of the batch.
  [[nodiscard]] std::uint8_t* warped(int i) const { return part(i); }
  [[nodiscard]] std::uint8_t* swapped(int i) const { return part(i) + 3 * plane_; }  ///< by a network
  [[nodiscard]] std::uint8_t* mask(int i) const { return part(i) + 6 * plane_; }
  /// Pixel (0, 0); see `PackedSprite`.
  [[nodiscard]] std::uint32_t* sprite(int i) const {
    return reinterpret_cast<std::uint32_t*>(part(i) + 7 * plane_) + sprite_origin(crop_size_);
  }
  [[nodiscard]] unsigned long long* sums(int i) const { return figures_.as<unsigned long long>() + 6 * i; }
  [[nodiscard]] unsigned long long* swapped_sums(int i) const { return sums(i) + 3; }
  [[nodiscard]] std::uint8_t* tables(int i) const {
    return tables_.data() + 4 * table_words * static_cast<std::size_t>(i);
  }
  [[nodiscard]] std::uint8_t* patches() const { return patches_.data(); }

  [[nodiscard]] std::uint8_t* host_parameters() const { return host_parameters_.data(); }
  [[nodiscard]] std::uint8_t* parameters() const { return parameters_.data(); }
  [[nodiscard]] std::uint8_t* staged_up() const { return up_.data(); }
  [[nodiscard]] std::uint8_t* staged_down() const { return down_.data(); }

  GraphCache graphs;

 private:
  [[nodiscard]] std::uint8_t* part(int i) const {
    return crops_.data() + static_cast<std::size_t>(i) * part_;
  }

  int crop_size_;
  std::size_t plane_;  ///< bytes of one channel of a crop, rounded up so that every buffer is aligned to 16
  std::size_t part_;   ///< bytes of all buffers of a face
  DeviceBuffer crops_;
  DeviceBuffer figures_;
  DeviceBuffer tables_;
  DeviceBuffer patches_;
  DeviceBuffer parameters_;
  PinnedBuffer host_parameters_;
  PinnedBuffer up_;
  PinnedBuffer down_;
};

}  // namespace ffbench::cuda
