"""The seed's end-of-sequence guard; in a FaceFusion process also `facefusion.stability.eos_guard`.

In the last frames of a clip centre, roll and scale of a face move in steps of a grid with hysteresis, about the
face's own centre (reference/NUMERICS.md, "End-of-sequence guard"). The numbers are those of the preset `seed`.
"""

from __future__ import annotations

import copy
from typing import TypeVar

from numpy.typing import ArrayLike

from ffbench import _arrays, _native

__all__ = ["EOSStabilityGuard"]

Params = TypeVar("Params")


class EOSStabilityGuard:
    """Guards one face in the last frames of a clip.

    Call `in_tail_window` for every frame. Before the tail, `stabilize_affine` and `freeze_parameters` give back what
    they are given and remember it; in the tail they hold on to that. Where they are called in the tail alone, the
    tail's first values take its place.

    tail_window_frames: how many of the last frames are the tail. crop_size, template: of the matrices.
    """

    def __init__(
        self, tail_window_frames: int = 12, *, crop_size: int = 512, template: str = "arcface_128"
    ) -> None:
        if tail_window_frames < 0:
            raise ValueError(f"tail_window_frames: {tail_window_frames}, expected at least 0")
        self.tail_window_frames = tail_window_frames
        self._template = _native.warp_template(template, crop_size)
        self.reset()

    def reset(self) -> None:
        """Forgets everything: another face, another clip."""
        self._guard = _native.EosGuard(_native.preset("seed"))
        self._in_tail = True  # nobody has asked yet: as if called in the tail alone
        self._frozen: object = None
        self._has_frozen = False

    def in_tail_window(self, frame_idx: int, total_frames: int) -> bool:
        """Whether the frame, counted from 0, is one of the clip's last `tail_window_frames`."""
        if frame_idx < 0 or total_frames < 1:
            raise ValueError(f"frame {frame_idx} of {total_frames}: expected 0 <= frame, 1 <= frames")
        self._in_tail = frame_idx >= total_frames - self.tail_window_frames
        return self._in_tail

    def stabilize_affine(self, affine: ArrayLike) -> _arrays.Matrix:
        """The matrix, 2x3, frame to crop, on the grid; before the tail as it is. ValueError for one that is no similarity."""
        matrix = _arrays.matrix(affine, "affine")
        if self._in_tail:
            return self._guard.in_tail(matrix, self._template)
        self._guard.before_tail(matrix, self._template)
        return matrix

    def freeze_parameters(self, params: Params) -> Params:
        """Slow parameters: in the tail what they were before it. A copy; what is given is not kept hold of."""
        if self._in_tail and self._has_frozen:
            return copy.deepcopy(self._frozen)  # type: ignore[return-value]
        self._frozen = copy.deepcopy(params)
        self._has_frozen = True
        return params


