"""ffbench's pixel pipeline on NumPy arrays; bit for bit what the program computes.

    import ffbench

    plan = ffbench.plan_clip(track, "default", crop_size=512)
    executor = ffbench.Executor("default", crop_size=512, source_crop=crop)
    for frame in executor.execute_clip(frames, plan):
        ...

`ffbench.facefusion` has the FaceFusion side: the functions of `facefusion.vision_enhanced` and the hot-swap.
"""

from importlib.metadata import PackageNotFoundError, version

from ffbench.executor import Executor, cuda_devices, simd_target, why_no_cuda
from ffbench.pixels import (
    GainState,
    apply_gains,
    area_mask,
    box_mask,
    composite,
    gain_statistics,
    gain_tables,
    inverse,
    mask_hysteresis,
    paste,
    warp,
)
from ffbench.planning import (
    CausalPlanner,
    ClipPlan,
    Face,
    FacePlan,
    FaceTrack,
    FramePlan,
    Pose,
    Preset,
    StreamPlanner,
    TrackFrame,
    fit_similarity,
    plan_clip,
    preset,
    preset_names,
    refine_landmarks,
    smooth_clip,
    smooth_stream,
    source_crop,
    warp_template,
    warp_template_names,
)

try:
    __version__ = version("ffbench")
except PackageNotFoundError:  # used from a build folder
    __version__ = "0"

__all__ = [
    "CausalPlanner",
    "ClipPlan",
    "Executor",
    "Face",
    "FacePlan",
    "FaceTrack",
    "FramePlan",
    "GainState",
    "Pose",
    "Preset",
    "StreamPlanner",
    "TrackFrame",
    "apply_gains",
    "area_mask",
    "box_mask",
    "composite",
    "cuda_devices",
    "fit_similarity",
    "gain_statistics",
    "gain_tables",
    "inverse",
    "mask_hysteresis",
    "paste",
    "plan_clip",
    "preset",
    "preset_names",
    "refine_landmarks",
    "simd_target",
    "smooth_clip",
    "smooth_stream",
    "source_crop",
    "warp",
    "warp_template",
    "warp_template_names",
    "why_no_cuda",
]
