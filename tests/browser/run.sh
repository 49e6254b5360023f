#!/usr/bin/env bash
# Runs a small suite and tries its page in a browser: run.sh FFBENCH FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ffbench=$1
folder=$2
rm -rf "$folder"
mkdir -p "$folder"
cat >"$folder/page.json" <<'SUITE'
{"schema": "ffbench.suite/1", "name": "page", "description": "For the page's test",
 "fixtures": [
   {"name": "talk", "scenario": "talk", "width": 320, "height": 180, "frames": 48, "crop_size": 128},
   {"name": "tail", "scenario": "tail", "width": 320, "height": 180, "frames": 40, "crop_size": 128},
   {"name": "empty", "scenario": "empty", "width": 320, "height": 180, "frames": 8, "crop_size": 128}]}
SUITE
"$ffbench" run suite "$folder/page.json" --repetitions 1 --out "$folder/out" --quiet >/dev/null || (($? == 1))
"$ffbench" bench warp --benchmark_min_time=0.01 --benchmark_out="$folder/bench.json" --benchmark_out_format=json >/dev/null
"$ffbench" report "$folder/out/report.json" --bench "$folder/bench.json" >/dev/null || (($? == 1))
grep -q 'id="roofline"' "$folder/out/report.html"
/usr/bin/python3 "$here/page_test.py" "$folder/out"
