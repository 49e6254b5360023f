#!/usr/bin/env bash
# run.sh BUILD wheel|stubs|test_NAME: builds the wheel and installs it into an environment of its own below BUILD; has
# mypy check the package as it was installed; runs tests/python/test_NAME.py (exit code 77: every test was skipped).
# FFBENCH_PYTHON names the Python, by default the distribution's, with its NumPy and OpenCV.
set -euo pipefail
build=$1
part=$2
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work="$build/python"
environment="$work/environment"
export PIP_DISABLE_PIP_VERSION_CHECK=1
unset PYTHONPATH
fail() {
  echo "tests/python/run.sh: $*" >&2
  exit 1
}

# The environment holds what requirements-dev.txt names; a stamp says that this very list was installed.
set_up() {
  local python=${FFBENCH_PYTHON:-/usr/bin/python3} stamp
  stamp="$environment/.installed-$(cksum <"$source/python/requirements-dev.txt" | cut -d' ' -f1)"
  [[ -e $stamp ]] && return
  rm -rf "$environment"
  mkdir -p "$work"
  "$python" -m venv --system-site-packages "$environment" || fail "$python has no venv; ci/setup test installs python3-venv"
  "$environment/bin/python" -m pip install --quiet --requirement "$source/python/requirements-dev.txt" ||
    fail "pip could not install what python/requirements-dev.txt names"
  touch "$stamp"
}

build_wheel() {
  local settings=(--config-settings "build-dir=$work/build")
  settings+=(--config-settings "cmake.define.FFBENCH_WITH_CUDA=${FFBENCH_WITH_CUDA:-AUTO}")
  settings+=(--config-settings "cmake.define.FFBENCH_WARNINGS_AS_ERRORS=${FFBENCH_WARNINGS_AS_ERRORS:-OFF}")
  rm -rf "$work/wheels"
  if ! "$environment/bin/python" -m pip wheel "$source/python" --no-build-isolation --no-deps --verbose \
    --wheel-dir "$work/wheels" "${settings[@]}" >"$work/wheel.log" 2>&1; then
    tail -n 40 "$work/wheel.log" >&2
    fail "the wheel could not be built; its last lines are above"
  fi
  local wheels=("$work"/wheels/*.whl)
  ((${#wheels[@]} == 1)) || fail "${#wheels[@]} wheels in $work/wheels"
  "$environment/bin/python" -m pip install --quiet --force-reinstall --no-deps "${wheels[0]}"
  check_contents "${wheels[0]}"
}

# No OpenCV, no FFmpeg, no shared CUDA runtime; nothing is needed of the machine but the C and C++ libraries.
check_contents() {
  local module needed unexpected
  module=$("$environment/bin/python" -c 'import ffbench._native; print(ffbench._native.__file__)')
  needed=$(objdump -p "$module" | awk '$1 == "NEEDED" {print $2}')
  unexpected=$(grep -vE '^lib(c|m|stdc\+\+|gcc_s|fmt|hwy|tbb|xxhash)\.so|^ld-linux' <<<"$needed") || true
  [[ -z $unexpected ]] || fail "the module needs: $unexpected"
  local library
  for library in fmt hwy tbb xxhash; do
    [[ -n $(find "$(dirname "$module")" -name "lib$library.so*") ]] || fail "the wheel does not bring lib$library"
  done
  [[ $(stat -c %s "$1") -lt 60000000 ]] || fail "the wheel has over 60 MB"
  "$environment/bin/python" -m zipfile --list "$1" | grep -E '\.pyi|py\.typed' >/dev/null || fail "the wheel has no stubs"
}

run_tests() {
  local log="$work/$1.log" code=0
  cd "$source/tests/python"
  "$environment/bin/python" -m pytest -q --no-header -rs -p no:cacheprovider --basetemp "$work/$1" "$1.py" >"$log" 2>&1 || code=$?
  cat "$log"
  rm -rf "${work:?}/$1"
  ((code == 0)) || exit "$code"
  grep -q '[0-9] passed' "$log" || exit 77
}

case $part in
  wheel)
    set_up
    build_wheel
    ;;
  stubs)
    # Outside the source tree, so that the installed package is what is checked, as a user's mypy sees it.
    cd "$work"
    cat >use.py <<'END'
import numpy as np
import ffbench
from ffbench.facefusion.stability.pose_filter import PoseFilter, extract_pose_from_landmarks

crop = ffbench.warp(np.zeros((9, 9, 3), np.uint8), np.eye(2, 3), 4)
reveal_type(crop)
plan = ffbench.plan_clip(ffbench.FaceTrack(9, 9, []), "seed")
reveal_type(plan.frames[0].faces[0].matrix)
reveal_type(PoseFilter().update(extract_pose_from_landmarks(np.zeros((5, 2)))).yaw)
END
    "$environment/bin/python" -m mypy --strict use.py | tee stubs.log
    [[ $(grep -cE 'ndarray\[.*(uint8|unsignedinteger)|ndarray\[.*(float64|floating)|"float"' stubs.log) == 3 ]] || fail "types are not known to mypy"
    sed -i 's/"seed")/5)/' use.py
    ! "$environment/bin/python" -m mypy --strict use.py >wrong.log || fail "mypy accepts a number as a preset"
    grep -q 'incompatible type "int"' wrong.log || fail "mypy does not say what is wrong"
    "$environment/bin/python" -m mypy --strict --package ffbench
    ;;
  test_*) run_tests "$part" ;;
  *) fail "part '$part' is unknown" ;;
esac
