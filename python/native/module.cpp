#include <exception>

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>

#include "core/error.hpp"
#include "core/hash.hpp"
#include "kernels/cpu/targets.hpp"
#include "kernels/cuda/backend.hpp"
#include "kernels/cuda/device.hpp"
#include "python/native/bindings.hpp"

namespace nb = nanobind;

NB_MODULE(_native, m) {
  m.doc() = "The compiled part of ffbench. Use the functions of the package `ffbench`.";
  // Objects that are alive when Python ends are none of the user's business.
  nb::set_leak_warnings(false);
  // One line, as the project's errors are; what the caller handed over was wrong.
  nb::register_exception_translator([](const std::exception_ptr& thrown, void*) {
    try {
      std::rethrow_exception(thrown);
    } catch (const ffbench::Error& error) {
      PyErr_SetString(PyExc_ValueError, error.what());
    }
  });
  m.def("simd_target", &ffbench::cpu::active_target, "The instruction set that the operators run on.");
  m.def(
      "content_key",
      [](const nb::bytes& content) {
        const nb::gil_scoped_release released;
        return ffbench::digest_of(content.c_str(), content.size()).hex();
      },
      nb::arg("content"), "The XXH3-128 of bytes, 32 hexadecimal digits.");
  m.def("built_with_cuda", [] { return ffbench::cuda::with_toolkit; });
  m.def(
      "why_no_cuda", [] { return ffbench::cuda::why_unavailable(); },
      nb::call_guard<nb::gil_scoped_release>(), "Why no CUDA device can be used; empty where one can.");
  m.def(
      "cuda_devices",
      [] {
        nb::list names;
        for (const ffbench::cuda::Device& device : ffbench::cuda::devices()) {
          names.append(nb::str(device.name.c_str()));
        }
        return names;
      },
      nb::sig("def cuda_devices() -> list[str]"), "The names of the CUDA devices.");
  ffbench::python::add_presets(m);
  ffbench::python::add_pixels(m);
  ffbench::python::add_tracks(m);
  ffbench::python::add_smoothers(m);
  ffbench::python::add_executor(m);
  ffbench::python::add_facefusion(m);
}
