"""The replacements of the mode `enhanced`: ffbench's own operators in the place of FaceFusion's."""

from __future__ import annotations

import functools
import os
from types import ModuleType
from typing import Any, Callable

import numpy as np
from numpy.typing import NDArray

from ffbench import _native
from ffbench.facefusion import vision_enhanced
from ffbench.facefusion.hotswap import status
from ffbench.facefusion.hotswap.calling import NotOurs, replacement
from ffbench.pixels import inverse, paste, warp

Function = Callable[..., Any]

class Backend:
    """Where the operators of the hot-swap run: on the device where there is one, until it fails."""

    def __init__(self) -> None:
        self._name = ""

    def name(self) -> str:
        if not self._name:
            without = os.environ.get("FFBENCH_FACEFUSION_WITHOUT", "")
            self._name = "cpu" if "cuda" in without or _native.why_no_cuda() else "cuda"
        return self._name

    def run(self, function: str, call: Callable[[str], Any]) -> Any:
        if self.name() == "cuda":
            try:
                return call("cuda")
            except RuntimeError as error:
                self._failed(function, error)
            except ValueError as error:
                if "cuda" not in str(error).lower():
                    raise
                self._failed(function, error)
        return call("cpu")

    def _failed(self, function: str, error: Exception) -> None:
        self._name = "cpu"
        status.complain_once(function, error, "the CPU does the work")


BACKEND = Backend()
_PRESET = _native.preset("default")
_FARTHEST = 100.0
"""A landmark that is further than this from the template, in crop pixels, is an outlier to FaceFusion's fit."""


def is_frame(array: object) -> bool:
    """A frame that the operators take: uint8, three channels. RGBA, 16 bits and floats are left to FaceFusion."""
    return (
        isinstance(array, np.ndarray)
        and array.dtype == np.uint8
        and array.ndim == 3
        and array.shape[2] == 3
        and array.size > 0
    )


def make_warp(module: ModuleType, original: Function) -> Function:
    name = "face_helper.warp_face_by_face_landmark_5"
    templates = module.WARP_TEMPLATE_SET

    def ours(temp_vision_frame: Any, face_landmark_5: Any, warp_template: Any, crop_size: Any) -> Any:
        if not is_frame(temp_vision_frame) or np.shape(face_landmark_5) != (5, 2):
            raise NotOurs
        points = np.ascontiguousarray(face_landmark_5, np.float64)
        target = np.ascontiguousarray(templates[warp_template] * crop_size, np.float64)
        matrix = _native.fit_similarity(points, target)
        left = points @ matrix[:, :2].T + matrix[:, 2] - target
        if (left * left).sum(axis=1).max() > _FARTHEST * _FARTHEST:
            raise NotOurs
        back = inverse(matrix)
        crop = BACKEND.run(name, lambda backend: warp(temp_vision_frame, back, crop_size, backend=backend))
        return crop, matrix

    return replacement(name, original, ours, BACKEND.name)


def make_paste(module: ModuleType, original: Function) -> Function:
    name = "face_helper.paste_back"

    def ours(temp_vision_frame: Any, crop_vision_frame: Any, crop_vision_mask: Any, affine_matrix: Any) -> Any:
        if not is_frame(temp_vision_frame):
            raise NotOurs
        if crop_vision_mask.dtype == np.uint8:
            raise NotOurs  # FaceFusion's masks are floats; one of bytes means something else
        crop = vision_enhanced.crop_to_bytes(crop_vision_frame)
        mask = vision_enhanced.mask_to_bytes(crop_vision_mask)
        return BACKEND.run(
            name,
            lambda backend: paste(temp_vision_frame, crop, mask, affine_matrix, preset=_PRESET, backend=backend),
        )

    return replacement(name, original, ours, BACKEND.name)


@functools.lru_cache(maxsize=64)
def _box_mask(width: int, height: int, blur: float, padding: tuple[int, ...]) -> NDArray[np.float32]:
    mask: NDArray[np.uint8] = np.empty((height, width), np.uint8)
    _native.box_mask(blur, padding, mask)
    return mask.astype(np.float32) / np.float32(255)


def make_box_mask(module: ModuleType, original: Function) -> Function:
    def ours(crop_vision_frame: Any, face_mask_blur: Any, face_mask_padding: Any) -> Any:
        height, width = crop_vision_frame.shape[:2]
        return _box_mask(width, height, float(face_mask_blur), tuple(face_mask_padding)).copy()

    return replacement("face_masker.create_box_mask", original, ours)


def make_area_mask(module: ModuleType, original: Function) -> Function:
    choices = module.facefusion.choices

    def ours(crop_vision_frame: Any, face_landmark_68: Any, face_mask_areas: Any) -> Any:
        corners: list[int] = []
        for area in face_mask_areas:
            corners.extend(choices.face_mask_area_set.get(area, ()))
        mask: NDArray[np.uint8] = np.full(crop_vision_frame.shape[:2], 255, np.uint8)
        points = np.ascontiguousarray(face_landmark_68[corners], np.float64)
        _native.area_mask(points, _PRESET.area_feather, mask)
        return mask.astype(np.float32) / np.float32(255)

    return replacement("face_masker.create_area_mask", original, ours)
