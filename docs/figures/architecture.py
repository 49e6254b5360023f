#!/usr/bin/python3
"""Draws the picture of docs/architecture.md: architecture.py FOLDER"""
import pathlib
import sys

from draw import Picture

HEIGHT = 548
FIXTURE, FRAME = "#0072b2", "#d55e00"  # colours of Okabe and Ito


def room(picture, x, y, width, height, name, *lines, kind="shade"):
    """A box with the room's name and what is in it."""
    picture.add(f'<rect class="{kind} grid" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>')
    picture.text(x + 12, y + 23, name, "title")
    for i, line in enumerate(lines):
        picture.text(x + 12, y + 43 + 17 * i, line, "small")


def arrow(picture, colour, points, label, x, y, anchor="start"):
    """Straight lines through the points, with a head at the last one."""
    (x0, y0), (x1, y1) = points[-2:]
    dx, dy = (x1 > x0) - (x1 < x0), (y1 > y0) - (y1 < y0)
    path = "M" + "L".join(f"{px} {py}" for px, py in points[:-1]) + f"L{x1 - 8 * dx} {y1 - 8 * dy}"
    head = f"M{x1} {y1}L{x1 - 10 * dx - 5 * dy} {y1 - 10 * dy - 5 * dx}L{x1 - 10 * dx + 5 * dy} {y1 - 10 * dy + 5 * dx}z"
    picture.add(f'<path stroke="{colour}" style="stroke-width:2.4" d="{path}"/>')
    picture.add(f'<path d="{head}" style="fill:{colour};stroke:none"/>')
    picture.text(x, y, label, "", anchor)


def draw(folder):
    picture = Picture(HEIGHT, "The rooms of ffbench, and the way of a fixture and of a frame through them")
    # What each arrow's colour means.
    for x, colour, words in ((16, FIXTURE, "the way of a fixture"), (236, FRAME, "the way of a frame")):
        picture.add(f'<path stroke="{colour}" style="stroke-width:2.4" d="M{x} 17h34"/>')
        picture.text(x + 42, 22, words)
    picture.text(844, 22, "a room includes only rooms below it", "small", "end")

    picture.add('<rect class="paper grid" x="16" y="38" width="828" height="200" rx="6"/>')
    picture.text(28, 61, "harness", "title")
    picture.text(106, 61, "the program ffbench", "small")
    picture.text(28, 83, "cli · compare · determinism · faults · gpu_table · history · operators · profile · smoothing_bound · statistics ·",
                 "small")
    picture.text(28, 101, "swap_model · system · verify", "small")
    room(picture, 28, 118, 190, 108, "pipeline", "a fixture becomes a subject,", "a name becomes a plan and", "an executor")
    room(picture, 300, 118, 220, 108, "run", "the quality pass looks at every", "stage; then timed passes, with", "nothing else running")
    room(picture, 602, 118, 230, 108, "metrics", "temporal figures, and errors", "against the truth")

    room(picture, 252, 250, 280, 52, "python", "the wheel, NumPy, FaceFusion's hot-swap")
    room(picture, 16, 318, 160, 108, "datasets", "suites, renderer, cache,", "videos, detectors,", "track files")
    room(picture, 252, 318, 150, 108, "stability", "smooths landmarks,", "plans every face of", "every frame")
    room(picture, 460, 318, 190, 52, "reference", "plain code, the baseline")
    room(picture, 460, 374, 190, 52, "kernels", "cpu (SIMD), cuda")
    room(picture, 700, 318, 144, 108, "reports", "results, gates,", "verdict; JSON, HTML,", "JUnit, Markdown")
    room(picture, 16, 488, 828, 54, "core", "plain data (frames, tracks, plans, stages) · numeric: exact functions · system: files, threads, signals · json: reading")

    arrow(picture, FIXTURE, [(60, 318), (60, 226)], "1  clip, track, truth", 72, 278)
    arrow(picture, FIXTURE, [(218, 150), (300, 150)], "2  subject", 259, 140, "middle")
    arrow(picture, FIXTURE, [(520, 150), (602, 150)], "3  pixels", 561, 140, "middle")
    arrow(picture, FIXTURE, [(772, 226), (772, 318)], "4  figures", 764, 278, "end")
    arrow(picture, FIXTURE, [(772, 426), (772, 464)], "5  report, exit code", 762, 458, "end")
    arrow(picture, FRAME, [(176, 360), (252, 360)], "landmarks", 214, 350, "middle")
    arrow(picture, FRAME, [(402, 360), (460, 360)], "plan", 431, 350, "middle")
    arrow(picture, FRAME, [(96, 426), (96, 460), (555, 460), (555, 426)], "decoded frame", 214, 452, "middle")
    arrow(picture, FRAME, [(630, 318), (630, 226)], "output frame", 620, 278, "end")
    picture.write(folder / "architecture.svg")


if __name__ == "__main__":
    draw(pathlib.Path(sys.argv[1]))
