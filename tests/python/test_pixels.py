"""The operators on arrays: layouts, outputs, errors."""

from __future__ import annotations

import sys
import threading
import time

import numpy as np
import pytest
from conftest import moving_landmarks, textured_frames

import ffbench

FRAME = textured_frames(1, 200, 120)[0]
TEMPLATE = ffbench.warp_template("arcface_128", 64)
MATRIX = ffbench.fit_similarity(moving_landmarks(1)[0][[36, 42, 30, 48, 54]], TEMPLATE)
BACK = ffbench.inverse(MATRIX)
CROP = ffbench.warp(FRAME, BACK, 64)
MASK = ffbench.box_mask(64)

LAYOUTS = {
    "contiguous": lambda a: a,
    "rgba view": lambda a: np.dstack([a, a[:, :, :1]])[:, :, :3],
    "padded rows": lambda a: np.pad(a, ((0, 0), (0, 5), (0, 0)))[:, : a.shape[1]],
    "every second pixel": lambda a: a.repeat(2, 0).repeat(2, 1)[::2, ::2],
    "upside down": lambda a: np.ascontiguousarray(a[::-1])[::-1],
    "channels reversed twice": lambda a: np.ascontiguousarray(a[:, :, ::-1])[:, :, ::-1],
    "fortran": np.asfortranarray,
    "planes": lambda a: np.ascontiguousarray(a.transpose(2, 0, 1)).transpose(1, 2, 0),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_strides_give_the_same_bytes_and_inputs_stay(layout: str) -> None:
    frame, crop = LAYOUTS[layout](FRAME), LAYOUTS[layout](CROP)
    for array in (frame, crop):
        array.flags.writeable = False
    np.testing.assert_array_equal(frame, FRAME)
    np.testing.assert_array_equal(ffbench.warp(frame, BACK, 64), CROP)
    expected = ffbench.paste(FRAME, CROP, MASK, MATRIX)
    np.testing.assert_array_equal(ffbench.paste(frame, crop, MASK, MATRIX), expected)
    assert not np.array_equal(expected, FRAME)
    out = LAYOUTS[layout](np.zeros_like(FRAME))
    assert ffbench.paste(frame, crop, MASK, MATRIX, out=out) is out
    np.testing.assert_array_equal(out, expected)


def test_padding_of_an_output_is_not_touched() -> None:
    whole = np.full((64, 80, 3), 77, np.uint8)
    ffbench.warp(FRAME, BACK, 64, out=whole[:, :64])
    np.testing.assert_array_equal(whole[:, :64], CROP)
    assert (whole[:, 64:] == 77).all()


def test_outputs_that_overlap_inputs() -> None:
    expected = ffbench.paste(FRAME, CROP, MASK, MATRIX)
    own = FRAME.copy()
    assert ffbench.paste(own, CROP, MASK, MATRIX, out=own) is own
    np.testing.assert_array_equal(own, expected)
    twice = np.concatenate([FRAME, FRAME])
    ffbench.paste(twice[: len(FRAME)], CROP, MASK, MATRIX, out=twice[7 : 7 + len(FRAME)])
    np.testing.assert_array_equal(twice[7 : 7 + len(FRAME)], expected)


def test_cpu_equals_reference_with_a_function_as_swap() -> None:
    frames = textured_frames(6, 320, 240)
    track = ffbench.FaceTrack(
        320, 240, [ffbench.TrackFrame([ffbench.Face(3, p[[36, 42, 30, 48, 54]], p)]) for p in moving_landmarks(6)]
    )
    plan = ffbench.plan_clip(track, "default", crop_size=96)
    seen: list[np.ndarray] = []

    def negative(crop: np.ndarray) -> np.ndarray:
        seen.append(crop)
        return 255 - crop

    results = [
        list(ffbench.Executor("default", crop_size=96, swap=negative, backend=b, threads=t).execute_clip(frames, plan))
        for b, t in (("reference", 1), ("cpu", 1), ("cpu", 2))
    ]
    assert len(seen) == 18
    for one, two, three, frame in zip(*results, frames):
        np.testing.assert_array_equal(one, two)
        np.testing.assert_array_equal(one, three)
        assert not np.array_equal(one, frame)


def test_an_exception_in_the_swap_function_comes_back_and_the_executor_goes_on() -> None:
    five = TEMPLATE @ BACK[:, :2].T + BACK[:, 2]
    track = ffbench.FaceTrack(200, 120, [ffbench.TrackFrame([ffbench.Face(0, five)])])
    plan = ffbench.plan_clip(track, "seed", crop_size=64).frames[0]

    def broken(crop: np.ndarray) -> np.ndarray:
        raise KeyError("network")

    with pytest.raises(KeyError, match="network"):
        ffbench.Executor("seed", crop_size=64, swap=broken, backend="cpu").execute(FRAME, plan)
    for wrong, error in ((np.zeros((64, 64, 3)), TypeError), (np.zeros((63, 64, 3), np.uint8), ValueError), (None, TypeError)):
        executor = ffbench.Executor("seed", crop_size=64, swap=lambda crop, wrong=wrong: wrong, backend="cpu")
        with pytest.raises(error):
            executor.execute(FRAME, plan)
    assert ffbench.Executor("seed", crop_size=64, swap=lambda crop: crop, backend="cpu").execute(FRAME, plan).shape == FRAME.shape


NAN = MATRIX.copy()
NAN[0, 0] = np.nan
BAD = {
    "float frame": (TypeError, lambda: ffbench.warp(FRAME.astype(np.float32), BACK, 64)),
    "list": (TypeError, lambda: ffbench.warp(FRAME.tolist(), BACK, 64)),
    "grey frame": (ValueError, lambda: ffbench.warp(FRAME[:, :, 0], BACK, 64)),
    "four channels": (ValueError, lambda: ffbench.warp(np.dstack([FRAME, FRAME[:, :, 0]]), BACK, 64)),
    "empty frame": (ValueError, lambda: ffbench.warp(FRAME[:, :0], BACK, 64)),
    "NaN matrix": (ValueError, lambda: ffbench.warp(FRAME, NAN, 64)),
    "infinite matrix": (ValueError, lambda: ffbench.warp(FRAME, MATRIX * np.inf, 64)),
    "3x3 matrix": (ValueError, lambda: ffbench.warp(FRAME, np.eye(3), 64)),
    "words": (TypeError, lambda: ffbench.warp(FRAME, "matrix", 64)),
    "no size": (ValueError, lambda: ffbench.warp(FRAME, BACK, 0)),
    "three sizes": (TypeError, lambda: ffbench.warp(FRAME, BACK, (1, 2, 3))),
    "huge size": (ValueError, lambda: ffbench.warp(FRAME, BACK, 40000)),
    "out of floats": (TypeError, lambda: ffbench.warp(FRAME, BACK, 64, out=np.zeros((64, 64, 3)))),
    "out of another shape": (ValueError, lambda: ffbench.warp(FRAME, BACK, 64, out=np.zeros((64, 63, 3), np.uint8))),
    "mask of another size": (ValueError, lambda: ffbench.paste(FRAME, CROP, MASK[:60], MATRIX)),
    "singular matrix": (ValueError, lambda: ffbench.paste(FRAME, CROP, MASK, np.zeros((2, 3)))),
    "blur": (ValueError, lambda: ffbench.box_mask(64, blur=float("nan"))),
    "padding": (ValueError, lambda: ffbench.box_mask(64, padding=(1, 2, 3))),
    "negative padding": (ValueError, lambda: ffbench.box_mask(64, padding=(0, 0, -1, 0))),
    "line": (ValueError, lambda: ffbench.area_mask(MASK, [[0, 0], [1, 1], [2, 2]])),
    "feather": (ValueError, lambda: ffbench.area_mask(MASK, [[0, 0], [9, 1], [2, 9]], feather=0)),
    "band": (ValueError, lambda: ffbench.mask_hysteresis(MASK, MASK, band=-1)),
    "tables": (ValueError, lambda: ffbench.apply_gains(np.zeros((2, 256), np.uint8), CROP)),
    "points in one place": (ValueError, lambda: ffbench.fit_similarity(np.zeros((5, 2)), TEMPLATE)),
    "unknown preset": (ValueError, lambda: ffbench.preset("best")),
    "unknown template": (ValueError, lambda: ffbench.warp_template("arcface", 64)),
    "unknown backend": (ValueError, lambda: ffbench.Executor(swap="identity", backend="gpu")),
    "unknown swap": (ValueError, lambda: ffbench.Executor(swap="face")),
    "no source": (ValueError, lambda: ffbench.Executor()),
    "source of another size": (ValueError, lambda: ffbench.Executor(crop_size=65, source_crop=CROP, backend="cpu")),
    "no threads": (ValueError, lambda: ffbench.Executor(swap="identity", backend="cpu", threads=0)),
    "two faces of one id": (ValueError, lambda: ffbench.TrackFrame([ffbench.Face(1, TEMPLATE), ffbench.Face(1, TEMPLATE)])),
    "fewer frames": (ValueError, lambda: ffbench.refine_landmarks(
        ffbench.FaceTrack(200, 120, [ffbench.TrackFrame([])]), [])),
}


@pytest.mark.parametrize("what", BAD)
def test_errors_are_one_line(what: str) -> None:
    kind, call = BAD[what]
    with pytest.raises(kind) as caught:
        call()
    assert str(caught.value) and "\n" not in str(caught.value)


def test_a_plan_of_larger_frames_is_refused() -> None:
    far = ffbench.FaceTrack(2000, 1200, [ffbench.TrackFrame([ffbench.Face(0, TEMPLATE * 4 + [1200, 700])])])
    plan = ffbench.plan_clip(far, "seed", crop_size=64).frames[0]
    assert plan.faces
    executor = ffbench.Executor("seed", crop_size=64, swap="identity", backend="cpu")
    with pytest.raises(ValueError, match="larger frames"):
        executor.execute(FRAME, plan)


def test_without_a_device_cuda_says_why() -> None:
    reason = ffbench.why_no_cuda()
    if not reason:
        pytest.skip("there is a device")
    with pytest.raises(RuntimeError, match="CUDA"):
        ffbench.Executor(swap="identity", backend="cuda")
    assert ffbench.cuda_devices() == []


def test_masks_gains_and_hysteresis() -> None:
    assert MASK.shape == (64, 64) and MASK[32, 32] == 255 and not MASK[0].any() and not MASK[:, -1].any()
    area = ffbench.area_mask(MASK, [[10, 10], [50, 12], [30, 55]], feather=4)
    assert (area <= MASK).all() and area[5, 5] == 0 and area[25, 30] == MASK[25, 30]
    held = ffbench.mask_hysteresis(MASK, np.where(MASK > 0, MASK // 2 + 100, 0).astype(np.uint8), band=4)
    assert held.dtype == np.uint8
    state = ffbench.GainState()
    np.testing.assert_array_equal(ffbench.apply_gains(ffbench.pixels.gain_tables(state), CROP), CROP)
    half = (CROP // 2).astype(np.uint8)
    state.update(ffbench.gain_statistics(half), ffbench.gain_statistics(CROP), ffbench.preset("seed"), False)
    assert ffbench.apply_gains(ffbench.gain_tables(state), CROP).mean() < 0.8 * CROP.mean()


def test_threads_share_an_executor_and_the_operators() -> None:
    errors: list[BaseException] = []
    executor = ffbench.Executor("seed", crop_size=64, swap="identity", backend="cpu")

    def work() -> None:
        try:
            for _ in range(50):
                np.testing.assert_array_equal(ffbench.warp(FRAME, BACK, 64), CROP)
                executor.execute(FRAME, ffbench.FramePlan())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


def test_the_gil_is_released_during_work() -> None:
    big = textured_frames(1, 1920, 1080)[0]
    ticks = 0
    stop = threading.Event()

    def count() -> None:
        nonlocal ticks
        while not stop.is_set():
            ticks += 1
            time.sleep(0)

    thread = threading.Thread(target=count)
    before = sys.getswitchinterval()
    sys.setswitchinterval(60)  # the interpreter takes the GIL from nobody: it changes hands where it is released
    try:
        thread.start()
        start = ticks
        ffbench.warp(big, np.array([[0.9, 0.1, 0], [-0.1, 0.9, 90]]), (3000, 2000))
        gained = ticks - start
    finally:
        stop.set()
        sys.setswitchinterval(before)
        thread.join()
    assert gained > 10


def test_refinement_and_streams_equal_whole_clips_in_shape() -> None:
    frames = textured_frames(8, 320, 240)
    track = ffbench.FaceTrack(
        320, 240, [ffbench.TrackFrame([ffbench.Face(0, p[[36, 42, 30, 48, 54]], p)]) for p in moving_landmarks(8)]
    )
    refined = ffbench.refine_landmarks(track, frames)
    assert len(refined) == 8 and refined.frames[3].faces[0].landmarks68 is not None
    smooth = ffbench.smooth_clip(track)
    jitter = lambda t: np.abs(np.diff([f.faces[0].landmarks5 for f in t.frames], 2, axis=0)).mean()  # noqa: E731
    assert jitter(smooth) < 0.5 * jitter(track)
    assert len(list(ffbench.smooth_stream(track.frames))) == 8
    planner = ffbench.StreamPlanner(320, 240, crop_size=64)
    plans = [plan for frame in track.frames if (plan := planner.next(frame)) is not None] + planner.finish()
    assert len(plans) == 8 and planner.delay == 5
