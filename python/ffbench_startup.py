"""What runs at the start of every Python of an environment that has ffbench: it must cost nothing.

It puts a finder in front of Python's own, which acts on names that begin with `facefusion.` alone, and loads nothing
of ffbench until such a module is imported. Then it answers for the seed's module names, and has the hot-swap act on
modules right after their code ran, where FFBENCH_FACEFUSION or an installation (`ffbench-facefusion install`) asks
for it.
"""

from __future__ import annotations

import importlib
import os
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Callable, Sequence

PREFIX = "facefusion."
SEED_MODULES = (
    "vision_enhanced",
    "stability",
    "stability.pose_filter",
    "stability.eos_guard",
    "stability.fhr",
    "cuda",
    "cuda.ff_cuda_ops",
)


class _SeedLoader(Loader):
    """Gives the module of ffbench in the place of one of the seed's name: one module under two names."""

    def __init__(self, name: str) -> None:
        self._name = name

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(f"ffbench.{self._name}")
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec


class Finder(MetaPathFinder):
    """Acts on FaceFusion's modules after their code ran, before anybody can copy names out of them."""

    def __init__(self) -> None:
        self.mode: str | None = None  # of an installation; the environment goes before it
        self._failed = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(PREFIX):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None:
            if fullname[len(PREFIX) :] in SEED_MODULES:
                return ModuleSpec(fullname, _SeedLoader(fullname), is_package=True)
            return None
        action = self._action(fullname)
        if action is not None and spec.loader is not None:
            _act_after(spec.loader, action)
        return spec

    def _action(self, fullname: str) -> Callable[[ModuleType], None] | None:
        """What is to be done with the module; nothing, and one line, where the hot-swap itself cannot be loaded."""
        mode = os.environ.get("FFBENCH_FACEFUSION") or self.mode or "off"
        if mode == "off" or self._failed:
            return None
        try:
            hook = importlib.import_module("ffbench.facefusion.hotswap.hook")
            action: Callable[[ModuleType], None] | None = hook.action_for(fullname, mode)
            return action
        except Exception as error:  # FaceFusion goes on as it is
            self._failed = True
            print(f"ffbench: FaceFusion runs without the hot-swap: {_one_line(error)}", file=sys.stderr)
            return None


def _one_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _act_after(loader: Any, action: Callable[[ModuleType], None]) -> None:
    execute = loader.exec_module

    def execute_then_act(module: ModuleType) -> None:
        execute(module)
        try:
            action(module)
        except Exception as error:  # FaceFusion goes on as it is
            print(f"ffbench: {module.__name__} is left as it is: {_one_line(error)}", file=sys.stderr)

    loader.exec_module = execute_then_act


def finder() -> Finder:
    """The one finder of this process, put in front of the others."""
    for one in sys.meta_path:
        if isinstance(one, Finder):
            return one
    made = Finder()
    sys.meta_path.insert(0, made)
    return made


def at_start() -> None:
    """From ffbench.pth (or .start): the seed's names; the hot-swap where the environment asks for it."""
    finder()


def at_start_enhanced() -> None:
    """From the files that `ffbench-facefusion install` writes: the hot-swap, unless the environment says otherwise."""
    finder().mode = "enhanced"


def at_start_exact() -> None:
    """The same for `ffbench-facefusion install --mode exact`."""
    finder().mode = "exact"
