#!/usr/bin/env bash
# program_test.sh BUILD: installs the program from a build folder, moves the installed tree, and runs a fixture there.
set -euo pipefail
build=$1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
fail() {
  echo "program_test: $*" >&2
  exit 1
}
unset FFBENCH_DATA
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --component program --prefix "$work/prefix" --strip >"$work/install.log"
installed="$work/moved tree"
mv "$work/prefix" "$installed"
! strings -n 6 "$installed/bin/ffbench" | grep -F -e "$source" -e "$build" || fail "the program holds these paths"
! grep -rIF -e "$source" -e "$build" "$installed" || fail "installed files hold these paths"

# Suites, manifest, gates, ledger and the templates of the report.
cd "$work"
status=0
"$installed/bin/ffbench" run suite smoke --fixture "$("$installed/bin/ffbench" list fixtures smoke | awk 'NR == 2 {print $1}')" --pipeline enhanced/cpu --repetitions 1 \
  --out out >"$work/run.log" 2>&1 || status=$?
