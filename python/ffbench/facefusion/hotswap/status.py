"""What was replaced, what was left alone and why, and how often each function was called."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from typing import Any

_lock = threading.Lock()
_mode = "off"
_calls: Counter[tuple[str, str]] = Counter()
_replaced: dict[str, int] = {}
_left: dict[str, str] = {}
_complaints: dict[str, str] = {}
_saw_facefusion = False


def set_mode(mode: str) -> None:
    global _mode, _saw_facefusion
    _mode = mode
    _saw_facefusion = True


def note_replaced(function: str, copies: int) -> None:
    with _lock:
        _replaced[function] = copies


def note_left(function: str, reason: str) -> None:
    with _lock:
        _left[function] = reason


def count(function: str, backend: str) -> None:
    with _lock:
        _calls[function, backend] += 1


def complain_once(
    function: str, error: BaseException, then: str = "FaceFusion's own function is called instead"
) -> None:
    """One line for the first error of a function, and what happens then."""
    with _lock:
        if function in _complaints:
            return
        text = f"{type(error).__name__}: {' '.join(str(error).split())}"
        _complaints[function] = text
    print(f"ffbench: {function}: {text}; {then}", file=sys.stderr)


def snapshot() -> dict[str, Any]:
    """mode; replaced: function to copies bound again late; left: function to reason; calls: function to backend to
    count; errors: function to the first error."""
    with _lock:
        calls: dict[str, dict[str, int]] = {name: {} for name in sorted(_replaced)}
        for (function, backend), number in sorted(_calls.items()):
            calls.setdefault(function, {})[backend] = number
        return {
            "mode": _mode,
            "replaced": dict(sorted(_replaced.items())),
            "left": dict(sorted(_left.items())),
            "calls": calls,
            "errors": dict(sorted(_complaints.items())),
        }


def summary() -> str:
    """One line: what ran, how often, on what."""
    said = snapshot()
    ours: Counter[str] = Counter()
    own = 0
    for by_backend in said["calls"].values():
        for backend, number in by_backend.items():
            if backend == "original":
                own += number
            else:
                ours[backend] += number
    total = sum(ours.values())
    if not said["replaced"]:
        return "ffbench: WARNING: nothing of FaceFusion was replaced; see `ffbench-facefusion check`"
    if total == 0:
        return f"ffbench: WARNING: the hot-swap ({said['mode']}) was in place, but none of its functions was called"
    parts = ", ".join(f"{number} {'' if backend == 'quick' else 'on '}{backend}" for backend, number in sorted(ours.items()))
    line = f"ffbench: hot-swap {said['mode']}: {total} calls of {len(said['replaced'])} functions ({parts})"
    if own:
        line += f"; {own} left to FaceFusion's own"
    if said["left"]:
        line += "; not replaced: " + ", ".join(sorted(said["left"]))
    return line


def report_at_exit() -> None:
    """The summary, on standard error; the whole as JSON where FFBENCH_FACEFUSION_REPORT names a file."""
    if not _saw_facefusion:
        return
    path = os.environ.get("FFBENCH_FACEFUSION_REPORT")
    if path:
        try:
            # Whole or not at all; several processes of one run overwrite each other's.
            with open(f"{path}.{os.getpid()}", "w", encoding="utf-8") as file:
                json.dump(snapshot(), file)
            os.replace(f"{path}.{os.getpid()}", path)
        except OSError as error:
            print(f"ffbench: {path}: {error.strerror}; the report is not written", file=sys.stderr)
    if os.environ.get("FFBENCH_FACEFUSION_QUIET") != "1":
        print(summary(), file=sys.stderr)
