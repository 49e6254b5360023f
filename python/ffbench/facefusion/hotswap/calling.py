"""How a replacement calls: ours where it can, FaceFusion's own where it cannot, and each counted."""

from __future__ import annotations

import functools
from typing import Any, Callable

from ffbench.facefusion.hotswap import status

Function = Callable[..., Any]


class NotOurs(Exception):
    """The arguments are of a kind that is left to FaceFusion's own function."""


def replacement(
    name: str, original: Function, ours: Function, backend: str | Callable[[], str] = "cpu"
) -> Function:
    """A function in the place of `original`. `ours` raises NotOurs for what it does not take on; `backend` is what its
    calls are counted as."""

    @functools.wraps(original)
    def call(*arguments: Any, **options: Any) -> Any:
        try:
            result = ours(*arguments, **options)
        except NotOurs:
            pass
        except Exception as error:
            status.complain_once(name, error)
        else:
            status.count(name, backend if isinstance(backend, str) else backend())
            return result
        status.count(name, "original")
        return original(*arguments, **options)

    for attribute in ("cache_clear", "cache_info", "cache_parameters"):
        if hasattr(original, attribute):
            setattr(call, attribute, getattr(original, attribute))
    return call
