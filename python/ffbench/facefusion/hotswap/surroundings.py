"""Replacements around the pixels: the same results, sooner. They are those of both modes.

temp-frames: frames are handed over as PPM, which takes no time to write and to read, in the place of PNG, where the
disk has room for all of them twice over. FFmpeg converts the colours of both alike; those of BMP it does not. face-store: frames are told apart by an XXH3 of their bytes in the place of a
CRC-32. lookups: where a call came from is looked up once for a file. spinning: threads of ONNX Runtime that wait do
not burn the processor meanwhile.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from types import ModuleType
from typing import Any, Callable

from ffbench import _native
from ffbench.facefusion.hotswap import status
from ffbench.facefusion.hotswap.calling import NotOurs, replacement

Function = Callable[..., Any]

_BYTES_A_PIXEL = 3
_ROOM = 2
_EIGHT_BITS = ("yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "nv21", "rgb24", "bgr24")
"""Pixel formats whose frames are the same as PNG and as PPM: without alpha, of 8 bits."""
_readable = False
"""Whether FaceFusion's `read_image` takes PPM: `make_is_image` was put in place."""


def make_is_image(module: ModuleType, original: Function) -> Function:
    """Of the check in front of reading a file: frames of ours are images too."""
    global _readable
    _readable = True

    def is_image(path: Any) -> Any:
        if isinstance(path, str) and path.endswith(".ppm") and os.path.isfile(path):
            return True
        return original(path)

    is_image.__wrapped__ = original  # type: ignore[attr-defined]
    return is_image


def make_temp_frames(name: str) -> Callable[[ModuleType, Function], Function]:
    """Of the function that names the files of a clip's frames; FaceFusion reads and writes what it names."""

    def make(module: ModuleType, original: Function) -> Function:
        quick: dict[str, bool] = {}

        def ours(target_path: Any, temp_frame_prefix: Any) -> Any:
            state = module.state_manager
            if not _readable or state.get_item("temp_frame_format") != "png" or state.get_item("keep_temp"):
                raise NotOurs
            folder = module.get_temp_directory_path(target_path)
            # A decision holds as long as there are frames: they are read under the names they were written under.
            if folder not in quick or not _has_frames(folder):
                quick[folder] = _has_room(str(target_path), folder) and _is_plain(str(target_path))
            if not quick[folder]:
                raise NotOurs
            return os.path.join(folder, f"{temp_frame_prefix}.ppm")

        return replacement(f"temp_helper.{name}", original, ours, "quick")

    return make


def _has_frames(folder: str) -> bool:
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.endswith((".ppm", ".png")) for entry in entries)
    except OSError:
        return False


def _has_room(target_path: str, folder: str) -> bool:
    """Whether all frames of the clip fit into the free space of the disk twice over."""
    vision = sys.modules["facefusion.vision"]
    resolution = vision.detect_video_resolution(target_path)
    frames = vision.count_video_frame_total(target_path)
    if not resolution or not frames:
        return False
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder) or "."
    wanted = frames * resolution[0] * resolution[1] * _BYTES_A_PIXEL
    return bool(_ROOM * wanted <= shutil.disk_usage(folder).free)


def _is_plain(target_path: str) -> bool:
    """Whether the clip's pixels are of 8 bits without alpha; not where that cannot be told."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=pix_fmt", "-of", "csv=p=0"]
    try:
        said = subprocess.run([*command, target_path], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.strip().rstrip(",") in _EIGHT_BITS


def make_face_key(module: ModuleType, original: Function) -> Function:
    return replacement("face_store.create_hash", original, _native.content_key, "quick")


def make_app_context(module: ModuleType, original: Function) -> Function:
    """The first caller whose file lies below jobs/ or uis/ of FaceFusion says which it is; else it is the command line."""
    jobs, uis = os.path.join("facefusion", "jobs"), os.path.join("facefusion", "uis")
    kinds: dict[str, str | None] = {}

    def detect_app_context() -> str:
        frame = sys._getframe(1)
        while frame is not None:
            file = frame.f_code.co_filename
            try:
                kind = kinds[file]
            except KeyError:
                kind = kinds[file] = "cli" if jobs in file else "ui" if uis in file else None
            if kind is not None:
                return kind
            frame = frame.f_back  # type: ignore[assignment]
        return "cli"

    detect_app_context.__wrapped__ = original  # type: ignore[attr-defined]
    return detect_app_context


def make_session(module: ModuleType, original: Any) -> Function:
    """Of the class of inference sessions. Results do not depend on how threads wait."""
    import onnxruntime

    def session(path: Any, **options: Any) -> Any:
        if "sess_options" in options:
            status.count("inference_manager.InferenceSession", "original")
            return original(path, **options)
        settings = onnxruntime.SessionOptions()
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
        settings.add_session_config_entry("session.inter_op.allow_spinning", "0")
        status.count("inference_manager.InferenceSession", "quick")
        return original(path, sess_options=settings, **options)

    session.__wrapped__ = original  # type: ignore[attr-defined]
    return session
