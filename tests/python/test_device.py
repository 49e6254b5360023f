"""Frames in device memory, on a device; skipped, by name, where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import moving_landmarks, textured_frames

import ffbench

pytestmark = pytest.mark.skipif(bool(ffbench.why_no_cuda()), reason=ffbench.why_no_cuda() or "-")


@pytest.mark.parametrize("in_place", [True, False])
@pytest.mark.parametrize("own_stream", [True, False])
def test_frames_in_device_memory_give_the_references_bytes(in_place: bool, own_stream: bool) -> None:
    from device_memory import Driver

    count, crop = 12, 96
    frames = textured_frames(count, 322, 240)
    track = ffbench.FaceTrack(
        322, 240, [ffbench.TrackFrame([ffbench.Face(3, p[[36, 42, 30, 48, 54]], p)]) for p in moving_landmarks(count)]
    )
    for swap in ("identity", "source", lambda one: 255 - one):
        plan = ffbench.plan_clip(track, "default", crop_size=crop)
        source = textured_frames(1, crop, crop, seed=9)[0]
        make = lambda backend: ffbench.Executor("default", crop_size=crop, swap=swap, source_crop=source, backend=backend)  # noqa: E731, B023
        expected = list(make("reference").execute_clip(frames, plan))
        for one, two in zip(expected, make("cuda").execute_clip(frames, plan)):
            np.testing.assert_array_equal(one, two)
        driver = Driver()
        on_device = [driver.upload(frame, pitch=3 * 322 + 26) for frame in frames]
        outs = on_device if in_place else [driver.upload(np.zeros_like(frame), pitch=1024) for frame in frames]
        stream = driver.stream() if own_stream else 0
        executor = make("cuda")
        for first in range(0, count, 5):
            executor.enqueue_batch(on_device[first : first + 5], plan.frames[first : first + 5],
                                   outs=outs[first : first + 5], stream=stream)
        driver.synchronize(stream)
        for array, frame in zip(outs, expected):
            np.testing.assert_array_equal(driver.download(array), frame)
        assert executor.backend == "cuda"


@pytest.mark.parametrize("size", [(640, 480), (1917, 1083)])
def test_single_operators_give_the_cpus_bytes(size: tuple[int, int]) -> None:
    frame = textured_frames(1, *size)[0]
    for turn, scale, x, y in ((0.3, 0.5, 300, 200), (2.0, 1.7, 600, 460), (-1.0, 0.2, -40, 100), (0.0, 40.0, 5, 5)):
        a, b = scale * np.cos(turn), scale * np.sin(turn)
        matrix = np.array([[a, -b, 128 - (a * x - b * y)], [b, a, 128 - (b * x + a * y)]])
        back = ffbench.inverse(matrix)
        crops = [ffbench.warp(frame, back, (256, 251), backend=backend) for backend in ("cpu", "cuda", "auto")]
        np.testing.assert_array_equal(crops[1], crops[0])
        np.testing.assert_array_equal(crops[2], crops[0])
        mask = ffbench.box_mask((256, 251))
        pasted = [ffbench.paste(frame, 255 - crops[0], mask, matrix, backend=backend) for backend in ("cpu", "cuda")]
        np.testing.assert_array_equal(pasted[1], pasted[0])
        own = frame.copy()
        ffbench.paste(own, 255 - crops[0], mask, matrix, backend="cuda", out=own)
        np.testing.assert_array_equal(own, pasted[0])


def test_single_operators_from_several_threads() -> None:
    from concurrent.futures import ThreadPoolExecutor

    frames = textured_frames(16, 640, 360)
    back = np.array([[1.2, 0.1, 200.0], [-0.1, 1.2, 50.0]])
    expected = [ffbench.warp(frame, back, 200) for frame in frames]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda frame: ffbench.warp(frame, back, 200, backend="cuda"), frames * 10))
    for i, one in enumerate(made):
        np.testing.assert_array_equal(one, expected[i % 16])
