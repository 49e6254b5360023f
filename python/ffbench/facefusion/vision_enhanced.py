"""Warp and paste as FaceFusion's functions call them, and what is available.

In a FaceFusion process with this package installed it is also `facefusion.vision_enhanced`. Frames are uint8,
(height, width, 3), B, G, R. Matrices are FaceFusion's: 2x3, from the frame to the crop. The bytes are those of the
pipeline `enhanced:seed`.
"""

from __future__ import annotations

from typing import Any, Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ffbench import _arrays, _native, pixels
from ffbench._arrays import Image

__all__ = [
    "USE_EOS_GUARD",
    "USE_FHR",
    "USE_POSE_FILTER",
    "crop_to_bytes",
    "get_optimization_status",
    "is_cuda_available",
    "mask_to_bytes",
    "paste_back_enhanced",
    "stabilize_track",
    "warp_face_enhanced",
]

USE_FHR = False
"""Whether `stabilize_track` refines landmarks from the frames, where it is given these."""
USE_POSE_FILTER = True
"""Whether `stabilize_track` filters the pose."""
USE_EOS_GUARD = True
"""Whether `stabilize_track` guards the last frames."""

_SEED = _native.preset("seed")


def is_cuda_available() -> bool:
    """Whether a CUDA device can be used by this package."""
    return not _native.why_no_cuda()


def get_optimization_status() -> dict[str, Any]:
    """What is available, and what the hot-swap did in this process so far.

    cuda_available, cuda_reason (why not), cuda_devices, simd_target; stability_available, fhr_available,
    pose_filter_available, eos_guard_available; hotswap: its mode, what it replaced and left alone, and calls by
    function and backend (`ffbench.facefusion.hotswap.status`).
    """
    from ffbench.facefusion.hotswap import status

    reason = _native.why_no_cuda()
    return {
        "cuda_available": not reason,
        "cuda_reason": reason,
        "cuda_devices": _native.cuda_devices(),
        "simd_target": _native.simd_target(),
        "stability_available": True,
        "fhr_available": True,
        "pose_filter_available": True,
        "eos_guard_available": True,
        "hotswap": status.snapshot(),
    }


def _quantised(
    values: NDArray[Any],
    name: str,
    shape: str,
    fits: bool,
    quantise32: Callable[[NDArray[Any], Image], bool],
    quantise64: Callable[[NDArray[Any], Image], bool],
) -> Image:
    """Floats as bytes; `fits` says whether they have the `shape` that the message names."""
    if values.dtype not in (np.float32, np.float64):
        raise TypeError(f"{name}: dtype {values.dtype}, expected uint8, float32 or float64")
    if not fits or values.size == 0:
        raise ValueError(f"{name}: shape {values.shape}, expected {shape}")
    result: Image = np.empty(values.shape, np.uint8)
    quantise = quantise32 if values.dtype == np.float32 else quantise64
    if not quantise(np.ascontiguousarray(values), result):
        raise ValueError(f"{name}: holds a number that is not finite")
    return result


def _array(values: NDArray[Any], name: str) -> NDArray[Any]:
    if not isinstance(values, np.ndarray):
        raise TypeError(f"{name}: a {type(values).__name__}, expected a NumPy array")
    return values


def crop_to_bytes(crop: NDArray[Any], name: str = "crop") -> Image:
    """A crop of floats in [0, 255], as FaceFusion's networks leave it, rounded to the nearest; uint8 stays as it is."""
    if _array(crop, name).dtype == np.uint8:
        return _arrays.image(crop, name)
    fits = crop.ndim == 3 and crop.shape[2] == 3
    return _quantised(crop, name, "(height, width, 3)", fits, _native.quantise_crop32, _native.quantise_crop64)


def mask_to_bytes(mask: NDArray[Any], name: str = "mask") -> Image:
    """A mask of floats in [0, 1], as FaceFusion has it, rounded to 0 ... 255; uint8 (0 ... 255) stays as it is."""
    if _array(mask, name).dtype == np.uint8:
        return _arrays.mask(mask, name)
    return _quantised(mask, name, "(height, width)", mask.ndim == 2, _native.quantise_mask32, _native.quantise_mask64)


def warp_face_enhanced(
    frame: Image,
    affine_matrix: ArrayLike,
    crop_size: int | Sequence[int],
    use_cuda: bool = True,
) -> Image:
    """The face cut out of the frame.

    frame: (h, w, 3) uint8. affine_matrix: 2x3, frame to crop, invertible; it is inverted in binary64. crop_size: side
    or (width, height), pixels. use_cuda: use a device where there is one; the bytes are the same. Gives
    (height, width, 3) uint8.
    """
    matrix = pixels.inverse(affine_matrix)
    return pixels.warp(frame, matrix, crop_size, backend="auto" if use_cuda else "cpu")


def paste_back_enhanced(
    target: Image,
    crop: NDArray[Any],
    mask: NDArray[Any],
    affine: ArrayLike,
    use_cuda: bool = True,
) -> Image:
    """The crop pasted into the frame, with seam-band feathering; a new frame.

    target: (h, w, 3) uint8. crop: (ch, cw, 3), uint8 or floats in [0, 255]. mask: (ch, cw), floats in [0, 1] or uint8
    0 to 255. affine: 2x3, frame to crop, as `warp_face_enhanced` took it. use_cuda: as there.
    """
    backend = "auto" if use_cuda else "cpu"
    return pixels.paste(target, crop_to_bytes(crop), mask_to_bytes(mask), affine, preset=_SEED, backend=backend)


def stabilize_track(
    track: _native.FaceTrack,
    frames: Sequence[Image] | None = None,
    *,
    crop_size: int = 512,
    template: str = "arcface_128",
) -> _native.ClipPlan:
    """The plan of a clip with the seed's stability features, as far as USE_FHR, USE_POSE_FILTER and USE_EOS_GUARD say.

    frames: those of the track, for USE_FHR; without them landmarks stay as observed, and the plan's `notes` say so.
    """
    from ffbench import planning

    preset = _native.Preset(_SEED)
    preset.fhr = USE_FHR
    preset.pose = USE_POSE_FILTER
    preset.eos = USE_EOS_GUARD
    refined = USE_FHR and frames is not None
    if USE_FHR and frames is not None:
        track = planning.refine_landmarks(track, frames)
    return planning.plan_clip(track, preset, crop_size=crop_size, template=template, refined=refined)
