#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "harness/operators/operator.hpp"
#include "harness/operators/typed_problem.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/kernel.hpp"
#include "kernels/cuda/linear_light.hpp"
#include "kernels/cuda/pixels.hpp"

namespace ffbench::operators {

/// The planes of a problem on the device, guards and padding included, so that a kernel that strays
/// is seen.
class DevicePlanes {
 public:
  /// Uploads the planes. Throws `Error` without a device.
  explicit DevicePlanes(std::vector<Plane*> planes);
  ~DevicePlanes();
  DevicePlanes(const DevicePlanes&) = delete;
  DevicePlanes& operator=(const DevicePlanes&) = delete;

  /// Where a plane's pixels lie on the device.
  [[nodiscard]] cuda::Pixels operator()(const Plane& plane) const;

  /// A copy of values on the device that lives as long as this.
  template <typename T>
  T* put(const T* values, std::size_t count) {
    return static_cast<T*>(put_bytes(values, count * sizeof(T)));
  }
  template <typename T>
  T* put(const T& value) {
    return put(&value, 1);
  }

  /// An item as the last of `count`, of which the others have no pixels: batches run other kernels
  /// than an item alone.
  template <typename Item>
  Item* put_last(const Item& item, int count) {
    std::vector<Item> items(static_cast<std::size_t>(count));
    items.back() = item;
    return put(items.data(), items.size());
  }

  [[nodiscard]] const cuda::LinearLightPointers& linear_light() const;
  [[nodiscard]] cuda::StreamHandle stream() const;

  /// Sets bytes of the device to 0, in the order of the stream.
  void clear(void* data, std::size_t bytes) const;

  /// Waits, and brings the bytes of all planes back.
  void fetch() const;

  /// Seconds a run on the device: the median of several measurements of `runs` runs, in a graph or
  /// as they are launched.
  double seconds(const std::function<void()>& run, int runs, bool graph) const;

 private:
  void* put_bytes(const void* data, std::size_t bytes);
  struct State;
  std::unique_ptr<State> state_;
};

/// Uploads when it is made, launches in `run`.
template <typename Inputs>
class DeviceSession final : public Session {
 public:
  using Prepare = std::function<void()> (*)(Inputs&, DevicePlanes&);

  DeviceSession(Inputs& inputs, Prepare prepare)
      : planes_(inputs.planes()), launch_(prepare(inputs, planes_)) {}

  void run() override { launch_(); }
  void fetch() override { planes_.fetch(); }
  double device_seconds(int runs, bool graph) override { return planes_.seconds(launch_, runs, graph); }

 private:
  DevicePlanes planes_;
  std::function<void()> launch_;
};

/// An operator on the device: `prepare` uploads what is needed and returns the launch.
template <typename Inputs>
Implementation<Inputs> on_cuda(typename DeviceSession<Inputs>::Prepare prepare, std::string name = "cuda") {
  Implementation<Inputs> result{std::move(name), {}};
  result.session = [prepare](Inputs& inputs) -> std::unique_ptr<Session> {
    return std::make_unique<DeviceSession<Inputs>>(inputs, prepare);
  };
  result.unavailable = &cuda::why_unavailable;
  return result;
}

/// The device's arithmetic, pixel by pixel on the host: no substitute for the device, but a check
/// that needs none. Never timed.
template <typename Inputs>
Implementation<Inputs> cuda_arithmetic(std::function<void(Inputs&)> run,
                                       std::string name = "arithmetic-of-cuda") {
  Implementation<Inputs> result{std::move(name), std::move(run)};
  result.timed = false;
  return result;
}

}  // namespace ffbench::operators
