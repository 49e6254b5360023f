"""From the landmarks of a clip to plans: where each face is cut out and pasted, frame by frame.

A track is a `FaceTrack` of `TrackFrame`s of `Face`s. Landmarks are float64, pixels of the frame, x and y: five (left
eye, right eye, nose tip, left and right corner of the mouth, as they appear in the picture) and optionally the 68 of
iBUG. A face whose landmarks are not finite or absurd counts as lost in that frame.
"""

from __future__ import annotations

from typing import Iterable, Iterator

from numpy.typing import ArrayLike

from ffbench import _arrays, _native
from ffbench._arrays import Image, Matrix
from ffbench._native import (
    ClipPlan,
    Face,
    FacePlan,
    FaceTrack,
    FramePlan,
    Pose,
    Preset,
    TrackFrame,
)
from ffbench._native import preset as preset

__all__ = [
    "CausalPlanner",
    "ClipPlan",
    "Face",
    "FacePlan",
    "FaceTrack",
    "FramePlan",
    "Pose",
    "Preset",
    "StreamPlanner",
    "TrackFrame",
    "fit_similarity",
    "plan_clip",
    "preset",
    "preset_names",
    "refine_landmarks",
    "smooth_clip",
    "smooth_stream",
    "source_crop",
    "warp_template",
    "warp_template_names",
]


def preset_names() -> list[str]:
    return _native.preset_names()


def warp_template_names() -> list[str]:
    return _native.warp_template_names()


def warp_template(name: str, crop_size: int) -> Matrix:
    """Where the five landmarks of an aligned face lie in a crop of that side: (5, 2), pixels."""
    return _native.warp_template(name, crop_size)


def fit_similarity(landmarks: ArrayLike, template: ArrayLike) -> Matrix:
    """The similarity, 2x3, that takes five points to five points with the least squares. ValueError where there is none."""
    return _native.fit_similarity(
        _arrays.numbers(landmarks, (5, 2), "landmarks"), _arrays.numbers(template, (5, 2), "template")
    )


def source_crop(image: Image, landmarks: ArrayLike, *, crop_size: int = 512, template: str = "arcface_128") -> Image:
    """The source portrait, aligned: what an `Executor` with `swap="source"` pastes. landmarks: (5, 2)."""
    from ffbench import pixels

    matrix = fit_similarity(landmarks, warp_template(template, crop_size))
    return pixels.warp(image, pixels.inverse(matrix), crop_size)


def plan_clip(
    track: FaceTrack,
    preset: str | Preset = "default",
    *,
    crop_size: int = 512,
    template: str = "arcface_128",
    refined: bool = False,
) -> ClipPlan:
    """The plan of a whole clip, a `FramePlan` for each frame. `refined`: the track comes from `refine_landmarks`."""
    return _native.plan_clip(track, _preset(preset), crop_size, template, refined)


def smooth_clip(track: FaceTrack) -> FaceTrack:
    """The track with its landmarks freed of the detector's noise; the smoother of the preset `default`."""
    return _native.smooth_clip(track)


def smooth_stream(frames: Iterable[TrackFrame]) -> Iterator[TrackFrame]:
    """The same for frames as they come, five frames late."""
    smoother = _native.StreamSmoother()
    for frame in frames:
        ready = smoother.push(frame)
        if ready is not None:
            yield ready
    yield from smoother.finish()


def refine_landmarks(track: FaceTrack, frames: Iterable[Image], *, window: int = 5) -> FaceTrack:
    """The track with its five landmarks refined to parts of a pixel from what the frames show.

    frames: as many as the track has, uint8, (height, width, 3). window: frames on either side that a landmark is
    compared with. The 68 landmarks stay. The same numbers as the feature `fhr` of the program.
    """
    if window < 1:
        raise ValueError(f"window: {window}, expected at least 1")
    refiner = _native.LandmarkRefiner(track, window)
    for frame in frames:
        refiner.next(_arrays.image(frame, "frames"))
    return refiner.refined()


class CausalPlanner:
    """Plans frame by frame from the past alone, for frames of one size. `frame_count` switches the tail guard on."""

    def __init__(
        self,
        width: int,
        height: int,
        preset: str | Preset = "seed",
        *,
        crop_size: int = 512,
        template: str = "arcface_128",
        frame_count: int | None = None,
    ) -> None:
        self._planner = _native.CausalPlanner(width, height, _preset(preset), crop_size, template, False, frame_count)

    def next(self, frame: TrackFrame) -> FramePlan:
        return self._planner.next(frame)

    @property
    def notes(self) -> list[str]:
        """Features that are on but cannot act, a sentence each."""
        return self._planner.notes()


class StreamPlanner:
    """Plans a stream with the smoother `rts`, `delay` frames late."""

    def __init__(
        self,
        width: int,
        height: int,
        preset: str | Preset = "default",
        *,
        crop_size: int = 512,
        template: str = "arcface_128",
    ) -> None:
        self._planner = _native.StreamPlanner(width, height, _preset(preset), crop_size, template, False)

    @property
    def delay(self) -> int:
        return self._planner.delay

    def next(self, frame: TrackFrame) -> FramePlan | None:
        return self._planner.next(frame)

    def finish(self) -> list[FramePlan]:
        """The plans of the frames that are still waiting, when the stream has ended."""
        return self._planner.finish()


def _preset(preset: str | Preset) -> Preset:
    return _native.preset(preset) if isinstance(preset, str) else preset
