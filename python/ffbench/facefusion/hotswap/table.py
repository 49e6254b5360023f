"""What is replaced: one row a function of FaceFusion."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any, Callable

from ffbench.facefusion.hotswap import enhanced, exact

Function = Callable[..., Any]
Make = Callable[[ModuleType, Function], Function]
"""From FaceFusion's module and its own function: the function that is put in its place."""


@dataclass(frozen=True)
class Row:
    module: str
    """Below `facefusion.`."""
    name: str
    parameters: tuple[str, ...]
    also: tuple[str, ...]
    """What else of the module the replacement stands for or calls; its sources are checked too."""
    modes: dict[str, Make]
    """By mode; in one that is missing FaceFusion's own function stays."""

    @property
    def function(self) -> str:
        return f"{self.module}.{self.name}"


SWAPPER = "processors.modules.face_swapper.core"
ROWS = (
    Row(
        "face_helper",
        "warp_face_by_face_landmark_5",
        ("temp_vision_frame", "face_landmark_5", "warp_template", "crop_size"),
        ("estimate_matrix_by_face_landmark_5", "WARP_TEMPLATE_SET"),
        {"enhanced": enhanced.make_warp},
    ),
    Row(
        "face_helper",
        "paste_back",
        ("temp_vision_frame", "crop_vision_frame", "crop_vision_mask", "affine_matrix"),
        ("calculate_paste_area", "transform_points"),
        {"enhanced": enhanced.make_paste, "exact": exact.make_paste},
    ),
    Row(
        "face_masker",
        "create_box_mask",
        ("crop_vision_frame", "face_mask_blur", "face_mask_padding"),
        (),
        {"enhanced": enhanced.make_box_mask, "exact": exact.make_box_mask},
    ),
    Row(
        "face_masker",
        "create_area_mask",
        ("crop_vision_frame", "face_landmark_68", "face_mask_areas"),
        (),
        {"enhanced": enhanced.make_area_mask},
    ),
    Row(
        "processors.pixel_boost",
        "implode_pixel_boost",
        ("crop_vision_frame", "pixel_boost_total", "model_size"),
        (),
        {"enhanced": exact.make_implode, "exact": exact.make_implode},
    ),
    Row(
        "processors.pixel_boost",
        "explode_pixel_boost",
        ("temp_vision_frames", "pixel_boost_total", "model_size", "pixel_boost_size"),
        (),
        {"enhanced": exact.make_explode, "exact": exact.make_explode},
    ),
    Row(
        SWAPPER,
        "prepare_crop_frame",
        ("crop_vision_frame",),
        (),
        {"enhanced": exact.make_prepare, "exact": exact.make_prepare},
    ),
    Row(
        SWAPPER,
        "normalize_crop_frame",
        ("crop_vision_frame",),
        (),
        {"enhanced": exact.make_normalize, "exact": exact.make_normalize},
    ),
)
