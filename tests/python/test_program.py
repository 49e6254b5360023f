"""The package computes what the program computes: plans and pixels of the preset `seed`, bit for bit."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from conftest import moving_landmarks, textured_frames

import ffbench
from ffbench.facefusion import vision_enhanced
from ffbench.facefusion.stability.eos_guard import EOSStabilityGuard
from ffbench.facefusion.stability.pose_filter import PoseFilter, extract_pose_from_landmarks, matrix_from_pose

cv2 = pytest.importorskip("cv2")

COUNT, WIDTH, HEIGHT, CROP = 20, 320, 240, 128


class Dump:
    """A clip without loss of a bit, run through the program with all its stages written."""

    def __init__(self, program: str, folder: Path) -> None:
        self.frames = textured_frames(COUNT, WIDTH, HEIGHT)
        self.landmarks = moving_landmarks(COUNT)
        clip = folder / "clip.mkv"
        subprocess.run(
            ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{WIDTH}x{HEIGHT}", "-r", "25",
             "-i", "-", "-c:v", "ffv1", "-pix_fmt", "bgr0", str(clip)],
            input=b"".join(frame.tobytes() for frame in self.frames),
            check=True,
        )
        track = {"schema": "ffbench.track/1", "video": {"name": "clip.mkv"}, "width": WIDTH, "height": HEIGHT,
                 "frame_count": COUNT, "detector": "test", "observed": [
                     {"faces": [{"id": 0, "box": [0, 0, WIDTH, HEIGHT], "score": 1,
                                 "landmarks5": self.five(t).tolist(), "landmarks68": self.landmarks[t].tolist()}]}
                     for t in range(COUNT)]}
        (folder / "clip.track.json").write_text(json.dumps(track))
        command = [program, "run", "video", str(clip), "--track", str(folder / "clip.track.json"), "--pipeline", "enhanced:seed/cpu", "--swap", "identity",
                   "--crop-size", str(CROP), "--repetitions", "0", "--dump", str(folder / "dump"), "--quiet",
                   "--out", str(folder / "out")]
        for stage in ("warp", "hysteresis", "composite"):
            command += ["--dump-stage", stage]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode in (0, 1, 3), done.stderr
        (plan,) = (folder / "dump").rglob("plan.json")
        self.folder = plan.parent
        self.plan = json.loads(plan.read_text())["frames"]

    def five(self, t: int) -> np.ndarray:
        points = self.landmarks[t]
        return np.stack([points[36:42].sum(0) / 6, points[42:48].sum(0) / 6, points[30], points[48], points[54]])

    def matrix(self, t: int) -> np.ndarray:
        s = self.plan[t]["faces"][0]["frame_to_crop"]
        return np.array([[s["a"], -s["b"], s["tx"]], [s["b"], s["a"], s["ty"]]])

    def image(self, stage: str, t: int) -> np.ndarray:
        name = f"frame-{t:05d}" + ("" if stage == "composite" else "-face-0") + ".png"
        picture = cv2.imread(str(self.folder / stage / name), cv2.IMREAD_UNCHANGED)
        assert picture is not None, name
        return picture if stage != "hysteresis" or picture.ndim == 2 else np.ascontiguousarray(picture[:, :, 0])

    def track(self) -> ffbench.FaceTrack:
        frames = [ffbench.TrackFrame([ffbench.Face(0, self.five(t), self.landmarks[t])]) for t in range(COUNT)]
        return ffbench.FaceTrack(WIDTH, HEIGHT, frames)


@pytest.fixture(scope="module")
def dump(program: str, tmp_path_factory: pytest.TempPathFactory) -> Dump:
    return Dump(program, tmp_path_factory.mktemp("program"))


def test_pose_filter_and_guard_give_the_programs_matrices(dump: Dump) -> None:
    pose_filter = PoseFilter(beta=0.85, deadband=(0.5, 0.5, 0.5, 0.002))
    guard = EOSStabilityGuard(tail_window_frames=12, crop_size=CROP)
    tails = 0
    for t in range(COUNT):
        pose = pose_filter.update(extract_pose_from_landmarks(dump.landmarks[t], crop_size=CROP))
        in_tail = guard.in_tail_window(t, COUNT)
        assert in_tail == dump.plan[t]["faces"][0]["tail"]
        tails += in_tail
        affine = guard.stabilize_affine(matrix_from_pose(pose, crop_size=CROP))
        np.testing.assert_array_equal(affine, dump.matrix(t))
    assert tails == 12


def test_plan_is_the_programs(dump: Dump) -> None:
    plan = vision_enhanced.stabilize_track(dump.track(), crop_size=CROP)
    for t, frame in enumerate(plan.frames):
        (face,) = frame.faces
        np.testing.assert_array_equal(face.matrix, dump.matrix(t))
        assert list(face.region) == dump.plan[t]["faces"][0]["region"]
        np.testing.assert_array_equal(face.mask_polygon, dump.plan[t]["faces"][0]["mask_polygon"])


def test_warp_and_paste_by_the_seeds_names_give_the_programs_bytes(dump: Dump) -> None:
    changed = 0
    for t in range(COUNT):
        affine = dump.matrix(t)
        crop = vision_enhanced.warp_face_enhanced(dump.frames[t], affine, (CROP, CROP), use_cuda=True)
        np.testing.assert_array_equal(crop, dump.image("warp", t))
        # With the swap `identity` the gains are 1: the crop is what is pasted.
        mask = dump.image("hysteresis", t)
        pasted = vision_enhanced.paste_back_enhanced(dump.frames[t], crop, mask, affine, use_cuda=True)
        np.testing.assert_array_equal(pasted, dump.image("composite", t))
        floats = vision_enhanced.paste_back_enhanced(
            dump.frames[t], crop.astype(np.float64), (mask / 255).astype(np.float32), affine
        )
        np.testing.assert_array_equal(floats, pasted)
        changed += int((pasted != dump.frames[t]).sum())
    assert changed > 0


@pytest.mark.parametrize("backend", ["cpu", "reference", "auto"])
def test_executor_gives_the_programs_frames(dump: Dump, backend: str) -> None:
    plan = vision_enhanced.stabilize_track(dump.track(), crop_size=CROP)
    executor = ffbench.Executor("seed", crop_size=CROP, swap="identity", backend=backend)
    made = list(executor.execute_clip(dump.frames, plan))
    assert len(made) == COUNT
    for t, frame in enumerate(made):
        np.testing.assert_array_equal(frame, dump.image("composite", t))
