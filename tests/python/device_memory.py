"""Device memory through the driver's own library: arrays for tests that need no framework."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np


class Driver:
    """The primary context of device 0, in which ffbench works too."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libcuda.so.1")
        device, context = ctypes.c_int(), ctypes.c_void_p()
        self._call("cuInit", 0)
        self._call("cuDeviceGet", ctypes.byref(device), 0)
        self._call("cuDevicePrimaryCtxRetain", ctypes.byref(context), device)
        self._call("cuCtxSetCurrent", context)

    def _call(self, name: str, *arguments: Any) -> None:
        code = getattr(self._library, name)(*arguments)
        if code:
            raise RuntimeError(f"{name}: CUDA error {code}")

    def stream(self) -> int:
        handle = ctypes.c_void_p()
        self._call("cuStreamCreate", ctypes.byref(handle), 1)  # does not wait for the default stream
        return handle.value or 0

    def synchronize(self, stream: int) -> None:
        self._call("cuStreamSynchronize", ctypes.c_void_p(stream))

    def upload(self, image: np.ndarray, pitch: int | None = None) -> "DeviceArray":
        height, width = image.shape[:2]
        pitch = pitch or 3 * width
        rows = np.full((height, pitch), 0xA5, np.uint8)
        rows[:, : 3 * width] = image.reshape(height, -1)
        address = ctypes.c_uint64()
        self._call("cuMemAlloc_v2", ctypes.byref(address), ctypes.c_size_t(rows.size))
        self._call("cuMemcpyHtoD_v2", address, rows.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(rows.size))
        return DeviceArray(self, address.value, width, height, pitch)

    def download(self, array: "DeviceArray") -> np.ndarray:
        """The pixels; padding must be as `upload` left it."""
        rows = np.empty((array.height, array.pitch), np.uint8)
        self._call("cuMemcpyDtoH_v2", rows.ctypes.data_as(ctypes.c_void_p), ctypes.c_uint64(array.address),
                   ctypes.c_size_t(rows.size))
        assert (rows[:, 3 * array.width :] == 0xA5).all()
        return rows[:, : 3 * array.width].reshape(array.height, array.width, 3).copy()


class DeviceArray:
    def __init__(self, driver: Driver, address: int, width: int, height: int, pitch: int) -> None:
        self.driver, self.address, self.width, self.height, self.pitch = driver, address, width, height, pitch

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        return {"version": 3, "shape": (self.height, self.width, 3), "typestr": "|u1", "data": (self.address, False),
                "strides": (self.pitch, 3, 1)}
