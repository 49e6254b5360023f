#include "kernels/cuda/batch_memory.hpp"

#include "kernels/cuda/area_mask.hpp"
#include "kernels/cuda/composite.hpp"
#include "kernels/cuda/error.hpp"
#include "kernels/cuda/gain_statistics.hpp"
#include "kernels/cuda/gain_update.hpp"
#include "kernels/cuda/pack_crops.hpp"
#include "kernels/cuda/warp.hpp"

namespace ffbench::cuda {
namespace {

/// Appends room for `count` entries of a type; returns its offset.
template <typename T>
std::size_t place(std::size_t& end, int count) {
  constexpr std::size_t alignment = 16;
  const std::size_t at = (end + alignment - 1) / alignment * alignment;
  end = at + sizeof(T) * static_cast<std::size_t>(count);
  return at;
}

void grow_cleared(DeviceBuffer& buffer, std::size_t bytes) {
  if (bytes > buffer.size()) {
    buffer.grow(bytes);
    const Stream stream;
    check(cudaMemsetAsync(buffer.data(), 0, buffer.size(), stream.get()), "clearing device memory");
    stream.synchronize();
  }
}

}  // namespace

ParameterLayout::ParameterLayout(const GraphKey& key) {
  std::size_t end = 0;
  warps = place<WarpItem>(end, key.faces);
  areas = place<AreaMaskItem>(end, key.faces);
  pack_tracks = place<PackTrack>(end, key.faces);
  pack_steps = place<PackStep>(end, key.faces);
  gain_tracks = place<GainTrack>(end, key.faces);
  gain_steps = place<GainStep>(end, key.faces);
  statistics = place<GainStatisticsItem>(end, key.faces);
  const int pastes = key.faces * key.layers;
  composites = key.packing == Packing::before ? place<CompositeItem<PackedCrop>>(end, pastes)
                                              : place<CompositeItem<UnpackedCrop>>(end, pastes);
  edges = place<HalfPlane>(end, 0);
}

BatchMemory::BatchMemory(int crop_size)
    : crop_size_(crop_size),
      plane_((static_cast<std::size_t>(crop_size) * static_cast<std::size_t>(crop_size) + 15) / 16 * 16),
      face_bytes_(7 * plane_ + 4 * packed_words(crop_size, crop_size)) {}

void BatchMemory::reserve(const GraphKey& key, std::size_t edge_count, std::size_t transfer_bytes,
                          bool staging) {
  const auto faces = static_cast<std::size_t>(key.faces);
  grow_cleared(crops_, faces * face_bytes_);
  grow_cleared(figures_, faces * 6 * sizeof(std::uint64_t));
  grow_cleared(tables_, faces * 4 * table_words);
  grow_cleared(regions_, transfer_bytes + static_cast<std::size_t>(bytes_read_behind));
  const std::size_t bytes = ParameterLayout(key).edges + edge_count * sizeof(HalfPlane);
  if (bytes > parameters_.size()) {
    // With room to spare, since growing drops the graphs, which were captured with the old
    // addresses.
    graphs.clear();
    grow_cleared(parameters_, 2 * bytes);
    host_parameters_.grow(2 * bytes);
  }
  if (staging) {
    up_.grow(transfer_bytes);
    down_.grow(transfer_bytes);
  }
}

void BatchMemory::clear_sums() const {
  if (figures_.size() > 0) {
    const Stream stream;
    check(cudaMemsetAsync(figures_.data(), 0, figures_.size(), stream.get()), "clearing device memory");
    stream.synchronize();
  }
}

void BatchMemory::release() {
  graphs.clear();
  crops_ = {};
  figures_ = {};
  tables_ = {};
  regions_ = {};
  parameters_ = {};
  host_parameters_ = {};
  up_ = {};
  down_ = {};
}

}  // namespace ffbench::cuda
