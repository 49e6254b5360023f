"""The replacements that compute FaceFusion's own arithmetic to the bit, without its temporary arrays.

What OpenCV computes is still computed by the OpenCV of the process, so that its version does not matter.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, Callable

import numpy as np

from ffbench import _native
from ffbench.facefusion.hotswap.calling import NotOurs, replacement

Function = Callable[..., Any]

_DENORMALISED = ("ghost", "hififace", "hyperswap", "uniface")
"""The types of networks whose output is scaled back; for these FaceFusion computes in binary64."""


def make_paste(module: ModuleType, original: Function) -> Function:
    cv2 = module.cv2

    def ours(temp_vision_frame: Any, crop_vision_frame: Any, crop_vision_mask: Any, affine_matrix: Any) -> Any:
        from ffbench.facefusion.hotswap.enhanced import is_frame

        if not is_frame(temp_vision_frame) or crop_vision_mask.dtype != np.float32:
            raise NotOurs
        blend: Callable[..., None]
        if crop_vision_frame.dtype == np.float64:
            blend = _native.blend64
        elif crop_vision_frame.dtype == np.float32:
            blend = _native.blend32
        else:
            raise NotOurs
        (x1, y1, x2, y2), matrix = module.calculate_paste_area(temp_vision_frame, crop_vision_frame, affine_matrix)
        size = (int(x2 - x1), int(y2 - y1))
        if size[0] < 1 or size[1] < 1 or crop_vision_frame.ndim != 3 or crop_vision_frame.shape[2] != 3:
            raise NotOurs
        mask = cv2.warpAffine(crop_vision_mask, matrix, size)
        crop = cv2.warpAffine(crop_vision_frame, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        frame = temp_vision_frame if temp_vision_frame.flags.c_contiguous else np.ascontiguousarray(temp_vision_frame)
        result = _native.new_image(frame.shape[0], frame.shape[1])
        blend(frame, crop, mask, (int(x1), int(y1)), result)
        return result

    return replacement("face_helper.paste_back", original, ours)


def make_box_mask(module: ModuleType, original: Function) -> Function:
    """FaceFusion's own masks, each made once."""
    made: dict[tuple[Any, ...], Any] = {}

    def ours(crop_vision_frame: Any, face_mask_blur: Any, face_mask_padding: Any) -> Any:
        key = (crop_vision_frame.shape[:2], float(face_mask_blur), tuple(face_mask_padding))
        mask = made.get(key)
        if mask is None:
            mask = original(crop_vision_frame, face_mask_blur, face_mask_padding)
            if len(made) < 64:
                made[key] = mask
        return mask.copy()

    return replacement("face_masker.create_box_mask", original, ours)


def make_implode(module: ModuleType, original: Function) -> Function:
    def ours(crop_vision_frame: Any, pixel_boost_total: Any, model_size: Any) -> Any:
        if pixel_boost_total != 1 or crop_vision_frame.shape != (model_size[0], model_size[1], 3):
            raise NotOurs
        return crop_vision_frame[None]

    return replacement("processors.pixel_boost.implode_pixel_boost", original, ours)


def make_explode(module: ModuleType, original: Function) -> Function:
    def ours(temp_vision_frames: Any, pixel_boost_total: Any, model_size: Any, pixel_boost_size: Any) -> Any:
        total = int(pixel_boost_total)
        if len(temp_vision_frames) != total * total or tuple(pixel_boost_size) != (
            model_size[0] * total,
            model_size[1] * total,
        ):
            raise NotOurs
        first = temp_vision_frames[0]
        if any(one.shape != (model_size[0], model_size[1], 3) or one.dtype != first.dtype for one in temp_vision_frames):
            raise NotOurs
        if total == 1:
            return first
        crop = np.empty((pixel_boost_size[0], pixel_boost_size[1], 3), first.dtype)
        for place, one in enumerate(temp_vision_frames):
            crop[place // total :: total, place % total :: total] = one
        return crop

    return replacement("processors.pixel_boost.explode_pixel_boost", original, ours)


def _three(numbers: Any) -> tuple[float, float, float]:
    if len(numbers) != 3:
        raise NotOurs
    return float(numbers[0]), float(numbers[1]), float(numbers[2])


def make_prepare(module: ModuleType, original: Function) -> Function:
    def ours(crop_vision_frame: Any) -> Any:
        options = module.get_model_options()
        crop = crop_vision_frame
        if crop.dtype != np.uint8 or crop.ndim != 3 or crop.shape[2] != 3:
            raise NotOurs
        if not crop.flags.c_contiguous:
            crop = np.ascontiguousarray(crop)
        result = np.empty((1, 3, crop.shape[0], crop.shape[1]), np.float32)
        _native.prepare(crop, _three(options["mean"]), _three(options["standard_deviation"]), result)
        return result

    return replacement("processors.modules.face_swapper.core.prepare_crop_frame", original, ours)


def make_normalize(module: ModuleType, original: Function) -> Function:
    def ours(crop_vision_frame: Any) -> Any:
        options = module.get_model_options()
        planes = crop_vision_frame
        if planes.dtype != np.float32 or planes.ndim != 3 or planes.shape[0] != 3:
            raise NotOurs
        if not planes.flags.c_contiguous:
            planes = np.ascontiguousarray(planes)
        mean, deviation = _three(options["mean"]), _three(options["standard_deviation"])
        shape = (planes.shape[1], planes.shape[2], 3)
        if options["type"] in _DENORMALISED:
            scaled = np.empty(shape, np.float64)
            _native.normalize64(planes, True, mean, deviation, scaled)
            return scaled
        limited = np.empty(shape, np.float32)
        _native.normalize32(planes, False, mean, deviation, limited)
        return limited

    return replacement("processors.modules.face_swapper.core.normalize_crop_frame", original, ours)
