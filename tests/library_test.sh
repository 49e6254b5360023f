#!/usr/bin/env bash
# library_test.sh BUILD cpu|cuda WITH_CUDA: installs the library from a build folder, moves the installed tree, and builds and
# runs the example outside the tree with it: plan_and_execute, or plan_and_execute_cuda and execute_device_frames
# (skipped, exit code 77, where the build has no CUDA: WITH_CUDA is OFF).
set -euo pipefail
build=$1
part=$2
with_cuda=$3
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
configured() { grep -q "^$1:BOOL=ON$" "$build/CMakeCache.txt"; }
fail() {
  echo "library_test: $*" >&2
  exit 1
}
if [[ $part == cuda && $with_cuda != ON ]]; then
  echo "skipped: this build has no CUDA (preset cuda has it)"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --component library --prefix "$work/prefix" >"$work/install.log"
installed="$work/moved tree"
mv "$work/prefix" "$installed"

# use PROJECT NAME: configures and builds a project outside the tree with the moved library.
use() {
  cp -r "$1" "$work/$2"
  cmake -S "$work/$2" -B "$work/$2/build" -G Ninja "-DCMAKE_PREFIX_PATH=$installed" -DCMAKE_BUILD_TYPE=Release \
    "${@:3}" >"$work/configure.log" 2>&1 || { cat "$work/configure.log"; fail "$2 is not configured"; }
  cmake --build "$work/$2/build" >"$work/build.log" || { cat "$work/build.log"; fail "$2 is not built"; }
}

if [[ $part == cuda ]]; then
  use "$source/examples/plan_and_execute" example
  for program in plan_and_execute_cuda execute_device_frames; do
    status=0
    "$work/example/build/$program" >"$work/out" 2>"$work/err" || status=$?
    cat "$work/out" "$work/err"
    if ((status == 2)); then
      [[ $(<"$work/err") == "$program: no CUDA device"* && $(wc -l <"$work/err") == 1 ]] ||
        fail "$program: exit code 2 without a line that says why"
    elif ((status != 0)); then
      fail "$program: exit code $status"
    fi
  done
  exit 0
fi

# No path of the source tree or of the build folder in what is installed; debug information may have them.
for archive in "$installed"/lib*/libffbench_*.a; do
  if [[ $archive == */libffbench_cuda.a ]] && configured FFBENCH_CUDA_LINE_INFO; then
    continue
  fi
  objcopy --strip-debug "$archive" "$work/stripped.a"
  ! strings -n 6 "$work/stripped.a" | grep -F -e "$source" -e "$build" || fail "$archive holds these paths"
done
! grep -rIF -e "$source" -e "$build" -e "$work/prefix" "$installed" || fail "installed files hold these paths"

use "$source/tests/consumer" consumer
if [[ $with_cuda != ON ]]; then
  sed -i 's/ OPTIONAL_COMPONENTS cuda/ cuda/' "$work/consumer/CMakeLists.txt"
  ! cmake -S "$work/consumer" -B "$work/consumer/build" >"$work/without_cuda.log" 2>&1 || fail "finds a part that is not there"
  grep -q "this ffbench was built without CUDA" "$work/without_cuda.log" ||
    { cat "$work/without_cuda.log"; fail "does not say that cuda is missing"; }
fi

use "$source/examples/plan_and_execute" example
"$work/example/build/plan_and_execute" | tee "$work/out"
# Refinement, for which the networks are needed, takes away nine tenths of the jitter and more.
awk '/^jitter/ {found = 1; exit !($9 < 0.1 * $5)} END {exit !found}' "$work/out" || fail "the landmarks are not refined"
