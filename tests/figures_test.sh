#!/usr/bin/env bash
# Draws the pictures of docs/metrics.md, as it says, from a shorter clip: figures_test.sh FFBENCH FOLDER
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ffbench=$1
folder=$2
rm -rf "$folder"
mkdir -p "$folder"
sed 's/"width": 640, "height": 360, "frames": 90, "crop_size": 256/"width": 320, "height": 180, "frames": 36, "crop_size": 128/' \
  "$source/docs/figures/metrics.json" >"$folder/metrics.json"
# The document's own command, over the shorter clip.
command=$(grep -o 'run suite docs/figures/metrics.json.*' "$source/docs/metrics.md")
command=${command/docs\/figures\/metrics.json/"$folder/metrics.json"}
read -ra words <<<"${command/out\/figures/"$folder/out"}"
"$ffbench" "${words[@]}" --repetitions 1 --quiet >/dev/null || (($? == 1))
"$source/docs/figures/draw.py" "$folder/out/report.json" "$folder/pictures"
# Every picture that the document shows, whole, and drawn from what was measured.
mean=$(python3 - "$folder/out/report.json" <<'PYTHON'
import json
import sys

base = next(r for r in json.load(open(sys.argv[1]))["results"] if r["pipeline"] == "base-3.5.0")
print(f"base-3.5.0 {base['quality']['tpsnr']['stride2']['mean']:.1f}")
PYTHON
)
grep -qF ">$mean<" "$folder/pictures/metrics-tpsnr.svg"
mapfile -t pictures < <(grep -o 'images/metrics-[a-z]*\.svg' "$source/docs/metrics.md")
((${#pictures[@]})) || { echo "docs/metrics.md shows no picture"; exit 1; }
for picture in "${pictures[@]}"; do
  xmllint --noout "$folder/pictures/${picture#images/}"
  xmllint --noout "$source/docs/$picture"
done
