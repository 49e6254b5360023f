"""The pixel operators on NumPy arrays.

Images are uint8, (height, width, 3), B, G, R; masks are uint8, (height, width). Any strides are taken; inputs are
never written; results are fresh arrays unless `out` says where they go (an array of the result's shape, uint8). The
GIL is released while an operator works. reference/NUMERICS.md states each operator to the bit; the results equal
those of the program on every machine.

All raise TypeError for a wrong dtype and ValueError for a wrong shape, an empty array or a number that is not finite.
"""

from __future__ import annotations

from typing import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ffbench import _arrays, _native
from ffbench._arrays import Image, Mask, Matrix
from ffbench._native import GainState, Preset

__all__ = [
    "GainState",
    "apply_gains",
    "area_mask",
    "box_mask",
    "composite",
    "gain_statistics",
    "gain_tables",
    "inverse",
    "mask_hysteresis",
    "paste",
    "warp",
]


def _preset(preset: str | Preset) -> Preset:
    return _native.preset(preset) if isinstance(preset, str) else preset


def _on_device(backend: str) -> bool:
    """Whether a backend is the device. RuntimeError where it is asked for by name and there is none."""
    if backend == "cpu":
        return False
    if backend not in ("auto", "cuda"):
        raise ValueError(f"backend '{backend}' is unknown; known: auto, cpu, cuda")
    reason = _native.why_no_cuda()
    if reason and backend == "cuda":
        raise RuntimeError(reason)
    return not reason


def inverse(matrix: ArrayLike) -> Matrix:
    """The inverse of a 2x3 matrix, float64. That of a similarity has the bits that plans have."""
    return _native.inverse(_arrays.matrix(matrix, "matrix"))


def warp(
    frame: Image,
    crop_to_frame: ArrayLike,
    size: int | Sequence[int],
    *,
    antialias: bool = False,
    backend: str = "cpu",
    out: Image | None = None,
) -> Image:
    """Cuts a crop out of a frame, bilinear, the border replicated.

    frame: (h, w, 3). crop_to_frame: 2x3, from pixels of the crop to pixels of the frame, used in binary32.
    size: the crop's side, or its (width, height), in pixels. antialias: pixels of the crop are means of the pixels
    that they cover, where the face is larger than the crop; it runs on the CPU. backend: "cpu", "cuda", or "auto",
    which is CUDA where a device can be used. Gives (height, width, 3).
    """
    source = _arrays.image(frame, "frame")
    matrix = _arrays.matrix(crop_to_frame, "crop_to_frame")
    width, height = _arrays.size_of(size)
    target = _arrays.Output(out, (height, width, 3), source)
    _native.warp(source, matrix, bool(antialias), _on_device(backend), target.array)
    return target.finish()


def paste(
    frame: Image,
    crop: Image,
    mask: Mask,
    frame_to_crop: ArrayLike,
    *,
    preset: str | Preset = "default",
    backend: str = "cpu",
    out: Image | None = None,
) -> Image:
    """Pastes a crop into a frame through a mask: warped back, blended with the preset's seam band, rounded once.

    frame: (h, w, 3). crop: (ch, cw, 3). mask: (ch, cw), 0 keeps the frame, 255 takes the crop; outside it is 0.
    frame_to_crop: 2x3, from pixels of the frame to pixels of the crop. backend: as for `warp`. Gives a frame; `out` may be `frame`, which is
    then changed in place.
    """
    source = _arrays.image(frame, "frame")
    pasted = _arrays.image(crop, "crop")
    through = _arrays.mask(mask, "mask")
    matrix = _arrays.matrix(frame_to_crop, "frame_to_crop")
    in_place = out is not None and out is frame and source is frame and frame.flags.writeable
    others = (pasted, through) if in_place else (source, pasted, through)
    target = _arrays.Output(out, source.shape, *others)
    _native.paste(source, pasted, through, matrix, _preset(preset), _on_device(backend), target.array)
    return target.finish()


composite = paste
"""The operator's name in the program."""


def box_mask(
    size: int | Sequence[int],
    *,
    blur: float = 0.3,
    padding: Sequence[int] = (0, 0, 0, 0),
    out: Mask | None = None,
) -> Mask:
    """The mask of a crop: 255 inside, 0 at its edge.

    size: side, or (width, height), in pixels. blur: 0 to 1, FaceFusion's `face_mask_blur`. padding: top, right,
    bottom, left in percent. Gives (height, width).
    """
    width, height = _arrays.size_of(size)
    if len(padding) != 4:
        raise ValueError(f"padding: {len(padding)} numbers, expected top, right, bottom, left")
    target = _arrays.Output(out, (height, width))
    _native.box_mask(float(blur), tuple(int(side) for side in padding), target.array)
    return target.finish()


def area_mask(mask: Mask, points: ArrayLike, *, feather: float = 12.0, out: Mask | None = None) -> Mask:
    """Lowers a mask to the soft inside of the convex hull of some points.

    mask: (h, w). points: (n, 2), x and y in pixels of the mask, at least three that enclose an area. feather: width
    of the edge in pixels. Gives (h, w).
    """
    before = _arrays.mask(mask, "mask")
    corners = _arrays.points(points, "points")
    target = _arrays.Output(out, before.shape)
    target.array[...] = before
    _native.area_mask(corners, float(feather), target.array)
    return target.finish()


def mask_hysteresis(previous: Mask, mask: Mask, *, band: int = 4, out: Mask | None = None) -> Mask:
    """The mask, moved no further from the previous result than it has to be to stay within `band` of the new one.

    previous, mask: (h, w). band: of 255. Gives (h, w), which is `previous` for the next frame.
    """
    before = _arrays.mask(previous, "previous")
    now = _arrays.mask(mask, "mask")
    target = _arrays.Output(out, now.shape, before)
    target.array[...] = now
    _native.mask_hysteresis(before, int(band), target.array)
    return target.finish()


def gain_statistics(crop: Image) -> tuple[int, int, int]:
    """Sums of linear light over the middle of a crop, (h, w, 3), for B, G and R, in 1/65535 of full light."""
    b, g, r = _native.gain_statistics(_arrays.image(crop, "crop"))
    return b, g, r


def gain_tables(state: GainState) -> NDArray[np.uint8]:
    """The tables of a state's gains: (3, 256), for B, G and R.

    `GainState().update(target, swapped, preset, hold)` takes `gain_statistics` of the warped crop and of what replaces
    it, frame by frame; with `hold` a state that has begun stays.
    """
    tables = np.empty((3, 256), np.uint8)
    state.fill_tables(tables)
    return tables


def apply_gains(tables: NDArray[np.uint8], crop: Image, *, out: Image | None = None) -> Image:
    """Every value of a crop, (h, w, 3), replaced by its channel's entry of `tables`, (3, 256)."""
    if not isinstance(tables, np.ndarray) or tables.dtype != np.uint8:
        raise TypeError("tables: expected an array of uint8")
    if tables.shape != (3, 256):
        raise ValueError(f"tables: shape {tables.shape}, expected (3, 256)")
    source = _arrays.image(crop, "crop")
    target = _arrays.Output(out, source.shape, source)
    _native.apply_gains(np.ascontiguousarray(tables), source, target.array)
    return target.finish()
