"""A checkout of FaceFusion itself, where FFBENCH_FACEFUSION_CHECKOUT names one that was made for tests, outside this
repository; FFBENCH_FACEFUSION_PYTHON names a Python that has its packages and ffbench. Skipped elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = os.environ.get("FFBENCH_FACEFUSION_CHECKOUT")
PYTHON = os.environ.get("FFBENCH_FACEFUSION_PYTHON")
pytestmark = pytest.mark.skipif(not CHECKOUT, reason="FFBENCH_FACEFUSION_CHECKOUT names no checkout of FaceFusion")

PROBE = """
import json, sys
import cv2, numpy as np
sys.path.insert(0, ".")
from facefusion import face_helper, face_masker
from facefusion.processors import pixel_boost
from facefusion.processors.modules.face_swapper import core as swapper
from ffbench.facefusion.hotswap import status

options = {"type": "", "mean": [0.5, 0.4, 0.3], "standard_deviation": [0.5, 0.6, 0.7]}
swapper.get_model_options = lambda: options
random = np.random.default_rng(4)
frame = cv2.resize(random.integers(0, 256, (27, 48, 3), dtype=np.uint8), (960, 540), interpolation=cv2.INTER_CUBIC)
same = []


def own(function):
    return getattr(function, "__wrapped__", function)


def compare(function, *arguments):
    for one, two in zip(np.atleast_1d(function(*arguments)), np.atleast_1d(own(function)(*arguments))):
        same.append(one.dtype == two.dtype and one.shape == two.shape and bool((one == two).all()))


for size in (128, 256, 512):
    for shift in (0, 300, -200):
        five = (face_helper.WARP_TEMPLATE_SET["arcface_128"] * 300 + [300 + shift, 100] + random.normal(0, 2, (5, 2)))
        crop, matrix = own(face_helper.warp_face_by_face_landmark_5)(frame, five.astype(np.float32), "arcface_128", (size, size))
        compare(face_masker.create_box_mask, crop, 0.3, (0, 0, 0, 0))
        compare(face_masker.create_box_mask, crop, 0.5, (10, 0, 5, 3))
        mask = own(face_masker.create_box_mask)(crop, 0.3, (0, 0, 0, 0))
        for kind in (np.float64, np.float32, np.uint8):
            compare(face_helper.paste_back, frame, crop.astype(kind) * kind(1), mask, matrix)
        compare(swapper.prepare_crop_frame, crop)
        planes = random.normal(0.5, 0.4, (3, size, size)).astype(np.float32)
        for options["type"] in ("hyperswap", "inswapper"):
            compare(swapper.normalize_crop_frame, planes)
        parts = pixel_boost.implode_pixel_boost(crop, 2, (size // 2, size // 2))
        same.append(bool((parts == own(pixel_boost.implode_pixel_boost)(crop, 2, (size // 2, size // 2))).all()))
        compare(pixel_boost.explode_pixel_boost, list(parts), 2, (size // 2, size // 2), (size, size))
print(json.dumps([same, status.snapshot()]))
"""


def test_every_function_is_known() -> None:
    done = subprocess.run([sys.executable, "-m", "ffbench.facefusion.hotswap", "check", str(CHECKOUT)],
                          capture_output=True, text=True)
    assert done.returncode == 0 and "left alone" not in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(not PYTHON, reason="FFBENCH_FACEFUSION_PYTHON names no Python with FaceFusion's packages")
def test_exact_mode_gives_facefusions_bytes() -> None:
    done = subprocess.run([str(PYTHON), "-c", PROBE], cwd=Path(str(CHECKOUT)), capture_output=True, text=True,
                          env={**os.environ, "FFBENCH_FACEFUSION": "exact", "FFBENCH_FACEFUSION_QUIET": "1"})
    assert done.returncode == 0, done.stderr
    same, snapshot = json.loads(done.stdout.splitlines()[-1])
    assert len(same) > 100 and all(same)
    assert snapshot["errors"] == {} and snapshot["calls"]["face_helper.paste_back"]["cpu"] > 0
