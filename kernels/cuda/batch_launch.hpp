#pragma once

#include <vector>

#include "core/executor.hpp"
#include "kernels/cuda/batch_memory.hpp"
#include "kernels/cuda/face_states.hpp"
#include "kernels/cuda/gain_math.hpp"
#include "kernels/cuda/light.hpp"

namespace ffbench::cuda {

/// What all batches of an executor read: the source crop and its statistics, the box mask, the tables of light, the weights of
/// the anti-aliased warp.
class SharedMemory {
 public:
  explicit SharedMemory(const ExecutorOptions& options);

  [[nodiscard]] const LightPointers& light() const { return light_.pointers(); }
  [[nodiscard]] const std::uint8_t* source() const { return source_.data(); }
  [[nodiscard]] const unsigned long long* source_sums() const {
    return source_sums_.as<unsigned long long>();
  }
  /// A copy of `antialias_table()`; null where the preset does without.
  [[nodiscard]] const float* antialias_weights() const { return antialias_weights_.as<float>(); }
  [[nodiscard]] Pixels box() const { return {box_.data(), crop_size, crop_size, crop_size}; }

  int crop_size;
  SwapKind swap;
  Preset preset;
  SeamBand band;
  GainLimits limits;

 private:
  DeviceLight light_;
  DeviceBuffer source_;
  DeviceBuffer source_sums_;
  DeviceBuffer box_;
  DeviceBuffer antialias_weights_;
};

/// Whether a warp adds up what gains are computed from.
enum class WarpStatistics { none, of_preset };

/// The kernels of one batch, stage by stage. The launches depend on the bucket and the addresses of the memory alone.
class BatchLaunch {
 public:
  BatchLaunch(const SharedMemory& shared, const BatchMemory& memory, const BatchPlan& plan,
              const std::vector<FrameJob>& tasks, const Bucket& bucket)
      : shared_(shared), memory_(memory), plan_(plan), tasks_(tasks), bucket_(bucket), layout_(bucket) {}

  /// Who joins crops and masks of a batch best, in a bucket with room for that many faces.
  static Joined joined(const SharedMemory& shared, const BatchPlan& plan, int room);

  /// Writes the parameters of all items into the host's copy, marks what the faces' states will hold, and returns how many
  /// bytes have to be copied.
  std::size_t write_parameters(FaceStates& states, const ExecutorOptions& options, std::size_t edges);

  // Each shows its stage to profilers; a graph that is replayed shows its kernels alone.
  void warp(StreamHandle stream, WarpStatistics statistics = WarpStatistics::of_preset) const;
  void swapped_statistics(StreamHandle stream) const;
  void gains(StreamHandle stream) const;
  void masks(StreamHandle stream) const;
  /// Gains applied, masks held, and both joined, as far as the composite does not do so.
  void sprites(StreamHandle stream) const;
  void composite(StreamHandle stream) const;

  /// All stages in their order.
  void run(StreamHandle stream) const;
  /// The same with the device's clock between them. Gains and hysteresis are one kernel: it counts as gains.
  void run_separately(StreamHandle stream, StageTimes& times) const;

 private:
  template <typename T>
  [[nodiscard]] T* host(std::size_t offset) const {
    return reinterpret_cast<T*>(memory_.host_parameters() + offset);
  }
  template <typename T>
  [[nodiscard]] T* device(std::size_t offset) const {
    return reinterpret_cast<T*>(memory_.parameters() + offset);
  }
  void write_tracks(FaceStates& states) const;
  /// What is pasted of a face, and the tables of its gains, where it has any.
  [[nodiscard]] const std::uint8_t* crop(int at) const;
  [[nodiscard]] const std::uint8_t* tables(int at) const;
  /// Where the mask of a face lies when it is held without being joined: of a face's last frame in the batch, in its state.
  [[nodiscard]] const std::uint8_t* held_mask(FaceStates& states, int at) const;

  const SharedMemory& shared_;
  const BatchMemory& memory_;
  const BatchPlan& plan_;
  const std::vector<FrameJob>& tasks_;
  Bucket bucket_;
  ParameterLayout layout_;
};

}  // namespace ffbench::cuda
