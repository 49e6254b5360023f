#!/usr/bin/env bash
# FFBENCH_WITH_CUDA=AUTO of cmake/FfbenchCuda.cmake where there is no toolkit, or one that is too old:
# it says that nothing is built; ON is an error there. That a toolkit is used is seen in every build
# that has one.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/scripts/stand_ins.sh
source "$source/tests/scripts/stand_ins.sh"
ln -s "$(type -P cmake)" "$bin/cmake"
ln -s "$(type -P ninja)" "$bin/ninja"
mkdir "$work/project"
cat >"$work/project/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.25)
project(copy NONE)
include("$source/cmake/FfbenchCuda.cmake")
message(STATUS "FFBENCH_WITH_CUDA is \${FFBENCH_WITH_CUDA}")
END
configure() { # FFBENCH_WITH_CUDA TOOLKIT
  case_name="FFBENCH_WITH_CUDA=$1, toolkit $2"
  # No toolkit but that one: not in /usr/local/bin either, where CMake looks beside PATH.
  call cmake --fresh -G Ninja -S "$work/project" -B "$work/build" \
    -DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF "-DFFBENCH_WITH_CUDA=$1" "-DCUDAToolkit_ROOT=$2"
}

none="$work/none"
old="$work/old"
mkdir -p "$none" "$old/bin" "$old/include" "$old/lib64"
stand_in nvcc <<'END'
echo "Cuda compilation tools, release 11.8, V11.8.89"
END
mv "$bin/nvcc" "$old/bin/"

for toolkit in "$none" "$old"; do
  configure AUTO "$toolkit"
  expect_code 0
  expect "$out" "CUDA backend: not built: no nvcc of CUDA 12 or later is installed"
  expect "$out" "FFBENCH_WITH_CUDA is OFF"
  configure ON "$toolkit"
  expect_code 1
  expect "$err" "CUDAToolkit"
done
configure OFF "$none"
expect_code 0
expect "$out" "CUDA backend: not built: FFBENCH_WITH_CUDA is OFF"
finish
