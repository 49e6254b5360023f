#pragma once

#include <vector>

#include "core/executor.hpp"
#include "kernels/cuda/batch_memory.hpp"
#include "kernels/cuda/executor_constants.hpp"
#include "kernels/cuda/face_states.hpp"
#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/slowdown.hpp"

namespace ffbench::cuda {

/// Whether the warp also computes the gain statistics, where the preset has gains.
enum class WarpStatistics { none, of_preset };

/// The kernels of one batch, stage by stage. The launches depend only on the graph key and on the
/// addresses of the memory.
class BatchLaunch {
 public:
  BatchLaunch(const ExecutorConstants& constants, const BatchMemory& memory, const BatchPlan& plan,
              const std::vector<FrameJob>& tasks, const GraphKey& key)
      : constants_(constants), memory_(memory), plan_(plan), tasks_(tasks), key_(key), layout_(key) {}

  /// The fastest packing of a batch, in a graph with room for that many faces.
  static Packing fastest_packing(const ExecutorConstants& constants, const BatchPlan& plan, int room);

  /// Writes the parameters of all items into the host's copy and updates what the faces' states
  /// will hold. Returns how many bytes have to be copied to the device.
  std::size_t write_parameters(FaceStates& states, const ExecutorOptions& options, std::size_t edges);

  // Each shows its stage to profilers. A graph that is replayed shows only its kernels.
  void warp(StreamHandle stream, WarpStatistics statistics = WarpStatistics::of_preset) const;
  void swapped_statistics(StreamHandle stream) const;
  void gains(StreamHandle stream) const;
  void masks(StreamHandle stream) const;
  /// Applies gains, holds masks and packs both, as far as the composite does not do it.
  void pack(StreamHandle stream) const;
  void composite(StreamHandle stream) const;

  /// A stage of `device_stages`, slowed down where that was asked for.
  void stage(Stage stage, StreamHandle stream, const Slowdown& slowdown) const;
  /// All stages in their order, up to the last of the graph key.
  void run(StreamHandle stream, const Slowdown& slowdown) const;
  /// The same with the device's clock between stages.
  void run_separately(StreamHandle stream, const Slowdown& slowdown, StageTimes& times) const;

 private:
  template <typename T>
  [[nodiscard]] T* host(std::size_t offset) const {
    return reinterpret_cast<T*>(memory_.host_parameters() + offset);
  }
  template <typename T>
  [[nodiscard]] T* device(std::size_t offset) const {
    return reinterpret_cast<T*>(memory_.parameters() + offset);
  }
  void write_tracks(FaceStates& states, const std::vector<bool>& starts) const;
  /// The crop that is pasted for a face, and the tables of its gains; null without gains.
  [[nodiscard]] const std::uint8_t* crop(int at) const;
  /// The frame of a face, in which kernels touch no pixel outside the face's regions.
  [[nodiscard]] Pixels frame(const BatchFace& face) const;
  [[nodiscard]] const std::uint8_t* tables(int at) const;
  /// The mask of a face after `hold_masks`. That of a face's last frame in the batch is its state.
  [[nodiscard]] const std::uint8_t* held_mask(FaceStates& states, int at) const;

  const ExecutorConstants& constants_;
  const BatchMemory& memory_;
  const BatchPlan& plan_;
  const std::vector<FrameJob>& tasks_;
  GraphKey key_;
  ParameterLayout layout_;
};

}  // namespace ffbench::cuda
