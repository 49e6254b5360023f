#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/cuda/batch_plan.hpp"
#include "kernels/cuda/composite_pixel.hpp"
#include "kernels/cuda/gain_math.hpp"
#include "kernels/cuda/graph_cache.hpp"
#include "kernels/cuda/resources.hpp"

namespace ffbench::cuda {

/// The offsets of the parameters of a graph's kernels, in bytes. The polygons' edges come last, as
/// many as there are.
struct ParameterLayout {
  explicit ParameterLayout(const GraphKey& key);

  std::size_t warps = 0;
  std::size_t areas = 0;
  std::size_t pack_tracks = 0;
  std::size_t pack_steps = 0;
  std::size_t gain_tracks = 0;
  std::size_t gain_steps = 0;
  std::size_t statistics = 0;  ///< of crops that a network swapped
  std::size_t composites = 0;  ///< `faces` entries a paste layer
  std::size_t edges = 0;
};

/// Device and host memory of a batch in flight. Buffers only grow; in steady state none does.
class BatchMemory {
 public:
  explicit BatchMemory(int crop_size);

  /// Makes room. Throws `CudaError` where there is none; earlier contents may be lost then.
  void reserve(const GraphKey& key, std::size_t edge_count, std::size_t transfer_bytes, bool staging);
  /// Frees all of it.
  void release();
  /// Sets the sums to 0, as a batch needs them and leaves them, unless it ended before that.
  void clear_sums() const;

  /// Buffers of face `i` of the batch.
  [[nodiscard]] std::uint8_t* warped(int i) const { return face(i); }
  /// The crop that a network swapped.
  [[nodiscard]] std::uint8_t* swapped(int i) const { return face(i) + 3 * plane_; }
  [[nodiscard]] std::uint8_t* mask(int i) const { return face(i) + 6 * plane_; }
  /// Pixel (0, 0) of a `PackedCrop`.
  [[nodiscard]] std::uint32_t* packed(int i) const {
    return reinterpret_cast<std::uint32_t*>(face(i) + 7 * plane_) + packed_origin(crop_size_);
  }
  [[nodiscard]] unsigned long long* sums(int i) const { return figures_.as<unsigned long long>() + 6 * i; }
  [[nodiscard]] unsigned long long* swapped_sums(int i) const { return sums(i) + 3; }
  [[nodiscard]] std::uint8_t* tables(int i) const {
    return tables_.data() + 4 * table_words * static_cast<std::size_t>(i);
  }
  /// The regions of frames that travel, at the offsets of the batch plan.
  [[nodiscard]] std::uint8_t* regions() const { return regions_.data(); }

  [[nodiscard]] std::uint8_t* host_parameters() const { return host_parameters_.data(); }
  [[nodiscard]] std::uint8_t* parameters() const { return parameters_.data(); }
  [[nodiscard]] std::uint8_t* staged_up() const { return up_.data(); }
  [[nodiscard]] std::uint8_t* staged_down() const { return down_.data(); }

  GraphCache graphs;

 private:
  [[nodiscard]] std::uint8_t* face(int i) const {
    return crops_.data() + static_cast<std::size_t>(i) * face_bytes_;
  }

  int crop_size_;
  std::size_t plane_;       ///< bytes of a channel of a crop, rounded up to a multiple of 16
  std::size_t face_bytes_;  ///< bytes of all buffers of a face
  DeviceBuffer crops_;
  DeviceBuffer figures_;
  DeviceBuffer tables_;
  DeviceBuffer regions_;
  DeviceBuffer parameters_;
  PinnedBuffer host_parameters_;
  PinnedBuffer up_;
  PinnedBuffer down_;
};

}  // namespace ffbench::cuda
