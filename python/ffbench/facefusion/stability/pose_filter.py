"""The seed's pose filter; in a FaceFusion process also `facefusion.stability.pose_filter`.

An exponential average per axis with bias correction for its start, then a deadband per axis against the last output;
angles are followed over +-180 degrees (reference/NUMERICS.md, "Pose filter"). The numbers are those of the preset
`seed`.
"""

from __future__ import annotations

from typing import Sequence

from numpy.typing import ArrayLike, NDArray
import numpy as np

from ffbench import _arrays, _native
from ffbench._native import Pose

__all__ = ["Pose", "PoseFilter", "extract_pose_from_landmarks", "five_landmarks", "matrix_from_pose"]


def five_landmarks(landmarks: ArrayLike) -> NDArray[np.float64]:
    """Five points from five or from the 68 of iBUG: eyes' means, nose tip, corners of the mouth. (5, 2)."""
    points = _arrays.points(landmarks, "landmarks")
    if points.shape == (68, 2):
        points = np.stack(
            [points[36:42].sum(axis=0) / 6, points[42:48].sum(axis=0) / 6, points[30], points[48], points[54]]
        )
    return _arrays.numbers(points, (5, 2), "landmarks")


def extract_pose_from_landmarks(
    landmarks: ArrayLike, *, crop_size: int = 512, template: str = "arcface_128"
) -> Pose:
    """The pose of a face: yaw, pitch and roll in degrees, scale in crop pixels per frame pixel, centre in the frame.

    landmarks: (5, 2) or (68, 2), pixels of the frame. Roll, scale and centre are those of the similarity fitted to
    the template; yaw and pitch are estimates, good to a few degrees. ValueError where the points determine none.
    """
    return _native.pose_of(five_landmarks(landmarks), _native.warp_template(template, crop_size))


def matrix_from_pose(pose: Pose, *, crop_size: int = 512, template: str = "arcface_128") -> _arrays.Matrix:
    """The matrix, 2x3, frame to crop, of a pose: a similarity about the face's centre. Yaw and pitch move no pixel."""
    return _native.matrix_of_pose(pose, _native.warp_template(template, crop_size))


class PoseFilter:
    """Filters the poses of one face, frame by frame.

    beta: share of the average that is kept, 0 <= beta < 1. deadband: yaw, pitch, roll in degrees, then scale as a
    share of itself; an axis moves only once it is further from the last output than that.
    """

    def __init__(
        self, beta: float = 0.85, deadband: Sequence[float] = (0.5, 0.5, 0.5, 0.002)
    ) -> None:
        if not 0 <= beta < 1:
            raise ValueError(f"beta: {beta}, expected 0 <= beta < 1")
        if len(deadband) != 4 or not all(0 <= band < float("inf") for band in deadband):
            raise ValueError(f"deadband: {deadband!r}, expected four numbers from 0: yaw, pitch, roll, scale")
        preset = _native.Preset(_native.preset("seed"))
        preset.pose_beta = beta
        (
            preset.pose_deadband_yaw,
            preset.pose_deadband_pitch,
            preset.pose_deadband_roll,
            preset.pose_deadband_scale,
        ) = (float(band) for band in deadband)
        self._preset = preset
        self._filter = _native.PoseFilter(preset)

    def update(self, pose: Pose | Sequence[float]) -> Pose:
        """The filtered pose. pose: a `Pose`, or yaw, pitch, roll (degrees) and scale."""
        if not isinstance(pose, Pose):
            if len(pose) != 4:
                raise ValueError(f"pose: {len(pose)} numbers, expected yaw, pitch, roll and scale")
            yaw, pitch, roll, scale = (float(number) for number in pose)
            pose = Pose(yaw, pitch, roll, scale)
        return self._filter.update(pose)

    def reset(self) -> None:
        """Forgets everything: a new face, a new scene."""
        self._filter = _native.PoseFilter(self._preset)
