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
