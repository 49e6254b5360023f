"""For Pythons that the launcher starts: their PYTHONPATH names this folder.

Where the environment has ffbench.pth this is done already; then nothing happens here. A sitecustomize that the system
has of its own is run afterwards.
"""

import importlib.util
import os
import sys

_here = os.path.dirname(os.path.abspath(__file__))
if importlib.util.find_spec("ffbench_startup") is None:
    sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(_here)))))
try:
    importlib.import_module("ffbench_startup").at_start()
except ImportError as error:
    print(f"ffbench: FaceFusion runs without the hot-swap: {error}", file=sys.stderr)


def _run_the_systems() -> None:
    from importlib.machinery import PathFinder

    others = [folder for folder in sys.path if os.path.abspath(folder or ".") != _here]
    spec = PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


_run_the_systems()
