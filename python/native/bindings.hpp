#pragma once

#include <nanobind/nanobind.h>

// What each file adds to the extension module.
namespace ffbench::python {

void add_pixels(nanobind::module_& module);
void add_presets(nanobind::module_& module);
void add_tracks(nanobind::module_& module);
void add_smoothers(nanobind::module_& module);
void add_executor(nanobind::module_& module);
void add_facefusion(nanobind::module_& module);

}  // namespace ffbench::python
