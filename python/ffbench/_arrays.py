"""What the functions of this package demand of arrays, in one place.

Errors are one line: TypeError for what is no array or has another dtype, ValueError for shapes, empty arrays and
numbers that are not finite.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ffbench import _native

Image = NDArray[np.uint8]
"""uint8, (height, width, 3), channels B, G, R. Any strides."""
Mask = NDArray[np.uint8]
"""uint8, (height, width): 0 keeps the frame, 255 takes the crop. Any strides."""
Matrix = NDArray[np.float64]
"""float64, (2, 3): (x, y) -> (m[0] @ (x, y, 1), m[1] @ (x, y, 1)), in pixels whose centres are whole numbers."""


def is_on_device(array: object) -> bool:
    """Whether the array says that it lies in a CUDA device's memory."""
    if isinstance(array, np.ndarray):
        return False
    if hasattr(array, "__cuda_array_interface__"):
        return True
    device = getattr(array, "__dlpack_device__", None)
    if device is None:
        return False
    kind: int = int(device()[0])
    return kind in (2, 13)  # kDLCUDA, kDLCUDAManaged


class DeviceImage(NamedTuple):
    """An image in device memory, as the executor takes it."""

    address: int
    width: int
    height: int
    pitch: int
    """Distance of rows in bytes."""


def device_image(array: Any, name: str, device: int, *, written: bool) -> DeviceImage:
    """From `__cuda_array_interface__`, or else DLPack: uint8, (height, width, 3), pixels adjacent. `written`: an output."""
    if not is_on_device(array):
        raise TypeError(f"{name}: a {type(array).__name__} on the host among frames in device memory")
    interface = getattr(array, "__cuda_array_interface__", None)
    if interface is not None:
        address, read_only = interface["data"]
        shape, strides = tuple(interface["shape"]), interface.get("strides")
        if interface["typestr"] not in ("|u1", "<u1", ">u1"):
            raise TypeError(f"{name}: type {interface['typestr']}, expected uint8")
        if interface.get("mask") is not None:
            raise TypeError(f"{name}: a masked array")
        if written and read_only:
            raise ValueError(f"{name}: read-only")
        if strides is None:
            strides = tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
    else:
        address, shape, strides, is_uint8, _, index = _native.dlpack_facts(array)
        if not is_uint8:
            raise TypeError(f"{name}: expected uint8")
        if index != device:
            raise ValueError(f"{name}: on device {index}, the executor uses device {device}")
    if len(shape) != 3 or shape[2] != 3:
        raise ValueError(f"{name}: shape {shape}, expected (height, width, 3)")
    if math.prod(shape) == 0:
        raise ValueError(f"{name}: empty, shape {shape}")
    height, width = int(shape[0]), int(shape[1])
    pitch = int(strides[0]) if height > 1 else 3 * width
    if strides[2] != 1 or (width > 1 and strides[1] != 3) or pitch < 3 * width:
        raise ValueError(f"{name}: strides {tuple(strides)}; pixels must be adjacent and rows must not overlap")
    return DeviceImage(int(address), width, height, pitch)


def stream_handle(stream: Any) -> int:
    """The cudaStream_t of a stream: a number, or a stream of PyTorch, CuPy or Numba, or one with `__cuda_stream__`."""
    if stream is None:
        return 0
    protocol = getattr(stream, "__cuda_stream__", None)
    if protocol is not None:
        return int((protocol() if callable(protocol) else protocol)[1])
    for attribute in ("cuda_stream", "ptr", "handle"):
        if hasattr(stream, attribute):
            stream = getattr(stream, attribute)
            break
    try:
        handle = int(getattr(stream, "value", stream) or 0)
    except (TypeError, ValueError) as error:
        raise TypeError(f"stream: a {type(stream).__name__}, expected a CUDA stream") from error
    if handle < 0:
        raise ValueError(f"stream: {handle}")
    return handle


def _array(array: object, name: str) -> NDArray[Any]:
    if not isinstance(array, np.ndarray):
        where = " in device memory" if is_on_device(array) else ""
        raise TypeError(f"{name}: a {type(array).__name__}{where}, expected a NumPy array")
    return array


def _bytes(array: object, name: str) -> NDArray[np.uint8]:
    checked = _array(array, name)
    if checked.dtype != np.uint8:
        raise TypeError(f"{name}: dtype {checked.dtype}, expected uint8")
    return checked


def _is_plain(array: NDArray[np.uint8]) -> bool:
    """Pixels are adjacent and rows follow each other: what the compiled functions work on as it is."""
    height, width = array.shape[:2]
    channels = array.shape[2] if array.ndim == 3 else 1
    if array.ndim == 3 and array.strides[2] != 1:
        return False
    if width > 1 and array.strides[1] != channels:
        return False
    return height == 1 or bool(array.strides[0] >= width * channels)


def _check_image(array: NDArray[np.uint8], name: str) -> None:
    if array.ndim != 3 or array.shape[2] != 3:
        raise ValueError(f"{name}: shape {array.shape}, expected (height, width, 3)")
    if array.size == 0:
        raise ValueError(f"{name}: empty, shape {array.shape}")


def _check_mask(array: NDArray[np.uint8], name: str) -> None:
    if array.ndim != 2:
        raise ValueError(f"{name}: shape {array.shape}, expected (height, width)")
    if array.size == 0:
        raise ValueError(f"{name}: empty, shape {array.shape}")


def image(array: object, name: str) -> Image:
    """The image, in a layout that the compiled functions take; a copy only where its strides need one."""
    checked = _bytes(array, name)
    _check_image(checked, name)
    return checked if _is_plain(checked) else np.ascontiguousarray(checked)


def mask(array: object, name: str) -> Mask:
    """The same for a mask."""
    checked = _bytes(array, name)
    _check_mask(checked, name)
    return checked if _is_plain(checked) else np.ascontiguousarray(checked)


def _fresh(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    large = len(shape) == 3 and shape[0] * shape[1] >= 1 << 18
    return _native.new_image(shape[0], shape[1]) if large else np.empty(shape, np.uint8)


class Output:
    """Where a result goes: into `out`, or into a fresh array.

    `array` is what the compiled function writes; `finish()` gives what the caller gets. They differ where `out` has
    strides of its own or shares memory with an input.
    """

    def __init__(self, out: object, shape: tuple[int, ...], *inputs: NDArray[Any]) -> None:
        if out is None:
            self._out: NDArray[np.uint8] | None = None
            self.array: NDArray[np.uint8] = _fresh(shape)
            return
        given = _bytes(out, "out")
        if given.shape != shape:
            raise ValueError(f"out: shape {given.shape}, expected {shape}")
        if not given.flags.writeable:
            raise ValueError("out: read-only")
        self._out = given
        apart = not any(np.may_share_memory(given, one) for one in inputs)
        self.array = given if apart and _is_plain(given) else np.empty(shape, np.uint8)

    def finish(self) -> NDArray[np.uint8]:
        if self._out is None:
            return self.array
        if self._out is not self.array:
            self._out[...] = self.array
        return self._out


def numbers(array: ArrayLike, shape: tuple[int, int], name: str, *, finite: bool = True) -> NDArray[np.float64]:
    """float64, contiguous, of that shape."""
    try:
        checked = np.ascontiguousarray(array, np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name}: not an array of numbers") from error
    if checked.shape != shape:
        raise ValueError(f"{name}: shape {checked.shape}, expected {shape}")
    if finite and not np.isfinite(checked).all():
        raise ValueError(f"{name}: holds a number that is not finite")
    return checked


def points(array: ArrayLike, name: str) -> NDArray[np.float64]:
    """float64, (n, 2)."""
    try:
        checked = np.ascontiguousarray(array, np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name}: not an array of numbers") from error
    if checked.ndim != 2 or checked.shape[1] != 2:
        raise ValueError(f"{name}: shape {checked.shape}, expected (n, 2)")
    return checked


def matrix(array: ArrayLike, name: str) -> Matrix:
    return numbers(array, (2, 3), name)


def size_of(size: int | Sequence[int], name: str = "size") -> tuple[int, int]:
    """(width, height) of a number or a pair of numbers."""
    try:
        pair = (size, size) if isinstance(size, (int, np.integer)) else tuple(size)
        width, height = (int(side) for side in pair)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name}: {size!r}, expected a number or (width, height)") from error
    if not (1 <= width <= 32768 and 1 <= height <= 32768):
        raise ValueError(f"{name}: {width}x{height}, expected 1 to 32768 a side")
    return width, height
