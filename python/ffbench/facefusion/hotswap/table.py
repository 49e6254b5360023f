"""What is replaced: one row a function of FaceFusion."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any, Callable

from ffbench.facefusion.hotswap import enhanced, exact, surroundings

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
    """What else of the module the replacement stands for, calls or is called by; its sources are checked too. With a ?
    at the end: where the module has it."""
    modes: dict[str, Make]
    """By mode; in one that is missing FaceFusion's own function stays."""
    feature: str = "pixels"
    """What FFBENCH_FACEFUSION_WITHOUT switches off."""
    optional: bool = False
    """Versions differ in whether they have it."""

    def checked(self, has: Callable[[str], bool]) -> list[str]:
        """The names whose sources are checked, in a module that `has` some."""
        return [name.removesuffix("?") for name in (self.name, *self.also) if not name.endswith("?") or has(name[:-1])]

    @property
    def function(self) -> str:
        return f"{self.module}.{self.name}"




def _both(make: Make) -> dict[str, Make]:
    return {"enhanced": make, "exact": make}


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
        _both(exact.make_implode),
    ),
    Row(
        "processors.pixel_boost",
        "explode_pixel_boost",
        ("temp_vision_frames", "pixel_boost_total", "model_size", "pixel_boost_size"),
        (),
        _both(exact.make_explode),
    ),
    Row(
        SWAPPER,
        "prepare_crop_frame",
        ("crop_vision_frame",),
        (),
        _both(exact.make_prepare),
    ),
    Row(
        SWAPPER,
        "normalize_crop_frame",
        ("crop_vision_frame",),
        (),
        _both(exact.make_normalize),
    ),
    *(
        Row(
            "temp_helper",
            name,
            ("target_path", "temp_frame_prefix"),
            ("get_temp_directory_path",),
            _both(surroundings.make_temp_frames(name)),
            feature="temp-frames",
            optional=True,
        )
        for name in ("get_temp_frames_pattern", "get_temp_frame_pattern")
    ),
    Row(
        "vision",
        "is_image",
        (),
        ("read_image", "write_image"),
        _both(surroundings.make_is_image),
        feature="temp-frames",
    ),
    Row(
        "face_store",
        "create_hash",
        ("content",),
        ("get_static_faces?", "set_static_faces?", "get_faces?", "set_faces?", "resolve_lock?"),
        _both(surroundings.make_face_key),
        feature="face-store",
    ),
    Row("app_context", "detect_app_context", (), (), _both(surroundings.make_app_context), feature="lookups"),
    Row(
        "inference_manager",
        "InferenceSession",
        (),
        ("create_inference_session",),
        _both(surroundings.make_session),
        feature="spinning",
    ),
)
