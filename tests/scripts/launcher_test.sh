#!/usr/bin/env bash
# How ./ffbench chooses between building with CUDA and without, and that calls wait for each other
# while they set up. cmake, ninja, nvcc and nvidia-smi are stand-ins, so that nothing is compiled.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/scripts/stand_ins.sh
source "$source/tests/scripts/stand_ins.sh"
export LAUNCHER_LOG="$work/log" LAUNCHER_PRESETS="$source/CMakePresets.json"
export CUDA_PATH="$work/no-toolkit"
unset FFBENCH_CUDA FFBENCH_CUDA_CHOICE

# Begins a case: a fresh tree, no toolkit, no driver.
begin() {
  case_name=$1
  tree="$work/tree"
  rm -rf "$tree" "$bin/nvcc" "$bin/nvidia-smi" "$CUDA_PATH"
  mkdir -p "$tree/ci"
  cp "$source/ffbench" "$tree/"
  cp "$source/ci/choose-cuda" "$tree/ci/"
  printf '#!%s\n' "$bin/bash" >"$tree/ci/setup"
  chmod +x "$tree/ci/setup"
  : >"$LAUNCHER_LOG"
}

# Configures nothing: says so in the log, and fails with CUDA where the tree has a file `no-cuda`.
stand_in cmake <<'END_OF_CMAKE'
echo "cmake $*" >>"$LAUNCHER_LOG"
while [[ $1 != --preset ]]; do shift; done
grep -q "\"name\": \"$2\"" "$LAUNCHER_PRESETS" || exit 1
if [[ $2 != release && -e no-cuda ]]; then
  echo "unsupported GNU version"
  exit 1
fi
if [[ -e no-compiler ]]; then
  echo "no compiler"
  exit 1
fi
mkdir -p "build/$2"
touch "build/$2/build.ninja"
END_OF_CMAKE
stand_in ninja <<'END_OF_NINJA'
echo "ninja begins" >>"$LAUNCHER_LOG"
sleep "${LAUNCHER_BUILD_SECONDS:-0}"
mkdir -p "$2/harness"
printf '%s\n' '#!/usr/bin/env bash' 'echo "$FFBENCH_CUDA_CHOICE; arguments: $*"' >"$2/harness/ffbench"
chmod +x "$2/harness/ffbench"
echo "ninja ends" >>"$LAUNCHER_LOG"
END_OF_NINJA

toolkit() { # VERSION [CAPABILITY...]
  local version=$1
  shift
  stand_in nvcc <<END_OF_NVCC
case \$1 in
  --version) echo "Cuda compilation tools, release $version, V$version.88" ;;
  --list-gpu-arch) printf 'compute_%s\n' ${*:-75 80 86 89 90 100 120} ;;
esac
END_OF_NVCC
}
# driver GPU...: lines of nvidia-smi; without any it fails as where no device is.
driver() {
  printf '%s\n' "$@" >"$work/gpus"
  stand_in nvidia-smi <<END_OF_SMI
echo nvidia-smi >>"\$LAUNCHER_LOG"
grep . "$work/gpus"
END_OF_SMI
}

# Until the log holds the text: at most a minute.
wait_for() {
  local i
  for ((i = 0; i < 600; ++i)); do
    if grep -q "$1" "$LAUNCHER_LOG"; then
      return
    fi
    sleep 0.1
  done
  fault "'$1' did not come"
}

begin "toolkit and driver"
toolkit 13.0
driver "9.0, NVIDIA H200" "9.0, NVIDIA H200"
call "$tree/ffbench" run suite
expect_code 0
expect "$out" "with CUDA 13.0 ($bin/nvcc) for the GPUs of this machine: NVIDIA H200 (9.0), NVIDIA H200 (9.0); arguments: run suite"
expect_count 1 "cmake --fresh --preset release-native -DCMAKE_CUDA_COMPILER=$bin/nvcc -DCUDAToolkit_ROOT=$work -DCMAKE_CUDA_ARCHITECTURES=90-real" "$LAUNCHER_LOG"

case_name="a second call neither asks the driver nor configures"
call "$tree/ffbench"
expect "$out" "with CUDA 13.0"
expect_count 1 nvidia-smi "$LAUNCHER_LOG"
expect_count 1 cmake "$LAUNCHER_LOG"

case_name="FFBENCH_CUDA=off"
FFBENCH_CUDA=off call "$tree/ffbench"
expect_code 0
expect "$out" "without CUDA: FFBENCH_CUDA=off"
expect_count 1 "--preset release$" "$LAUNCHER_LOG"
call "$tree/ffbench"
expect "$out" "with CUDA 13.0"
expect_count 2 cmake "$LAUNCHER_LOG"

case_name="another GPU"
driver "8.6, NVIDIA GeForce RTX 3090" "12.0, NVIDIA GeForce RTX 5090"
call "$tree/ffbench"
expect_count 1 "-DCMAKE_CUDA_ARCHITECTURES=86-real;120-real" "$LAUNCHER_LOG"

begin "toolkit alone"
toolkit 13.0
call "$tree/ffbench"
expect_code 0
expect "$out" "without CUDA: no NVIDIA driver (nvidia-smi);"
expect_count 1 "--preset release$" "$LAUNCHER_LOG"

begin "driver alone, then the toolkit too"
driver "9.0, NVIDIA H200"
call "$tree/ffbench"
expect_code 0
expect "$out" "without CUDA: NVIDIA H200 (9.0), but no CUDA toolkit (nvcc) on PATH or in $CUDA_PATH/bin; install CUDA 12 or later;"
mkdir -p "$CUDA_PATH/bin"
toolkit 12.4 80 90
mv "$bin/nvcc" "$CUDA_PATH/bin/"
call "$tree/ffbench"
expect "$out" "with CUDA 12.4 ($CUDA_PATH/bin/nvcc) for the GPUs of this machine: NVIDIA H200 (9.0)"
expect_count 1 "-DCUDAToolkit_ROOT=$CUDA_PATH " "$LAUNCHER_LOG"

begin "neither"
call "$tree/ffbench"
expect_code 0
expect "$out" "without CUDA: no NVIDIA driver (nvidia-smi) and no CUDA toolkit (nvcc) on PATH or in $CUDA_PATH/bin;"

begin "a driver that lists no GPU is asked again"
toolkit 13.0
driver
call "$tree/ffbench"
expect "$out" "without CUDA: nvidia-smi lists no GPU;"
echo "9.0, NVIDIA H200" >"$work/gpus"
call "$tree/ffbench"
expect "$out" "with CUDA 13.0"

begin "GPUs newer than the toolkit, and too old for the kernels"
toolkit 12.0 75 80 90
driver "12.0, New" "6.1, Old"
call "$tree/ffbench"
expect "$out" "of this machine: New (12.0);"
expect_count 1 "-DCMAKE_CUDA_ARCHITECTURES=90-virtual" "$LAUNCHER_LOG"
driver "6.1, Old"
call "$tree/ffbench"
expect "$out" "without CUDA: Old (6.1): the kernels need compute capability 7.5;"

begin "a toolkit that is too old"
toolkit 11.8
driver "9.0, NVIDIA H200"
call "$tree/ffbench"
expect_code 0
expect "$out" "without CUDA: NVIDIA H200 (9.0), but $bin/nvcc of CUDA 11.8, older than 12"
FFBENCH_CUDA=on call "$tree/ffbench"
expect_code 2
expect "$err" "FFBENCH_CUDA=on, but there is $bin/nvcc of CUDA 11.8"

begin "FFBENCH_CUDA=on"
FFBENCH_CUDA=on call "$tree/ffbench"
expect_code 2
expect "$err" "FFBENCH_CUDA=on, but there is no CUDA toolkit (nvcc) on PATH or in $CUDA_PATH/bin; install CUDA 12 or later"
expect_count 1 "" "$work/err"
expect_count 0 cmake "$LAUNCHER_LOG"
toolkit 13.0
FFBENCH_CUDA=on call "$tree/ffbench"
expect_code 0
expect "$out" "with CUDA 13.0 ($bin/nvcc) for every architecture: FFBENCH_CUDA=on, no GPU is usable"
expect_count 1 "--preset release-cuda " "$LAUNCHER_LOG"

begin "values that are unknown"
for value in yes $'o\nn' ' '; do
  FFBENCH_CUDA=$value call "$tree/ffbench"
  expect_code 2
  expect "$err" "is unknown; known: auto, on, off"
  expect_count 1 "" "$work/err"
done

begin "without CUDA where it cannot be configured"
toolkit 13.0
driver "9.0, NVIDIA H200"
touch "$tree/no-cuda"
call "$tree/ffbench"
expect_code 0
expect "$err" "configuring with CUDA failed (log: $tree/build/setup-cuda.log); going on without it"
expect "$out" "without CUDA: configuring with it failed (build/setup-cuda.log)"
expect "$(<"$tree/build/setup-cuda.log")" "unsupported GNU version"
call "$tree/ffbench"
expect "$out" "without CUDA: configuring with it failed"
expect_count 1 "--preset release-native" "$LAUNCHER_LOG"
FFBENCH_CUDA=on call "$tree/ffbench"
expect_code 2
expect "$err" "unsupported GNU version"
rm "$tree/no-cuda"
FFBENCH_CUDA=on call "$tree/ffbench"
expect_code 0
expect "$out" "with CUDA 13.0"

begin "what fails without CUDA too is not kept as a choice"
toolkit 13.0
driver "9.0, NVIDIA H200"
touch "$tree/no-compiler"
call "$tree/ffbench"
expect_code 2
expect "$err" "no compiler"
expect "$err" "configuring failed; its last lines are above"
rm "$tree/no-compiler"
call "$tree/ffbench"
expect_code 0
expect "$out" "with CUDA 13.0"

begin "two first calls at once"
PATH=$bin LAUNCHER_BUILD_SECONDS=6 "$tree/ffbench" first >"$work/first" 2>&1 &
other=$!
wait_for "ninja begins"
call "$tree/ffbench" second
expect_code 0
expect "$err" "waiting for another call that sets up or builds in $tree/build"
expect "$out" "arguments: second"
wait "$other" || fault "the first call failed"
expect "$(<"$work/first")" "arguments: first"
expect_count 1 cmake "$LAUNCHER_LOG"
[[ $(grep ninja "$LAUNCHER_LOG") == $'ninja begins\nninja ends\nninja begins\nninja ends' ]] ||
  fault "builds overlapped: $(<"$LAUNCHER_LOG")"

begin "runs do not wait for each other"
call "$tree/ffbench"
stand_in ninja <<'END_OF_NINJA'
printf '%s\n' '#!/usr/bin/env bash' 'echo running >>"$LAUNCHER_LOG"' 'exec sleep 60' \
  >"$2/harness/ffbench"
END_OF_NINJA
PATH=$bin "$tree/ffbench" &
long=$!
wait_for "running"
stand_in ninja <<'END_OF_NINJA'
printf '%s\n' '#!/usr/bin/env bash' 'echo short' >"$2/harness/ffbench.new"
chmod +x "$2/harness/ffbench.new"
mv "$2/harness/ffbench.new" "$2/harness/ffbench"
END_OF_NINJA
call "$tree/ffbench"
expect "$out" "short"
expect_not "$err" "waiting"
kill "$long" 2>/dev/null || fault "the long run had ended"
finish
