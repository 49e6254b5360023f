"""Puts the replacements of the table into FaceFusion's modules, right after their code ran."""

from __future__ import annotations

import atexit
import inspect
import os
import sys
from functools import partial
from types import ModuleType
from typing import Any, Callable

from ffbench.facefusion.hotswap import sources, status
from ffbench.facefusion.hotswap.table import ROWS, Row

PREFIX = "facefusion."
_modes = ("enhanced", "exact")
_registered = False


def switched_off() -> set[str]:
    """The features that FFBENCH_FACEFUSION_WITHOUT names, separated by commas. ValueError for one that is unknown."""
    names = {name.strip() for name in os.environ.get("FFBENCH_FACEFUSION_WITHOUT", "").split(",")} - {""}
    known = {row.feature for row in ROWS} | {"cuda"}
    if names - known:
        raise ValueError(
            f"FFBENCH_FACEFUSION_WITHOUT: '{min(names - known)}' is unknown; known: {', '.join(sorted(known))}"
        )
    return names


def action_for(fullname: str, mode: str) -> Callable[[ModuleType], None] | None:
    """What is to be done with a module of that name, or nothing. ValueError for a mode that is unknown."""
    global _registered
    if mode not in _modes:
        raise ValueError(f"FFBENCH_FACEFUSION: '{mode}' is unknown; known: enhanced, exact, off")
    switched_off()
    if not _registered:
        _registered = True
        status.set_mode(mode)
        atexit.register(status.report_at_exit)
        act_on_loaded(mode)
    rows = [row for row in ROWS if PREFIX + row.module == fullname]
    return (lambda module: act(module, rows, mode)) if rows else None


def act_on_loaded(mode: str) -> None:
    """What was imported before the hook was there is done now."""
    for row_module in {row.module for row in ROWS}:
        module = sys.modules.get(PREFIX + row_module)
        if module is not None and not _is_being_imported(module):
            act(module, [row for row in ROWS if row.module == row_module], mode)


def _is_being_imported(module: ModuleType) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


def act(module: ModuleType, rows: list[Row], mode: str) -> None:
    """Replaces what the rows say, as far as the module is one that is known; what is left alone is noted with its reason."""
    digests = sources.digests_of_module(module)
    table = sources.known()
    without = switched_off()
    for row in rows:
        if row.optional and not hasattr(module, row.name):
            continue
        if row.feature in without:
            status.note_left(row.function, f"{row.feature} is switched off")
            continue
        make = row.modes.get(mode)
        if make is None:
            status.note_left(row.function, f"mode {mode} has no replacement of it")
            continue
        reason = sources.why_unknown(module, row.checked(partial(hasattr, module)), digests, table)
        if not reason and row.parameters:
            parameters = tuple(inspect.signature(getattr(module, row.name)).parameters)
            if parameters != row.parameters:
                reason = f"its parameters are {', '.join(parameters)}"
        if reason:
            status.note_left(row.function, reason)
            continue
        original = getattr(module, row.name)
        try:
            new = make(module, original)
        except Exception as error:
            status.note_left(row.function, f"{type(error).__name__}: {' '.join(str(error).split())}")
            continue
        status.note_replaced(row.function, rebind(module, row.name, original, new))


def rebind(module: ModuleType, name: str, original: Any, new: Any) -> int:
    """module.name = new, and the same wherever FaceFusion copied the original by name; gives the number of copies.

    What the module has imported itself is replaced in this module alone: others use it for other ends, as the check of
    models does the CRC-32 of files.
    """
    setattr(module, name, new)
    copies = 0
    if getattr(original, "__module__", None) != module.__name__:
        return copies
    for other in list(sys.modules.values()):
        names = getattr(other, "__dict__", None)
        if not isinstance(names, dict) or not str(names.get("__name__", "")).startswith("facefusion"):
            continue
        for key, held in list(names.items()):
            if held is original:
                names[key] = new
                copies += 1
    return copies
