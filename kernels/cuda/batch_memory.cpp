#include "kernels/cuda/batch_memory.hpp"

#include "kernels/cuda/error.hpp"

namespace ffbench::cuda {
namespace {

/// Places `count` entries of a type after what is there.
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

ParameterLayout::ParameterLayout(const Bucket& bucket) {
  std::size_t end = 0;
  warps = place<WarpItem>(end, bucket.faces);
  areas = place<AreaItem>(end, bucket.faces);
  sprite_tracks = place<SpriteTrack>(end, bucket.faces);
  sprite_steps = place<SpriteStep>(end, bucket.faces);
  gain_tracks = place<GainTrack>(end, bucket.faces);
  gain_steps = place<GainStep>(end, bucket.faces);
  statistics = place<StatisticsItem>(end, bucket.faces);
  const int pastes = bucket.faces * bucket.waves;
  composites = bucket.joined == Joined::before ? place<CompositeItem<PackedSprite>>(end, pastes)
                                               : place<CompositeItem<UnjoinedSprite>>(end, pastes);
  edges = place<HalfPlane>(end, 0);
}

BatchMemory::BatchMemory(int crop_size)
    : crop_size_(crop_size),
      plane_((static_cast<std::size_t>(crop_size) * static_cast<std::size_t>(crop_size) + 15) / 16 * 16),
      part_(7 * plane_ + 4 * sprite_words(crop_size, crop_size)) {}

void BatchMemory::reserve(const Bucket& bucket, std::size_t edge_count, std::size_t patch_bytes,
                          bool staging) {
  const auto faces = static_cast<std::size_t>(bucket.faces);
  grow_cleared(crops_, faces * part_);
  grow_cleared(figures_, faces * 6 * sizeof(std::uint64_t));
  grow_cleared(tables_, faces * 4 * table_words);
  // Room for what the warp may read behind the last pixel.
  grow_cleared(patches_, patch_bytes + 16);
  const std::size_t bytes = ParameterLayout(bucket).edges + edge_count * sizeof(HalfPlane);
  if (bytes > parameters_.size()) {
    // With room to spare: other graphs of this memory were captured with these addresses.
    graphs.clear();
    grow_cleared(parameters_, 2 * bytes);
    host_parameters_.grow(2 * bytes);
  }
  if (staging) {
    up_.grow(patch_bytes);
    down_.grow(patch_bytes);
  }
}

void BatchMemory::release() {
  graphs.clear();
  crops_ = {};
  figures_ = {};
  tables_ = {};
  patches_ = {};
  parameters_ = {};
  host_parameters_ = {};
  up_ = {};
  down_ = {};
}

}  // namespace ffbench::cuda
