"""The hot-swap on the small package of tests/fakes/facefusion, in Pythons of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from conftest import FAKES

pytest.importorskip("cv2")

LAUNCHER = (sys.executable, "-m", "ffbench.facefusion.hotswap")
FUNCTIONS = 8
EXACT_FUNCTIONS = 6
AROUND = 5
"""Functions around the pixels, which both modes replace."""


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file that makes the fake's functions known."""
    path = tmp_path_factory.mktemp("sources") / "sources.json"
    path.write_text(call(*LAUNCHER, "sources", str(FAKES)).stdout)
    assert len(json.loads(path.read_text())) == 23
    return str(path)


def call(*command: str, cwd: Path = FAKES, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FFBENCH_FACEFUSION") and k != "PYTHONPATH"}
    return subprocess.run(command, cwd=cwd, env={**clean, **environment}, capture_output=True, text=True, timeout=120)


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def plain(*arguments: str, **environment: str) -> dict[str, Any]:
    return answer(call(sys.executable, "facefusion.py", *arguments, **environment))


def swapped_everywhere(said: dict[str, Any], functions: int) -> None:
    """As many functions are replaced as are said, each in every module that holds it."""
    replaced = [one for one in said["holders"].values() if one["replaced"]]
    assert len(replaced) == functions
    for one in said["holders"].values():
        assert one["objects"] == 1 and one["replaced"] in (0, one["modules"])
    assert any(one["modules"] > 1 for one in replaced)


def test_off_is_facefusion_as_it_is() -> None:
    done = call(sys.executable, "facefusion.py")
    said = answer(done)
    swapped_everywhere_not = [one["replaced"] for one in said["holders"].values()]
    assert not any(swapped_everywhere_not) and done.stderr == ""
    assert plain(FFBENCH_FACEFUSION="off") == said


@pytest.mark.parametrize("model", ["hyperswap", "inswapper"])
def test_exact_gives_the_same_bytes(known: str, model: str) -> None:
    expected = plain(FAKE_MODEL=model)["digest"]
    done = call(sys.executable, "facefusion.py", FAKE_MODEL=model, FFBENCH_FACEFUSION="exact",
                FFBENCH_FACEFUSION_SOURCES=known)
    said = answer(done)
    swapped_everywhere(said, EXACT_FUNCTIONS)
    assert said["digest"] == expected
    assert done.stderr.startswith("ffbench: hot-swap exact: ") and "not replaced: face_helper.warp_face" in done.stderr


def test_enhanced_replaces_every_copy_and_gives_other_bytes(known: str) -> None:
    done = call(sys.executable, "facefusion.py", FFBENCH_FACEFUSION="enhanced", FFBENCH_FACEFUSION_SOURCES=known)
    said = answer(done)
    swapped_everywhere(said, FUNCTIONS)
    assert said["digest"] != plain()["digest"]
    assert done.stderr.count("\n") == 1 and f"of {FUNCTIONS + AROUND} functions" in done.stderr
    assert "original" not in done.stderr


@pytest.mark.parametrize("mode", ["enhanced", "exact"])
def test_threads_change_nothing(known: str, mode: str) -> None:
    one = plain("--frames", "24", FFBENCH_FACEFUSION=mode, FFBENCH_FACEFUSION_SOURCES=known)
    eight = plain("--frames", "24", "--threads", "8", FFBENCH_FACEFUSION=mode, FFBENCH_FACEFUSION_SOURCES=known)
    assert one["digest"] == eight["digest"]


@pytest.mark.parametrize("options", [(), ("-E",), ("-I",), ("-S",)], ids=["plain", "E", "I", "S"])
@pytest.mark.parametrize("arguments", [(), ("--reexec",)], ids=["once", "reexec"])
def test_launcher(known: str, tmp_path: Path, options: tuple[str, ...], arguments: tuple[str, ...]) -> None:
    report = tmp_path / "report.json"
    code = "import sys, runpy; sys.path[:0] = ['.']; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    start = ("facefusion.py",) if options != ("-I",) else ("-c", code, "facefusion.py")
    if options == ("-S",):
        # Without site-packages there is no NumPy either: only that the loss is said can be tested.
        done = call(*LAUNCHER, "--", sys.executable, "-S", "-E", "-c", "print(1)")
        assert done.returncode == 0 and "WARNING: the command ended without a word" in done.stderr
        return
    done = call(*LAUNCHER, "--report", str(report), "--", sys.executable, *options, *start, *arguments,
                FFBENCH_FACEFUSION_SOURCES=known)
    assert done.returncode == 0, done.stderr
    if options == ("-I",) and arguments:
        return  # -I is lost in the new Python, which then has no path to the package: not FaceFusion's way
    swapped_everywhere(answer(done), FUNCTIONS)
    calls = json.loads(report.read_text())["calls"]
    assert calls["face_helper.paste_back"] == {"cpu": 6}
    assert "WARNING" not in done.stderr


def test_launcher_passes_the_exit_code_on(known: str) -> None:
    done = call(*LAUNCHER, "--quiet", "--", sys.executable, "facefusion.py", "--fail", FFBENCH_FACEFUSION_SOURCES=known)
    assert done.returncode == 3 and done.stderr == ""
    missing = call(*LAUNCHER, "--", "no-such-program")
    assert missing.returncode == 2 and missing.stderr == "ffbench-facefusion: no-such-program: no such program\n"
    assert call(*LAUNCHER, "--").returncode == 2


def test_a_launcher_that_is_ended_ends_facefusion(known: str) -> None:
    with subprocess.Popen([*LAUNCHER, "--", sys.executable, "facefusion.py", "--sleep", "60"], cwd=FAKES,
                          env={**os.environ, "FFBENCH_FACEFUSION_SOURCES": known}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "sleeping\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 128 + signal.SIGTERM


def test_no_call_is_said_loudly(known: str) -> None:
    done = call(*LAUNCHER, "--", sys.executable, "-c", "import facefusion.face_helper", FFBENCH_FACEFUSION_SOURCES=known)
    assert done.returncode == 0
    assert "WARNING: the hot-swap (enhanced) was in place, but none of its functions was called" in done.stderr
    assert "ffbench-facefusion: WARNING: no function of the hot-swap was called" in done.stderr


def test_an_unknown_version_is_left_alone_and_named(known: str, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(FAKES, changed, ignore=shutil.ignore_patterns("__pycache__"))
    helper = changed / "facefusion" / "face_helper.py"
    helper.write_text(helper.read_text().replace("result = temp_vision_frame.copy()", "result = temp_vision_frame.copy() // 2"))
    masker = changed / "facefusion" / "face_masker.py"
    masker.write_text(masker.read_text().replace("face_mask_blur, face_mask_padding)", "face_mask_blur, padding=None)"))
    expected = answer(call(sys.executable, "facefusion.py", cwd=changed))
    done = call(sys.executable, "facefusion.py", cwd=changed, FFBENCH_FACEFUSION="exact", FFBENCH_FACEFUSION_SOURCES=known)
    said = answer(done)
    swapped_everywhere(said, EXACT_FUNCTIONS - 2)
    assert said["digest"] == expected["digest"]
    assert "face_helper.paste_back" in done.stderr and "face_masker.create_box_mask" in done.stderr
    checked = call(*LAUNCHER, "check", str(changed), FFBENCH_FACEFUSION_SOURCES=known)
    assert checked.returncode == 1
    assert "face_helper.paste_back: left alone: paste_back of no known version" in checked.stdout
    # None of the fake's functions is known without the file.
    nothing = call(sys.executable, "facefusion.py", FFBENCH_FACEFUSION="enhanced")
    assert answer(nothing)["digest"] == plain()["digest"] and "WARNING: nothing of FaceFusion was replaced" in nothing.stderr


def test_a_mode_that_is_unknown_and_a_package_that_is_broken_leave_facefusion_as_it_is(known: str) -> None:
    done = call(sys.executable, "facefusion.py", FFBENCH_FACEFUSION="fast", FFBENCH_FACEFUSION_SOURCES=known)
    assert answer(done)["digest"] == plain()["digest"]
    assert done.stderr == ("ffbench: FaceFusion runs without the hot-swap: ValueError: FFBENCH_FACEFUSION: 'fast' is "
                           "unknown; known: enhanced, exact, off\n")
    done = call(sys.executable, "facefusion.py", FFBENCH_FACEFUSION="exact", FFBENCH_FACEFUSION_SOURCES="/no/file")
    assert answer(done)["digest"] == plain()["digest"] and "is left as it is" in done.stderr
    assert all(line.startswith("ffbench: ") for line in done.stderr.splitlines())


def make_clip(folder: Path, pixels: str) -> str:
    clip = str(folder / f"{pixels}.mkv")
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=64x48:r=5:d=1", "-c:v", "ffv1",
                    "-pix_fmt", pixels, clip], check=True)
    return clip


@pytest.mark.parametrize("mode", ["enhanced", "exact"])
def test_around_the_pixels(known: str, mode: str, tmp_path: Path) -> None:
    clip = make_clip(tmp_path, "yuv420p")
    expected = plain(FAKE_CLIP=clip)["around"]
    made = plain(FFBENCH_FACEFUSION=mode, FFBENCH_FACEFUSION_SOURCES=known, FAKE_CLIP=clip)["around"]
    assert made["read"] and expected["read"]
    assert made["faces"] == expected["faces"] == [["a face"], None]
    # The check of models and of content goes by the CRC-32 of files: nothing of it is touched.
    assert made["checks"] == expected["checks"] == ["d79572d9", "d79572d9"]
    assert made["contexts"] == expected["contexts"] == ["cli", "ui", "cli"]
    assert expected["session"] == ["model.onnx", ["cpu"], None]
    assert made["session"][:2] == ["model.onnx", ["cpu"]]
    assert made["session"][2] == {"session.intra_op.allow_spinning": "0", "session.inter_op.allow_spinning": "0"}
    assert expected["pattern"].endswith("/facefusion/yuv420p.mkv/%08d.png")
    assert made["pattern"] == expected["pattern"].removesuffix("png") + "ppm"


@pytest.mark.parametrize(
    "environment, ending",
    [({"FAKE_FORMAT": "jpeg"}, "jpeg"), ({"FAKE_KEEP": "1"}, "png"), ({"FAKE_FRAMES": "1000000000000"}, "png"),
     ({"FAKE_FRAMES": "0"}, "png"), ({"FFBENCH_FACEFUSION_WITHOUT": "temp-frames"}, "png"),
     ({"pixels": "yuv420p10le"}, "png"), ({"pixels": "yuva420p"}, "png"), ({"FAKE_CLIP": "no-such-clip.mp4"}, "png")],
    ids=["another format", "kept", "no room", "unknown length", "switched off", "10 bits", "alpha", "no clip"],
)
def test_frames_stay_in_facefusions_format(
    known: str, tmp_path: Path, environment: dict[str, str], ending: str
) -> None:
    clip = make_clip(tmp_path, environment.pop("pixels", "yuv420p"))
    environment = {"FAKE_CLIP": clip, **environment}
    said = plain(FFBENCH_FACEFUSION="exact", FFBENCH_FACEFUSION_SOURCES=known, **environment)
    assert said["around"]["pattern"].endswith(f".{ending}")


def test_a_feature_is_switched_off_by_name(known: str) -> None:
    done = call(sys.executable, "facefusion.py", FFBENCH_FACEFUSION="enhanced", FFBENCH_FACEFUSION_SOURCES=known,
                FFBENCH_FACEFUSION_WITHOUT="spinning, pixels")
    said = answer(done)
    assert said["around"]["session"][2] is None and said["digest"] == plain()["digest"]
    assert "of 4 functions" in done.stderr and "face_helper.paste_back" in done.stderr
    done = call(sys.executable, "facefusion.py", FFBENCH_FACEFUSION="enhanced", FFBENCH_FACEFUSION_SOURCES=known,
                FFBENCH_FACEFUSION_WITHOUT="pixel")
    assert answer(done)["digest"] == plain()["digest"]
    assert done.stderr == ("ffbench: FaceFusion runs without the hot-swap: ValueError: FFBENCH_FACEFUSION_WITHOUT: 'pixel' "
                           "is unknown; known: cuda, face-store, lookups, pixels, spinning, temp-frames\n")


PROBE = """
import json, sys
import numpy as np
from facefusion import core, face_helper, face_masker
from facefusion.processors.modules.face_swapper import core as swapper
from ffbench.facefusion.hotswap import status
frame, face = core.make_frame(1), core.make_face(1)
"""


def probe(code: str, known: str, mode: str = "enhanced") -> Any:
    done = call(sys.executable, "-c", PROBE + code, FFBENCH_FACEFUSION=mode, FFBENCH_FACEFUSION_SOURCES=known,
                FFBENCH_FACEFUSION_QUIET="1")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1]), done.stderr


@pytest.mark.parametrize("mode", ["enhanced", "exact"])
def test_frames_and_crops_of_every_kind(known: str, mode: str) -> None:
    said, errors = probe("""
original = face_helper.paste_back.__wrapped__
warp = face_helper.warp_face_by_face_landmark_5
crop, matrix = warp(frame, face["5"], "plain", (64, 64))
mask = face_masker.create_box_mask(crop, 0.3, (0, 0, 0, 0))
rgba = np.dstack([frame, frame[:, :, :1]])
frame.flags.writeable = False
worst = {}
for name, one in {"plain": frame, "rgba view": rgba[:, :, :3], "upside down": np.ascontiguousarray(frame[::-1])[::-1]}.items():
    for kind in (np.float64, np.float32, np.uint8):
        before = one.copy()
        made = face_helper.paste_back(one, crop.astype(kind), mask, matrix)
        assert (one == before).all() and not np.shares_memory(made, one) and made.dtype == np.uint8
        apart = np.abs(made.astype(int) - original(one, crop.astype(kind), mask, matrix))
        worst[name + " " + np.dtype(kind).name] = [int(apart.max()), float(apart.mean())]
counted = status.snapshot()["calls"]["face_helper.paste_back"]
deep = frame.astype(np.uint16) * 257
assert (face_helper.paste_back(deep, crop.astype(float), mask, matrix) == original(deep, crop.astype(float), mask, matrix)).all()
assert warp(rgba, face["5"], "plain", (64, 64))[0].shape == (64, 64, 4)
late = status.snapshot()["calls"]["face_helper.paste_back"]
print(json.dumps([worst, counted, late]))
""", known, mode)
    worst, counted, late = said
    assert errors == "" and len(worst) == 9
    if mode == "exact":
        assert all(most == 0 for most, _ in worst.values())
        assert counted == {"cpu": 6, "original": 3}  # crops of bytes are left to FaceFusion
    else:
        # OpenCV's coordinates are in 1/32 pixel, its result is truncated; ours has a seam band.
        assert all(mean < 1 for _, mean in worst.values())
        assert counted == {"cpu": 9}
    assert late["original"] == counted.get("original", 0) + 1


def test_an_exception_in_a_replacement_is_one_line_and_facefusion_goes_on(known: str) -> None:
    said, errors = probe("""
from ffbench import _native
from ffbench.facefusion.hotswap import enhanced
def broken(*arguments, **options):
    raise RuntimeError("broken\\nin two lines")
expected = [face_helper.warp_face_by_face_landmark_5.__wrapped__(frame, face["5"], "plain", (64, 64))[0] for _ in range(2)]
enhanced.warp = broken
made = [face_helper.warp_face_by_face_landmark_5(frame, face["5"], "plain", (64, 64))[0] for _ in range(2)]
print(json.dumps([all((a == b).all() for a, b in zip(made, expected)), status.snapshot()]))
""", known)
    same, snapshot = said
    assert same
    assert errors == ("ffbench: face_helper.warp_face_by_face_landmark_5: RuntimeError: broken in two lines; "
                      "FaceFusion's own function is called instead\n")
    assert snapshot["calls"]["face_helper.warp_face_by_face_landmark_5"] == {"original": 2}
    assert list(snapshot["errors"]) == ["face_helper.warp_face_by_face_landmark_5"]


def test_late_installation_rebinds_the_copies(known: str) -> None:
    code = """
import json, os, sys
from facefusion import core
before = core.swap(2).tobytes()
os.environ["FFBENCH_FACEFUSION"] = "enhanced"
from ffbench.facefusion.hotswap import hook, status
hook.action_for("facefusion.later", "enhanced")
print(json.dumps([core.holders(), before != core.swap(2).tobytes(), status.snapshot()["replaced"]]))
"""
    done = call(sys.executable, "-c", code, FFBENCH_FACEFUSION_SOURCES=known)
    assert done.returncode == 0, done.stderr
    holders, differs, replaced = json.loads(done.stdout)
    swapped_everywhere({"holders": holders}, FUNCTIONS)
    assert differs and replaced["face_helper.paste_back"] == 1


def test_install_and_uninstall(known: str) -> None:
    folder = Path(sysconfig.get_path("purelib"))
    try:
        assert call(*LAUNCHER, "install", "--mode", "exact").returncode == 0
        assert (folder / "ffbench_facefusion.start").read_text() == "ffbench_startup:at_start_exact\n"
        done = call(sys.executable, "-E", "facefusion.py", FFBENCH_FACEFUSION_SOURCES=known)
        swapped_everywhere(answer(done), EXACT_FUNCTIONS)
        assert "installed, mode exact" in call(*LAUNCHER, "status").stdout
        assert not any(one["replaced"] for one in plain(FFBENCH_FACEFUSION="off", FFBENCH_FACEFUSION_SOURCES=known)["holders"].values())
        assert call(*LAUNCHER, "install").returncode == 0
        swapped_everywhere(plain(FFBENCH_FACEFUSION_SOURCES=known), FUNCTIONS)
    finally:
        assert call(*LAUNCHER, "uninstall").returncode == 0
    assert not list(folder.glob("ffbench_facefusion.*"))
    assert "nothing was installed" in call(*LAUNCHER, "uninstall").stdout
    assert not any(one["replaced"] for one in plain(FFBENCH_FACEFUSION_SOURCES=known)["holders"].values())


def test_other_pythons_pay_nothing() -> None:
    done = call(sys.executable, "-c", "import sys; print([m for m in sys.modules if m.startswith('ffbench')])")
    assert done.stdout.strip() == "['ffbench_startup']"


def test_bad_checkouts() -> None:
    for command in ("check", "sources"):
        done = call(*LAUNCHER, command, "/no/such/folder")
        assert done.returncode == 2 and done.stderr.count("\n") == 1 and "is /no/such/folder a checkout" in done.stderr


def test_two_runs_at_once(known: str, tmp_path: Path) -> None:
    # The program's temporary frames have a path that the clip names: each run gets a folder of its own.
    folders = [tmp_path / "first", tmp_path / "second"]
    for folder in folders:
        folder.mkdir()
    processes = [
        subprocess.Popen([*LAUNCHER, "--", sys.executable, "facefusion.py"], cwd=FAKES, text=True,
                         env={**os.environ, "FFBENCH_FACEFUSION_SOURCES": known, "TMPDIR": str(folder)},
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for folder in folders
    ]
    digests = set()
    for process in processes:
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0 and "WARNING" not in errors
        digests.add(json.loads(out)["digest"])
    assert len(digests) == 1

