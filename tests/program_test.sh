#!/usr/bin/env bash
# program_test.sh BUILD: installs the program from a build folder, moves the installed tree, and runs a fixture there.
set -euo pipefail
build=$1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
fail() {
  echo "program_test: $*" >&2
  exit 1
}
unset FFBENCH_DATA FFBENCH_DATA_OF_PARENT
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$build" --component program --prefix "$work/prefix" --strip >"$work/install.log"
installed="$work/moved tree"
mv "$work/prefix" "$installed"
program="$installed/bin/ffbench"
! strings -n 6 "$program" | grep -F -e "$source" -e "$build" || fail "the program holds these paths"

# Suite, manifest, gates and the templates of the report; then the ledger.
cd "$work"
status=0
"$program" run suite smoke --fixture 'two-faces-*' --pipeline enhanced/cpu --out out >"$work/run.log" 2>&1 || status=$?
# How long it took on this machine (1, 3) is not the question here.
((status == 0 || status == 1 || status == 3)) || { cat "$work/run.log"; fail "the moved program does not run a fixture"; }
[[ -s out/report.html ]] || fail "no report"
"$program" verify --only stages --fixture 'two-faces-*' >"$work/verify.log" 2>&1 ||
  { cat "$work/verify.log"; fail "the moved program does not verify a fixture"; }
tail -n 3 "$work/verify.log"

# Copies that are compared have no data beside them; the first pair of observations is enough.
"$program" calibrate --suite smoke --fixture 'empty-*' --pipeline enhanced/cpu --sessions 1 --passes 1 \
  --out calibrated >"$work/calibrate.log" 2>&1 &
calibrating=$!
pairs=$work/calibrated/session-1.jsonl
while kill -0 "$calibrating" 2>/dev/null && ! { [[ -e $pairs ]] && (($(wc -l <"$pairs") > 1)); }; do
  sleep 0.2
done
kill "$calibrating" 2>/dev/null || true
wait "$calibrating" || true
(($(wc -l <"$pairs") > 1)) || { cat "$work/calibrate.log"; fail "copies of the moved program cannot be compared"; }

mv "$installed/share" "$installed/elsewhere"
status=0
"$program" list gates >"$work/gates.log" 2>&1 || status=$?
cat "$work/gates.log"
((status == 2)) || fail "without its data the program ends with $status, not 2"
grep -qF "$installed/share/ffbench" "$work/gates.log" || fail "the error does not name the folder"
FFBENCH_DATA="$installed/elsewhere/ffbench" "$program" list gates >"$work/gates.log"
