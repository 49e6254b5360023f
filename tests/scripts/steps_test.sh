#!/usr/bin/env bash
# ci/nightly and ci/gpu: a command that fails in the middle of a step fails the step and the script,
# nothing after it in the step runs, and the steps after it do run. Every program is a stand-in.
# shellcheck disable=SC2016 # the stand-ins expand their own variables
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=tests/scripts/stand_ins.sh
source "$source/tests/scripts/stand_ins.sh"
export STEPS_LOG="$work/log"
export CUDA_PATH="$work/no-toolkit"

# A program that logs its call and fails where STEPS_FAIL is a part of it.
program() {
  echo "#!$bin/bash"
  echo 'echo "'"$1"' $*" >>"$STEPS_LOG"'
  echo '[[ -z ${STEPS_FAIL:-} || "'"$1"' $*" != *"$STEPS_FAIL"* ]]'
}
logging() { # NAME PATH
  mkdir -p "$(dirname "$2")"
  program "$1" >"$2"
  chmod +x "$2"
}
for name in cmake ctest git clang-tidy nvcc nvidia-smi lscpu compute-sanitizer; do
  logging "$name" "$bin/$name"
done
stand_in git <<<'echo core/a.cpp'
stand_in lscpu <<<'echo "Model name: one"'

tree="$work/tree"
mkdir -p "$tree/ci"
cp "$source/ci/nightly" "$source/ci/gpu" "$tree/ci/"
for name in ci/setup ci/instructions ci/acceptance ci/fuzz ffbench; do
  logging "$name" "$tree/$name"
done
for build in ci cuda; do
  logging "build/$build/harness/ffbench" "$tree/build/$build/harness/ffbench"
done
logging tests "$tree/build/ci/tests/ffbench_tests_cli"

begin() {
  case_name=$1
  : >"$STEPS_LOG"
}

begin "nightly: every step"
call "$tree/ci/nightly"
expect_code 0
expect "$err" "nightly: all steps passed"

# Whatever a step calls: where it fails, the step fails, and nothing of the step comes after it.
steps=(tidy instructions real_clips billion_bytes no_ffmpeg cuda_build kills mutated_videos fuzz asan
  ubsan tsan ledger acceptance standard)
for step in "${steps[@]}"; do
  begin "nightly: the calls of $step"
  call "$tree/ci/nightly" "$step"
  expect_code 0
  mapfile -t calls < <(grep -v '^ci/setup' "$STEPS_LOG")
  ((${#calls[@]})) || fault "the step calls nothing"
  for ((i = 0; i < ${#calls[@]}; ++i)); do
    begin "nightly: $step, in which '${calls[i]}' fails"
    STEPS_FAIL=${calls[i]} call "$tree/ci/nightly" "$step"
    expect_code 1
    expect "$err" "nightly: failed: $step"
    mapfile -t made < <(grep -v '^ci/setup' "$STEPS_LOG")
    ((${#made[@]} == i + 1)) || fault "expected $((i + 1)) calls, saw ${#made[@]}: ${made[*]}"
  done
done

begin "nightly: the steps after one that fails"
STEPS_FAIL="cmake --preset asan" call "$tree/ci/nightly" asan ubsan tsan
expect_code 1
expect "$err" "nightly: failed: asan"
expect_count 1 "ctest --preset tsan" "$STEPS_LOG"

begin "nightly: without nvcc the build with CUDA is skipped, and says so"
mv "$bin/nvcc" "$work/nvcc"
call "$tree/ci/nightly" cuda_build
mv "$work/nvcc" "$bin/nvcc"
expect_code 0
expect "$err" "cuda_build skipped: the CUDA toolkit (nvcc) is not installed"
expect_count 0 cmake "$STEPS_LOG"

begin "nightly: an unknown step"
call "$tree/ci/nightly" tidy no-such-step
expect_code 2
expect "$err" "step 'no-such-step' is unknown; known: tidy instructions"
expect_count 0 "" "$STEPS_LOG"

gpu() { call "$tree/ci/gpu" "$tree/ffbench" "$work/gpu" "$@"; }
for fail in nvidia-smi "ffbench doctor" "--only operators --backend cuda*" "--bytes" "--only stages" \
  "determinism smoke" "determinism standard" "--frames host,device" "--only launches" "--suite standard --fixture zoom"; do
  step=facts
  [[ $fail != *--* ]] || step=verify
  [[ $fail != --frames* ]] || step=device_frames
  [[ $fail != "--only launches" && $fail != --suite* ]] || step=launches
  [[ $fail != determinism* ]] || step=determinism
  begin "gpu: $step, in which '$fail' fails"
  gpu "$step" cpu_targets
  expect_code 0
  STEPS_FAIL=$fail gpu "$step" cpu_targets
  expect_code 1
  expect "$out" "$step"
  [[ $(grep "^$step" "$work/gpu/summary.txt") == *"exit 1,"* ]] || fault "the table does not say so"
  expect_not "$(<"$work/gpu/summary.txt")" $'cpu_targets    exit 1'
done

# The tests of the kernels, in a bundle: one that is skipped, and none at all, is no pass.
mkdir -p "$tree/bin"
logging ffbench_tests_kernels "$tree/bin/ffbench_tests_kernels"
for said in "0 0 [ RUN      ] CudaExecutor.One" "1 0 [  SKIPPED ] CudaExecutor.One" "1 0 nothing" "1 1 [ RUN      ] CudaExecutor.One"; do
  read -r expected end line <<<"$said"
  begin "gpu: tests of the kernels that say '$line' and end with $end"
  printf '#!%s\n%s\n' "$bin/bash" "echo '$line'; exit $end" >"$tree/ffbench"
  gpu device_tests
  expect_code "$expected"
done
rm -r "${tree:?}/bin"
begin "gpu: tests of the kernels that are not there"
gpu device_tests
expect_code 1
expect "$(<"$work/gpu/summary.txt")" "no test program"

begin "gpu: a run that ends with an error is not judged by a report"
stand_in python3 <<<'echo "python3 $*" >>"$STEPS_LOG"'
logging ffbench "$tree/ffbench"
gpu packing
expect_code 0
expect_count 1 python3 "$STEPS_LOG"
for end in 1 2 3 4 139; do
  begin "gpu: a run that ends with exit code $end"
  printf '#!%s\n%s\n' "$bin/bash" "exit $end" >"$tree/ffbench"
  gpu packing
  if ((end == 1 || end == 3)); then
    expect_code 0
  else
    expect_code 1
    expect_count 0 python3 "$STEPS_LOG"
  fi
done
finish
