#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <cuda_runtime_api.h>

// Owners of the CUDA runtime's resources. Constructors throw `CudaError`.
namespace ffbench::cuda {

namespace detail {

struct DestroyStream {
  void operator()(cudaStream_t stream) const { static_cast<void>(cudaStreamDestroy(stream)); }
};
struct DestroyEvent {
  void operator()(cudaEvent_t event) const { static_cast<void>(cudaEventDestroy(event)); }
};
struct DestroyGraph {
  void operator()(cudaGraph_t graph) const { static_cast<void>(cudaGraphDestroy(graph)); }
};
struct DestroyGraphExec {
  void operator()(cudaGraphExec_t graph) const { static_cast<void>(cudaGraphExecDestroy(graph)); }
};
struct FreeDevice {
  void operator()(std::uint8_t* memory) const;
};
struct FreePinned {
  void operator()(std::uint8_t* memory) const;
};

template <typename Handle, typename Destroy>
using Owner = std::unique_ptr<std::remove_pointer_t<Handle>, Destroy>;

}  // namespace detail

/// A stream that does not wait for the default stream.
class Stream {
 public:
  Stream();
  [[nodiscard]] cudaStream_t get() const { return stream_.get(); }
  void synchronize() const;

 private:
  detail::Owner<cudaStream_t, detail::DestroyStream> stream_;
};

class Event {
 public:
  enum class Kind { ordering, timing };
  explicit Event(Kind kind = Kind::ordering);
  [[nodiscard]] cudaEvent_t get() const { return event_.get(); }
  void record(cudaStream_t stream);
  /// Waits on the host.
  void synchronize() const;
  /// Makes the stream wait, not the host.
  void hold(cudaStream_t stream) const;
  /// Milliseconds from `start` to this event, both of which have completed.
  [[nodiscard]] float milliseconds_since(const Event& start) const;

 private:
  detail::Owner<cudaEvent_t, detail::DestroyEvent> event_;
};

/// Memory of the current device, aligned to 256 bytes at least; the size is rounded up to 16 bytes.
class DeviceBuffer {
 public:
  DeviceBuffer() = default;
  explicit DeviceBuffer(std::size_t bytes);
  [[nodiscard]] std::uint8_t* data() const { return memory_.get(); }
  [[nodiscard]] std::size_t size() const { return bytes_; }
  template <typename T>
  [[nodiscard]] T* as(std::size_t offset = 0) const {
    return reinterpret_cast<T*>(memory_.get() + offset);
  }
  /// Allocates again where the buffer is smaller. Contents are lost then.
  void grow(std::size_t bytes);

 private:
  std::unique_ptr<std::uint8_t, detail::FreeDevice> memory_;
  std::size_t bytes_ = 0;
};

/// Page-locked host memory.
class PinnedBuffer {
 public:
  PinnedBuffer() = default;
  explicit PinnedBuffer(std::size_t bytes);
  [[nodiscard]] std::uint8_t* data() const { return memory_.get(); }
  [[nodiscard]] std::size_t size() const { return bytes_; }
  void grow(std::size_t bytes);

 private:
  std::unique_ptr<std::uint8_t, detail::FreePinned> memory_;
  std::size_t bytes_ = 0;
};

/// Captures what is enqueued on a stream between construction and `finish` as a graph, instead of
/// running it. One thread captures at a time, and no thread allocates meanwhile, since an
/// allocation would invalidate the capture.
class Capture {
 public:
  explicit Capture(cudaStream_t stream);
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  using Executable = detail::Owner<cudaGraphExec_t, detail::DestroyGraphExec>;
  [[nodiscard]] Executable finish();

 private:
  std::unique_lock<std::mutex> lock_;
  cudaStream_t stream_;
  bool open_ = true;
};

}  // namespace ffbench::cuda
