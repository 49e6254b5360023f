"""Shared by the tests of the Python package. FFBENCH_PROGRAM names the program that results are compared with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import ffbench

ROOT = Path(__file__).resolve().parents[2]
FAKES = ROOT / "tests" / "fakes" / "facefusion"


def textured_frames(count: int, width: int, height: int, seed: int = 7) -> list[np.ndarray]:
    """Frames with detail everywhere: noise of several scales that moves."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (height // 8 + 4, width // 8 + 4, 3)).repeat(8, 0).repeat(8, 1)
    fine = random.integers(-40, 41, coarse.shape)
    picture = np.clip(coarse + fine, 0, 255).astype(np.uint8)
    return [np.ascontiguousarray(picture[t % 8 : t % 8 + height, t % 16 : t % 16 + width]) for t in range(count)]


def moving_landmarks(count: int, seed: int = 3) -> list[np.ndarray]:
    """68 points about the template, turning, growing and shaking: what a detector gives."""
    random = np.random.default_rng(seed)
    base = ffbench.warp_template("arcface_128", 120)
    result = []
    for t in range(count):
        turn, scale = 0.02 * t, 1 + 0.004 * t
        matrix = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        ring = np.stack([60 + 52 * np.cos(np.arange(68) * 0.37), 62 + 58 * np.sin(np.arange(68) * 0.37)], axis=1)
        ring[36:42], ring[42:48], ring[30], ring[48], ring[54] = base
        result.append(ring @ matrix.T + [90 + 1.5 * t, 60 + 0.5 * t] + random.normal(0, 0.4, (68, 2)))
    return result


@pytest.fixture(scope="session")
def program() -> str:
    path = os.environ.get("FFBENCH_PROGRAM")
    if not path:
        pytest.skip("FFBENCH_PROGRAM does not name the program")
    return path


def run_python(code: str, *arguments: str, options: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python of its own, with the fake FaceFusion on its path by way of the working directory."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FFBENCH_FACEFUSION") and k != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, *options, "-c", code, *arguments],
        cwd=FAKES,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
