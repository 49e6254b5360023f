"""The operators by the seed's module name; in a FaceFusion process also `facefusion.cuda.ff_cuda_ops`.

It can be imported with and without a device: `is_available` says whether there is one, `why_not` why not. `warp` and
`composite` run on the device where there is one; all operators give the same bytes on the CPU.
"""

from __future__ import annotations

from functools import partial

from ffbench import _native, pixels
from ffbench.pixels import apply_gains, area_mask, box_mask, gain_statistics, mask_hysteresis

__all__ = [
    "apply_gains",
    "area_mask",
    "box_mask",
    "composite",
    "devices",
    "gain_statistics",
    "is_available",
    "mask_hysteresis",
    "warp",
    "why_not",
]


warp = partial(pixels.warp, backend="auto")
composite = partial(pixels.paste, backend="auto")


def is_available() -> bool:
    """Whether a CUDA device can be used."""
    return not _native.why_no_cuda()


def why_not() -> str:
    """Why not; empty where one can be used."""
    return _native.why_no_cuda()


def devices() -> list[str]:
    """The names of the devices."""
    return _native.cuda_devices()
