#!/usr/bin/python3
"""Draws the pictures of docs/metrics.md from a report: draw.py REPORT.json FOLDER

The report is one of docs/figures/metrics.json with the pipelines below; docs/metrics.md has the command.
"""
import json
import pathlib
import sys
from html import escape

# Pipeline: name, colour (Okabe and Ito), dashes.
LOOKS = {
    "enhanced/cpu@truth": ("truth", "ink", ""),
    "enhanced/cpu": ("enhanced", "#0072b2", ""),
    "base-3.5.0": ("base-3.5.0", "#d55e00", "7 3"),
    "enhanced/cpu@frozen": ("frozen", "#009e73", "2 3"),
    "enhanced/cpu@lagged": ("lagged", "#cc79a7", "9 3 2 3"),
    "enhanced/cpu@alternating": ("alternating", "#b08000", "4 2"),
}
TAIL = 30
WIDTH, LEFT, RIGHT = 860, 56, 16
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.small { font-size: 12px; fill: #57606a; }
.title { font-size: 15px; font-weight: 600; }
.bad { fill: #b3261e; font-weight: 600; }
.ink { stroke: #24292f; } .grid { stroke: #d0d7de; } .shade { fill: #eaeef2; } .paper { fill: #ffffff; }
.halo { paint-order: stroke; stroke-width: 5px; stroke: #eaeef2; }
path { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .small { fill: #9198a1; } .bad { fill: #ff9a8f; }
  .halo { stroke: #1c232c; } .ink { stroke: #e6edf3; } .grid { stroke: #3d444d; } .shade { fill: #1c232c; } .paper { fill: #0d1117; }
}
"""


class Picture:
    def __init__(self, height, title):
        self.height = height
        self.parts = [f"<title>{escape(title)}</title>", f'<rect class="paper" width="{WIDTH}" height="{height}"/>']

    def add(self, part):
        self.parts.append(part)

    def text(self, x, y, words, kind="", anchor="start"):
        self.add(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>')

    def write(self, file):
        file.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {self.height}" role="img">\n'
                        f"<style>{STYLE}</style>\n" + "\n".join(self.parts) + "\n</svg>\n")


def steps(low, high):
    """Round values between two, about five."""
    step = 10.0 ** -3
    while (high - low) / step > 6:
        step *= 2.5 if f"{step:e}"[0] == "2" else 2
    first = int(low // step) + 1
    return [i * step for i in range(first, int(high // step) + 1)]


class Chart:
    """Curves over frames; a picture may hold several, one above the other."""

    def __init__(self, picture, top, height, title, unit, frames, lines):
        values = [v for series, _, _ in lines for v in series if v is not None]
        room = 0.06 * (max(values) - min(values))
        self.picture, self.top, self.height, self.frames = picture, top + 52, height - 76, frames
        self.low, self.high = min(values) - room, max(values) + room
        tail = self.x(frames - TAIL)
        picture.add(f'<rect class="shade" x="{tail:.1f}" y="{self.top}" width="{self.x(frames - 1) - tail:.1f}" height="{self.height}"/>')
        picture.text(LEFT, top + 16, title, "title")
        for value in steps(self.low, self.high):
            y = self.y(value)
            picture.add(f'<path class="grid" style="stroke-width:1" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>')
            picture.text(LEFT - 6, y + 4, f"{value:g}", "small", "end")
        picture.text(LEFT - 6, self.top - 6, unit, "small", "end")
        for frame in range(0, frames, 10):
            picture.text(self.x(frame), self.top + self.height + 16, str(frame), "small", "middle")
        picture.text(WIDTH - RIGHT, self.top + self.height + 16, "frame", "small", "end")
        picture.text(tail + 4, self.top + self.height - 6, f"tail: the last {TAIL} frames", "small")
        for series, first, pipeline in lines:
            self.line(series, first, pipeline)

    def x(self, frame):
        return LEFT + (WIDTH - LEFT - RIGHT) * frame / (self.frames - 1)

    def y(self, value):
        return self.top + self.height * (self.high - value) / (self.high - self.low)

    def line(self, series, first, pipeline):
        _, colour, dashes = LOOKS[pipeline]
        path, pen_up = "", True
        for i, value in enumerate(series):
            if value is not None:
                path += f"{'M' if pen_up else 'L'}{self.x(first + i):.1f} {self.y(value):.1f}"
            pen_up = value is None
        stroke = 'class="ink"' if colour == "ink" else f'stroke="{colour}"'
        self.picture.add(f'<path {stroke} stroke-dasharray="{dashes}" d="{path}"/>')

    def mark(self, frame, value, pipeline, words):
        x, y = self.x(frame), self.y(value)
        self.picture.add(f'<path d="M{x:.1f} {y + 3:.1f}l6 11h-12z" style="fill:{LOOKS[pipeline][1]};stroke:none"/>')
        late = frame > self.frames / 2
        self.picture.text(x + (-10 if late else 10), y + 16, words, "small halo", "end" if late else "start")


def legend(picture, top, entries):
    """One line between a chart's title and its curves."""
    x, y = LEFT, top + 40
    for pipeline, words in entries:
        _, colour, dashes = LOOKS[pipeline]
        stroke = 'class="ink"' if colour == "ink" else f'stroke="{colour}"'
        picture.add(f'<path {stroke} stroke-dasharray="{dashes}" d="M{x} {y - 4}h30"/>')
        picture.text(x + 36, y, words)
        x += 36 + 7.2 * len(words) + 26


def planned(result, quantity):
    return next(t for t in result["trajectories"] if t["quantity"] == quantity)


def difference(left, right):
    return [None if a is None or b is None else a - b for a, b in zip(left, right)]


def draw_tpsnr(results, folder):
    shown = [p for p in LOOKS if p != "enhanced/cpu@alternating"]
    stride2 = {p: results[p]["quality"]["tpsnr"]["stride2"] for p in shown}
    picture = Picture(380, "tPSNR of every pair of frames")
    frames = results["base-3.5.0"]["frames"]
    chart = Chart(picture, 4, 370, "tPSNR at stride 2, and its mean", "dB", frames, [(stride2[p]["series"], 2, p) for p in shown])
    legend(picture, 4, [(p, f"{LOOKS[p][0]} {stride2[p]['mean']:.1f}") for p in shown])
    for pipeline in shown:
        for outlier in results[pipeline]["quality"].get("delta", {}).get("outliers", []):
            chart.mark(outlier["frame"], stride2[pipeline]["series"][outlier["frame"] - 2], pipeline,
                       f"outlier: {outlier['value']:.1f} dB to the base")
    picture.write(folder / "metrics-tpsnr.svg")


def draw_pose(results, folder):
    picture = Picture(620, "Plans against the truth")
    frames = results["base-3.5.0"]["frames"]
    truth = planned(results["enhanced/cpu@truth"], "centre x")["planned"]
    far = ["enhanced/cpu@truth", "enhanced/cpu@frozen", "enhanced/cpu@lagged"]
    Chart(picture, 4, 300, "Centre of the face: lag and peak error", "px", frames,
          [(planned(results[p], "centre x")["planned"], 0, p) for p in far])
    legend(picture, 4, [(p, LOOKS[p][0]) for p in far])
    near = ["base-3.5.0", "enhanced/cpu@alternating", "enhanced/cpu"]
    Chart(picture, 318, 296, "The same less the truth: jitter", "px", frames,
          [(difference(planned(results[p], "centre x")["planned"], truth), 0, p) for p in near])
    legend(picture, 318, [(p, f"{LOOKS[p][0]}, NMF {results[p]['truth']['nmf']:.0f}") for p in near])
    picture.write(folder / "metrics-pose.svg")


def draw_controls(results, gates, folder):
    """A table: which figure distinguishes which plan from the truth."""
    # Heading, unit, factor, decimals, figure.
    columns = [("tPSNR less truth's", "dB", 1, 2, "tpsnr_mean_vs_truth"), ("TD-PSNR gain", "dB", 1, 1, "td_psnr_gain"),
               ("NMF reduction", "%", 100, 0, "nmf_reduction"), ("lag", "frames", 1, 2, "lag"),
               ("peak error / raw", "", 1, 2, "peak_error_ratio"), ("residual 4-15 Hz", "px", 1, 2, "residual_4_15hz_px")]
    rows = [p for p in LOOKS if p != "base-3.5.0"]
    first, pitch, line = 120, 122, 30
    picture = Picture(62 + line * len(rows) + 30, "What each figure says of each plan")
    rejected = {(g["pipeline"], g["metric"]) for g in gates if g["verdict"] == "fail"}
    for c, (name, unit, factor, decimals, figure) in enumerate(columns):
        right = first + pitch * (c + 1) - 8
        picture.text(right, 22, name, "", "end")
        picture.text(right, 40, unit, "small", "end")
        for r, pipeline in enumerate(rows):
            value = results[pipeline]["truth"].get(figure)
            bad = (pipeline, "truth." + figure) in rejected
            # Rounded first: a small negative number is no "-0.00".
            words = "none" if value is None else f"{round(factor * value, decimals) + 0.0:.{decimals}f}"
            picture.text(right, 66 + line * r, ("✗ " if bad else "") + words, "bad" if bad else "", "end")
    for r, pipeline in enumerate(rows):
        y = 66 + line * r
        picture.add(f'<path class="grid" style="stroke-width:1" d="M16 {y - 19}H{WIDTH - RIGHT}"/>')
        picture.text(16, y, LOOKS[pipeline][0])
    picture.text(16, 62 + line * len(rows) + 14, "✗ a gate of ci/gates.json rejects the plan by this figure", "small")
    picture.write(folder / "metrics-controls.svg")


def main():
    report = json.loads(pathlib.Path(sys.argv[1]).read_text())
    folder = pathlib.Path(sys.argv[2])
    results = {r["pipeline"]: r for r in report["results"]}
    missing = [p for p in LOOKS if results.get(p, {}).get("status") != "ok"]
    if missing:
        sys.exit(f"{sys.argv[1]}: no results of {', '.join(missing)}; run docs/figures/metrics.json as docs/metrics.md says")
    folder.mkdir(parents=True, exist_ok=True)
    draw_tpsnr(results, folder)
    draw_pose(results, folder)
    draw_controls(results, report["gates"], folder)


if __name__ == "__main__":
    main()
