"""10,000 calls of everything do not grow the process."""

from __future__ import annotations

import gc
import weakref

import numpy as np
from conftest import moving_landmarks, textured_frames

import ffbench
from ffbench.facefusion import vision_enhanced
from ffbench.facefusion.stability.eos_guard import EOSStabilityGuard
from ffbench.facefusion.stability.pose_filter import PoseFilter, extract_pose_from_landmarks


def resident_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def test_ten_thousand_calls() -> None:
    frame = textured_frames(1, 96, 80)[0]
    template = ffbench.warp_template("arcface_128", 32)
    points = moving_landmarks(1)[0] / 3
    five = points[[36, 42, 30, 48, 54]]
    executor = ffbench.Executor("seed", crop_size=32, swap=lambda crop: crop, backend="cpu")

    def once() -> None:
        matrix = ffbench.fit_similarity(five, template)
        crop = vision_enhanced.warp_face_enhanced(frame, matrix, 32)
        mask = ffbench.area_mask(ffbench.box_mask(32), [[1, 1], [30, 2], [16, 30]], feather=3)
        vision_enhanced.paste_back_enhanced(frame, crop.astype(np.float64), mask, matrix)
        track = ffbench.FaceTrack(96, 80, [ffbench.TrackFrame([ffbench.Face(0, five, points)])])
        executor.execute(frame, ffbench.plan_clip(track, "seed", crop_size=32).frames[0])
        pose = PoseFilter().update(extract_pose_from_landmarks(points))
        assert pose.scale > 0
        EOSStabilityGuard().stabilize_affine(matrix)
        for wrong in (frame[:0], frame.astype(np.float32), None):
            try:
                ffbench.warp(wrong, matrix, 32)
            except (TypeError, ValueError):
                pass

    for _ in range(500):
        once()
    gc.collect()
    before = resident_bytes()
    for _ in range(10000):
        once()
    gc.collect()
    grown = resident_bytes() - before
    # A leak of one crop of 3 KB a call would be 30 MB.
    assert grown < 4 << 20, f"{grown} bytes"


def test_an_executor_and_a_function_that_knows_it_are_collected() -> None:
    alive: list[weakref.ref[object]] = []

    def make() -> None:
        executor = ffbench.Executor("seed", crop_size=32, swap=lambda crop: (executor, crop)[1], backend="cpu")
        alive.append(weakref.ref(executor))

    make()
    gc.collect()
    assert alive[0]() is None
