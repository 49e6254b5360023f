"""What the documents show of the Python package is understood, and their Python runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from conftest import FAKES, ROOT, moving_landmarks, textured_frames

import ffbench
from ffbench.facefusion.hotswap import command

PAGES = [ROOT / "README.md", ROOT / "docs" / "facefusion.md", ROOT / "docs" / "python.md", ROOT / "python" / "README.md"]


def commands(page: Path) -> list[list[str]]:
    """Lines that are indented by four, and code spans, that begin with one of the programs."""
    text = page.read_text("utf-8")
    found = re.findall(r"^    ((?:ffbench-facefusion|pip|ci/setup) .*)$", text, re.M)
    found += re.findall(r"`(ffbench-facefusion [^`]*)`", text)
    return [shlex.split(line, comments=True) for line in found]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_are_understood(page: Path) -> None:
    shown = commands(page)
    assert shown
    for words in shown:
        words = words[: words.index(">")] if ">" in words else words
        if words[0] == "pip":
            assert words[1] in ("install", "wheel") and (ROOT / words[2] / "pyproject.toml").is_file()
        elif words[0] == "ci/setup":
            assert all((ROOT / "ci" / "packages" / f"{name}.txt").is_file() for name in words[1:])
        elif "--" in words:
            at = words.index("--")
            command._launch_parser().parse_args(words[1:at])
            assert words[at + 1 : at + 3] == ["python", "facefusion.py"]
        else:
            options = command._parser().parse_args(words[1:])
            if "CHECKOUT" in words:
                options.checkout = FAKES
                assert options.act(options) in (0, 1)


def test_every_replaced_function_is_listed() -> None:
    from ffbench.facefusion.hotswap.table import ROWS

    text = (ROOT / "docs" / "facefusion.md").read_text("utf-8")
    for row in ROWS:
        assert (row.name if row.feature == "pixels" else f"`{row.feature}`") in text, row.function


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / "docs" / page).read_text("utf-8"), re.S)


def test_python_of_the_package_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    clip, device = blocks("python.md")
    names: dict[str, Any] = {
        "width": 320,
        "height": 240,
        "detected": [(p[[36, 42, 30, 48, 54]], p) for p in moving_landmarks(6)],
        "frames": textured_frames(6, 320, 240),
        "portrait": textured_frames(1, 300, 300, seed=8)[0],
        "portrait_landmarks5": ffbench.warp_template("arcface_128", 200) + 30,
    }
    exec(clip, names)
    assert names["frame"].shape == (240, 320, 3) and len(names["plan"]) == 6
    if ffbench.why_no_cuda():
        with pytest.raises(RuntimeError):
            exec(device, names)
        return
    from device_memory import Driver

    driver = Driver()
    names["torch"] = SimpleNamespace(cuda=SimpleNamespace(current_stream=lambda: 0))
    names["tensors"] = [driver.upload(frame) for frame in names["frames"]]
    names["plans"] = names["plan"].frames
    exec(device, names)
    driver.synchronize(0)


def test_python_in_a_facefusion_process_runs() -> None:
    from conftest import run_python

    template = "ffbench.warp_template('arcface_128', {})"
    bound = f"""
import numpy as np
import ffbench
target = frame = np.random.default_rng(1).integers(0, 256, (360, 640, 3), dtype=np.uint8)
landmarks = {template.format(150)} + [250, 100]
affine = affine_matrix = ffbench.fit_similarity(landmarks, {template.format(512)})
crop = np.full((512, 512, 3), 90.5)
mask = ffbench.box_mask(512).astype(np.float32) / 255
frames, total_frames, params = [frame] * 20, 20, {{"gain": 1.0}}
"""
    first, second = blocks("facefusion.md")
    done = run_python(bound + first + second + "\nprint(result.shape, params, affine.shape)")
    assert done.stdout == "(360, 640, 3) {'gain': 1.0} (2, 3)\n", done.stderr
