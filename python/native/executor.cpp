// The executor: from frames and plans to output frames.
#include "core/executor.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/array.h>
#include <nanobind/stl/map.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "core/error.hpp"
#include "kernels/cpu/executor.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/device.hpp"
#include "python/native/arrays.hpp"
#include "python/native/bindings.hpp"
#include "reference/executor.hpp"

namespace ffbench::python {
namespace {

using namespace nb::literals;

/// A Python function in the place of a swap network: it takes a crop and gives one.
/// The executor's Python object holds on to the function, where the garbage collector sees it.
class PythonSwap final : public SwapModel {
 public:
  explicit PythonSwap(nb::handle function) : function_(function) {}

  void swap(ConstBgrView crop, BgrView swapped) override {
    const nb::gil_scoped_acquire acquired;
    // A copy: the function may keep it.
    const std::size_t bytes = crop.row_bytes() * static_cast<std::size_t>(crop.height);
    auto memory = std::make_unique<std::uint8_t[]>(bytes);
    BgrView copy{memory.get(), crop.width, crop.height, static_cast<std::ptrdiff_t>(crop.row_bytes())};
    copy_pixels(crop, copy);
    const nb::capsule owner(memory.release(),
                            [](void* p) noexcept { delete[] static_cast<std::uint8_t*>(p); });
    const auto side = static_cast<std::size_t>(crop.width);
    const nb::ndarray<nb::numpy, std::uint8_t, nb::ndim<3>> array(copy.data, {side, side, 3}, owner);
    const nb::object result = function_(array);
    Pixels pixels;
    if (!nb::try_cast(result, pixels, /*convert=*/false)) {
      throw nb::type_error("swap: the function must return an array of uint8 with three dimensions");
    }
    const ConstBgrView view = pixels_of(pixels, "swap");
    check_same_size(view, "what swap returned", swapped, "the crop");
    copy_pixels(view, swapped);
  }

 private:
  nb::handle function_;
};

/// Address, width, height, distance of rows in bytes.
using DeviceImage = std::tuple<std::uintptr_t, int, int, std::int64_t>;

SwapKind parse_swap(const std::string& name) {
  if (name == "source") {
    return SwapKind::source;
  }
  if (name == "identity") {
    return SwapKind::identity;
  }
  invalid("swap '{}' is unknown; known: source, identity, a function", name);
}

std::unique_ptr<Executor> make_executor(const ExecutorOptions& options, const std::string& backend,
                                        int threads, int device) {
  if (backend == "reference") {
    return reference::make_executor(options);
  }
  if (backend == "cpu") {
    return cpu::make_executor(options, threads);
  }
  if (backend == "cuda") {
    if (const std::string& reason = cuda::why_unavailable(); !reason.empty()) {
      throw std::runtime_error(reason);
    }
    cuda::DeviceOptions tuning = cuda::default_options();
    tuning.device = device;
    return cuda::make_executor(options, tuning);
  }
  invalid("backend '{}' is unknown; known: auto, cpu, cuda, reference", backend);
}

/// An executor that several Python threads may call: one after the other.
class PythonExecutor {
 public:
  PythonExecutor(const Preset& preset, int crop_size, const nb::object& swap,
                 const std::optional<Pixels>& source_crop, std::string backend, int threads, int device) {
    if (crop_size < 1 || crop_size > 16384) {
      invalid("crop_size: {}, expected 1 to 16384", crop_size);
    }
    ExecutorOptions options;
    options.preset = preset;
    options.crop_size = crop_size;
    if (nb::isinstance<nb::str>(swap)) {
      options.swap = parse_swap(nb::cast<std::string>(swap));
    } else {
      options.swap = SwapKind::model;
      function_ = swap;
      options.model = std::make_shared<PythonSwap>(swap);
    }
    if (options.swap == SwapKind::source) {
      if (!source_crop) {
        invalid("source_crop: swap 'source' needs one");
      }
      const ConstBgrView view = pixels_of(*source_crop, "source_crop");
      options.source_crop.resize(view.width, view.height);
      copy_pixels(view, options.source_crop.view());
    }
    const nb::gil_scoped_release released;
    if (backend == "auto") {
      backend = cuda::why_unavailable().empty() ? "cuda" : "cpu";
    }
    executor_ = make_executor(options, backend, threads, device);
    backend_ = backend;
  }

  ~PythonExecutor() {
    // What the executor holds may wait for the GIL.
    const nb::gil_scoped_release released;
    executor_.reset();
  }
  PythonExecutor(const PythonExecutor&) = delete;
  PythonExecutor& operator=(const PythonExecutor&) = delete;

  void execute(const std::vector<Pixels>& frames, const std::vector<const FramePlan*>& plans,
               const std::vector<WritablePixels>& outputs, int first) {
    const std::vector<FrameJob> jobs =
        jobs_of(frames, plans, outputs, [](const Pixels& frame, const WritablePixels& output) {
          return FrameJob{pixels_of(frame, "frame"), nullptr, pixels_of(output, "out")};
        });
    const nb::gil_scoped_release released;
    const std::lock_guard lock(mutex_);
    executor_->execute_batch(first, jobs);
  }

  /// Frames in device memory, as (address, width, height, pitch), on a stream of the caller.
  void enqueue(const std::vector<DeviceImage>& frames, const std::vector<const FramePlan*>& plans,
               const std::vector<DeviceImage>& outputs, int first, std::uintptr_t stream) {
    cuda::DeviceExecutor* const on_device = cuda::device_executor(*executor_);
    if (on_device == nullptr) {
      invalid("frames in device memory: the backend is {}, which works on host memory", backend_);
    }
    const std::vector<FrameJob> jobs =
        jobs_of(frames, plans, outputs, [](const DeviceImage& frame, const DeviceImage& output) {
          return FrameJob{on_device_view(frame), nullptr, on_device_view(output)};
        });
    const nb::gil_scoped_release released;
    const std::lock_guard lock(mutex_);
    // NOLINTNEXTLINE(performance-no-int-to-ptr): Python hands handles of streams around as numbers
    on_device->enqueue_batch(first, jobs, reinterpret_cast<cuda::StreamHandle>(stream));
  }

  void restart() {
    const nb::gil_scoped_release released;
    const std::lock_guard lock(mutex_);
    executor_->restart();
  }

  std::string description() {
    const nb::gil_scoped_release released;
    const std::lock_guard lock(mutex_);
    return executor_->description();
  }

  std::map<std::string, double> counters() {
    const nb::gil_scoped_release released;
    const std::lock_guard lock(mutex_);
    return executor_->counters();
  }

  [[nodiscard]] nb::handle function() const { return function_; }

  /// Breaks a cycle through the function; nothing can call the executor any more.
  void drop_function() {
    {
      const nb::gil_scoped_release released;
      executor_.reset();
    }
    function_.reset();
  }

  const std::string& backend() const { return backend_; }
  int preferred_batch() const { return executor_->preferred_batch(); }

 private:
  /// The jobs of a batch; `job_of` makes one of a frame and an output, without its plan.
  template <typename Frame, typename Output, typename JobOf>
  static std::vector<FrameJob> jobs_of(const std::vector<Frame>& frames,
                                       const std::vector<const FramePlan*>& plans,
                                       const std::vector<Output>& outputs, const JobOf& job_of) {
    if (frames.size() != plans.size() || frames.size() != outputs.size()) {
      invalid("{} frames, {} plans and {} outputs; they must be as many", frames.size(), plans.size(),
              outputs.size());
    }
    std::vector<FrameJob> jobs;
    jobs.reserve(frames.size());
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (plans[i] == nullptr) {
        invalid("plans: None stands in the place of a plan");
      }
      FrameJob job = job_of(frames[i], outputs[i]);
      job.plan = plans[i];
      check_same_size(job.frame, "frame", job.output, "out");
      check_plan(*job.plan, job.frame);
      jobs.push_back(job);
    }
    return jobs;
  }

  static BgrView on_device_view(const DeviceImage& image) {
    const auto [address, width, height, pitch] = image;
    if (address == 0 || width < 1 || height < 1 || width > static_cast<int>(longest_side) ||
        height > static_cast<int>(longest_side)) {
      invalid("a frame in device memory: {}x{} pixels at address {}", width, height, address);
    }
    // NOLINTNEXTLINE(performance-no-int-to-ptr): Python hands addresses around as numbers
    return {reinterpret_cast<std::uint8_t*>(address), width, height, static_cast<std::ptrdiff_t>(pitch)};
  }

  /// A plan that was made for larger frames would be pasted beyond this one's edge.
  static void check_plan(const FramePlan& plan, ConstBgrView frame) {
    for (const FacePlan& face : plan.faces) {
      const Region& r = face.geometry.region;
      if (!r.empty() &&
          (r.x < 0 || r.y < 0 || r.x + r.width > frame.width || r.y + r.height > frame.height)) {
        invalid("plan: made for larger frames than {}x{} pixels", frame.width, frame.height);
      }
    }
  }

  std::string backend_;
  nb::object function_;
  std::unique_ptr<Executor> executor_;
  std::mutex mutex_;
};

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  if (nb::inst_ready(self)) {
    Py_VISIT(nb::inst_ptr<PythonExecutor>(self)->function().ptr());
  }
  return 0;
}

int clear(PyObject* self) {
  nb::inst_ptr<PythonExecutor>(self)->drop_function();
  return 0;
}

template <typename Function>
void* slot(Function* function) {
  return reinterpret_cast<void*>(function);
}

PyType_Slot executor_slots[] = {{Py_tp_traverse, slot(traverse)}, {Py_tp_clear, slot(clear)}, {0, nullptr}};

}  // namespace

/// What an array says of itself by DLPack: address, shape, strides in bytes, whether it is uint8,
/// device type and index. The array itself keeps its memory.
nb::object dlpack_facts(const nb::ndarray<nb::ro>& array) {
  nb::list shape;
  nb::list strides;
  const auto item_bytes = static_cast<std::int64_t>(array.itemsize());
  for (std::size_t axis = 0; axis < array.ndim(); ++axis) {
    shape.append(array.shape(axis));
    strides.append(array.stride(axis) * item_bytes);
  }
  const bool bytes = array.dtype() == nb::dtype<std::uint8_t>();
  return nb::make_tuple(reinterpret_cast<std::uintptr_t>(array.data()), nb::tuple(shape), nb::tuple(strides),
                        bytes, array.device_type(), array.device_id());
}

void add_executor(nb::module_& m) {
  m.def(
      "dlpack_facts", dlpack_facts, "array"_a.noconvert(),
      nb::sig(
          "def dlpack_facts(array: object) -> tuple[int, tuple[int, ...], tuple[int, ...], bool, int, int]"));
  nb::class_<PythonExecutor>(m, "Executor", nb::type_slots(executor_slots))
      .def(nb::init<const Preset&, int, const nb::object&, const std::optional<Pixels>&, std::string, int,
                    int>(),
           "preset"_a, "crop_size"_a, "swap"_a, "source_crop"_a.noconvert().none(), "backend"_a, "threads"_a,
           "device"_a)
      .def("execute", &PythonExecutor::execute, "frames"_a, "plans"_a, "outputs"_a, "first"_a)
      .def("enqueue", &PythonExecutor::enqueue, "frames"_a, "plans"_a, "outputs"_a, "first"_a, "stream"_a)
      .def("restart", &PythonExecutor::restart)
      .def("description", &PythonExecutor::description)
      .def("counters", &PythonExecutor::counters)
      .def_prop_ro("backend", &PythonExecutor::backend)
      .def_prop_ro("preferred_batch", &PythonExecutor::preferred_batch);
}

}  // namespace ffbench::python
