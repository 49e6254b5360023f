"""What arrays in device memory say of themselves, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ffbench
from ffbench import _arrays, _native

class Said:
    """An array that says what it is told."""

    def __init__(self, **said: Any) -> None:
        self.__cuda_array_interface__ = {
            "version": 3, "shape": (4, 5, 3), "typestr": "|u1", "data": (4096, False), "strides": None, **said
        }


def test_interface_of_cuda_arrays() -> None:
    assert _arrays.device_image(Said(), "frame", 0, written=True) == (4096, 5, 4, 15)
    assert _arrays.device_image(Said(strides=(64, 3, 1)), "frame", 0, written=True).pitch == 64
    assert _arrays.device_image(Said(data=(4096, True)), "frame", 0, written=False).address == 4096
    wrong: list[tuple[type[Exception], Any]] = [
        (TypeError, Said(typestr="<f4")),
        (TypeError, np.zeros((4, 5, 3), np.uint8)),
        (TypeError, Said(mask=Said())),
        (ValueError, Said(shape=(4, 5))),
        (ValueError, Said(shape=(4, 5, 4))),
        (ValueError, Said(shape=(0, 5, 3))),
        (ValueError, Said(strides=(15, 3, -1))),
        (ValueError, Said(strides=(8, 3, 1))),
        (ValueError, Said(strides=(20, 4, 1))),
        (ValueError, Said(data=(4096, True))),
    ]
    for kind, array in wrong:
        with pytest.raises(kind) as caught:
            _arrays.device_image(array, "frame", 0, written=True)
        assert "\n" not in str(caught.value)


def test_streams_of_every_kind() -> None:
    class Torch:
        cuda_stream = 17

    class CuPy:
        ptr = 18

    class Protocol:
        def __cuda_stream__(self) -> tuple[int, int]:
            return 0, 19

    assert [_arrays.stream_handle(s) for s in (None, 0, 16, Torch(), CuPy(), Protocol())] == [0, 0, 16, 17, 18, 19]
    for wrong in ("stream", object(), -1):
        with pytest.raises((TypeError, ValueError)):
            _arrays.stream_handle(wrong)


def test_host_backends_refuse_device_arrays() -> None:
    executor = ffbench.Executor("seed", crop_size=32, swap="identity", backend="cpu")
    with pytest.raises(ValueError, match="backend is cpu"):
        executor.enqueue_batch([Said()], [ffbench.FramePlan()], outs=[Said()])
    with pytest.raises(TypeError, match="in device memory"):
        executor.execute(Said(), ffbench.FramePlan())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="as many"):
        executor.enqueue_batch([Said()], [], outs=[Said()])


def test_facts_of_dlpack() -> None:
    array = np.zeros((4, 7, 3), np.uint8)[:, :5]
    address, shape, strides, is_uint8, kind, index = _native.dlpack_facts(array)
    assert address == array.ctypes.data and shape == (4, 5, 3) and strides == (21, 3, 1) and is_uint8
    assert kind == 1 and index == 0 and not _arrays.is_on_device(array)
    assert not _native.dlpack_facts(np.zeros(3, np.int8))[3]
