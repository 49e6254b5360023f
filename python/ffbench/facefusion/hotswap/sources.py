"""Which functions of FaceFusion are known: their parameters and digests of their source.

A function is replaced only where both are known. FFBENCH_FACEFUSION_SOURCES names a file with further digests, as
`ffbench-facefusion sources CHECKOUT` prints them, for a fork whose functions do the same.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import os
from importlib.resources import files
from types import ModuleType
from typing import Any


def digests_of_text(text: str) -> dict[str, str]:
    """The digest of every function, value and imported name at the top of a source file: SHA-256 of its lines, blanks at
    their ends left out."""
    lines = text.splitlines()
    result: dict[str, str] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:  # a name that is imported: where it comes from
                result[alias.asname or alias.name] = _digest(f"from {node.module} import {alias.name}")
        elif isinstance(node, (ast.FunctionDef, ast.Assign, ast.AnnAssign)):
            name = node.name if isinstance(node, ast.FunctionDef) else _assigned(node)
            first = min([node.lineno] + [one.lineno for one in getattr(node, "decorator_list", [])])
            result[name] = _digest("\n".join(line.rstrip() for line in lines[first - 1 : node.end_lineno]))
    return result


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _assigned(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    return target.id if isinstance(target, ast.Name) else ""


def digests_of_module(module: ModuleType) -> dict[str, str]:
    """The same of a module that was imported; empty where its source cannot be read."""
    try:
        return digests_of_text(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        return {}


def known() -> dict[str, dict[str, Any]]:
    """"module.function" to its digests and the versions that have them."""
    table: dict[str, dict[str, Any]] = json.loads(
        files("ffbench.facefusion.hotswap").joinpath("known_sources.json").read_text("utf-8")
    )
    more = os.environ.get("FFBENCH_FACEFUSION_SOURCES")
    if more:
        with open(more, encoding="utf-8") as file:
            for name, digests in json.load(file).items():
                table.setdefault(name, {}).update(digests)
    return table


def why_unknown(module: ModuleType, names: list[str], digests: dict[str, str], table: dict[str, dict[str, Any]]) -> str:
    """Why these functions of a module are not the ones that are known; empty where they are."""
    short = module.__name__.removeprefix("facefusion.")
    for name in names:
        if not hasattr(module, name):
            return f"{short} has no {name}"
        if not digests:
            return "its source cannot be read"
        if digests.get(name) not in table.get(f"{short}.{name}", {}):
            return f"the source of {name} is of no known version"
    return ""
