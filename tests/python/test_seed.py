"""The seed's Python examples, with its imports, calls and arguments, in a process that has FaceFusion on its path."""

from __future__ import annotations

import json

import numpy as np
import pytest
from conftest import FAKES, run_python, textured_frames

import ffbench
from ffbench.facefusion.stability.eos_guard import EOSStabilityGuard
from ffbench.facefusion.stability.pose_filter import Pose, PoseFilter, extract_pose_from_landmarks

PROGRAMMATIC = """
import numpy as np
import ffbench
frame = target = np.random.default_rng(1).integers(0, 256, (720, 1280, 3), dtype=np.uint8)
affine_matrix = affine = ffbench.fit_similarity(ffbench.warp_template("arcface_128", 300) + [500, 200],
                                                ffbench.warp_template("arcface_128", 512))
crop = np.full((512, 512, 3), 90.5, np.float32)
mask = ffbench.box_mask(512).astype(np.float32) / 255

from facefusion.vision_enhanced import (
    warp_face_enhanced,
    paste_back_enhanced,
    is_cuda_available,
    get_optimization_status
)

# Check what's available
print(get_optimization_status())

# Use enhanced operations
warped = warp_face_enhanced(frame, affine_matrix, (512, 512), use_cuda=True)
result = paste_back_enhanced(target, crop, mask, affine, use_cuda=True)

import json
print(json.dumps([warped.shape, str(warped.dtype), result.shape, str(result.dtype), bool((result != target).any()),
                  is_cuda_available(), get_optimization_status()["cuda_available"],
                  get_optimization_status()["stability_available"]]))
"""

FINE_GRAINED = """
import numpy as np
import ffbench
random = np.random.default_rng(2)
total_frames = 40
frames = [None] * total_frames
landmarks = ffbench.warp_template("arcface_128", 300) + [500, 200] + random.normal(0, 1, (5, 2))
affine = ffbench.fit_similarity(landmarks, ffbench.warp_template("arcface_128", 512))
params = {"gain": [1.0, 2.0]}

from facefusion.stability.pose_filter import PoseFilter, extract_pose_from_landmarks
from facefusion.stability.eos_guard import EOSStabilityGuard

# Create filters
pose_filter = PoseFilter(beta=0.85, deadband=(0.5, 0.5, 0.5, 0.002))
eos_guard = EOSStabilityGuard(tail_window_frames=12)

# Apply in processing loop
tail = 0
for frame_idx, frame in enumerate(frames):
    # Extract and filter pose
    pose = extract_pose_from_landmarks(landmarks)
    filtered_pose = pose_filter.update(pose)

    # Apply EOS protection in tail
    if eos_guard.in_tail_window(frame_idx, total_frames):
        affine = eos_guard.stabilize_affine(affine)
        params = eos_guard.freeze_parameters(params)
        tail += 1

import json
print(json.dumps([tail, affine.tolist(), params, filtered_pose.roll - pose.roll, filtered_pose.scale / pose.scale]))
"""

TPSNR = '''
# Compute tPSNR between consecutive frames
from facefusion.vision import read_static_video_frame
import cv2
import numpy as np

def compute_tpsnr(video_path, stride=2):
    frames = []
    for i in range(0, 151, stride):
        frame = read_static_video_frame(video_path, i)
        # Center crop 640x640 (face region)
        h, w = frame.shape[:2]
        y1, x1 = (h - 640) // 2, (w - 640) // 2
        crop = frame[y1:y1+640, x1:x1+640]
        frames.append(crop)

    psnr_list = []
    for i in range(1, len(frames)):
        mse = np.mean((frames[i].astype(float) - frames[i-1].astype(float)) ** 2)
        psnr = 10 * np.log10(255**2 / (mse + 1e-10))
        psnr_list.append(psnr)

    print(f"Mean tPSNR: {np.mean(psnr_list):.2f} dB")
    print(f"Std tPSNR: {np.std(psnr_list):.2f} dB")
    print(f"Min tPSNR: {np.min(psnr_list):.2f} dB")

import sys
compute_tpsnr(sys.argv[1])
'''


def test_programmatic_control() -> None:
    done = run_python(PROGRAMMATIC)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    device = not ffbench.why_no_cuda()
    assert said == [[512, 512, 3], "uint8", [720, 1280, 3], "uint8", True, device, device, True]


def test_fine_grained_control() -> None:
    done = run_python(FINE_GRAINED)
    assert done.returncode == 0, done.stderr
    tail, affine, params, roll, scale = json.loads(done.stdout.splitlines()[-1])
    assert tail == 12 and params == {"gain": [1.0, 2.0]}
    # A face that stands still stays where it is, on a grid point.
    assert abs(roll) < 1e-9 and abs(scale - 1) < 1e-9 and affine[0][0] == affine[1][1]


def test_tpsnr(tmp_path: object) -> None:
    pytest.importorskip("cv2")
    np.save(f"{tmp_path}/clip.npy", textured_frames(1, 1280, 720)[0])
    done = run_python(TPSNR, f"{tmp_path}/clip.npy")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Mean tPSNR: 42.") and lines[1] == "Std tPSNR: 0.00 dB" and lines[2].startswith("Min tPSNR: 42.")


def test_the_seeds_names_are_ffbenchs_modules() -> None:
    done = run_python(
        "import facefusion.vision_enhanced as a, ffbench.facefusion.vision_enhanced as b\n"
        "from facefusion.cuda import ff_cuda_ops\n"
        "from facefusion.stability import pose_filter, eos_guard, fhr\n"
        "import ffbench.facefusion.cuda.ff_cuda_ops as c, importlib\n"
        "assert a is b and ff_cuda_ops is c and a.__spec__.name == 'ffbench.facefusion.vision_enhanced'\n"
        "assert ff_cuda_ops.is_available() == (not ff_cuda_ops.why_not()) == bool(ff_cuda_ops.devices())\n"
        "print('CUDA ops loaded successfully!')\n"
    )
    assert done.returncode == 0 and done.stdout == "CUDA ops loaded successfully!\n", done.stderr


def test_a_fork_that_has_these_modules_keeps_its_own(tmp_path: object) -> None:
    import shutil

    shutil.copytree(FAKES, f"{tmp_path}/fork")
    with open(f"{tmp_path}/fork/facefusion/vision_enhanced.py", "w") as file:
        file.write("OWN = True\n")
    done = run_python(f"import sys; sys.path.insert(0, '{tmp_path}/fork'); import facefusion.vision_enhanced as v; print(v.OWN)")
    assert done.stdout == "True\n", done.stderr


def test_pose_filter_has_the_seeds_defects_mended() -> None:
    # A constant input is the output from the first frame on (the seed gave 36 degrees for 10 at t = 2).
    pose_filter = PoseFilter()
    for _ in range(5):
        assert abs(pose_filter.update((10.0, 0.0, 10.0, 1.0)).roll - 10) < 1e-9
    # Axes are independent, each against the last output.
    moved = pose_filter.update((10.0, 0.0, 40.0, 1.0))
    assert abs(moved.yaw - 10) < 1e-9 and moved.roll > 11
    pose_filter.reset()
    assert abs(pose_filter.update((0.0, 0.0, 0.0, 2.0)).scale - 2) < 1e-12
    # Angles are followed over +-180 degrees.
    turning = PoseFilter(beta=0.5, deadband=(0, 0, 0, 0))
    rolls = [turning.update((0.0, 0.0, (170 + 4 * t + 180) % 360 - 180, 1.0)).roll for t in range(10)]
    assert max(abs(b - a) for a, b in zip(rolls, rolls[1:])) < 10
    for wrong in ((1.0, 2.0, 3.0), (0.0, 0.0, float("nan"), 1.0), (0.0, 0.0, 0.0, 0.0), (1e9, 0.0, 0.0, 1.0)):
        with pytest.raises(ValueError):
            PoseFilter().update(wrong)
    for arguments in ({"beta": 1.0}, {"beta": float("nan")}, {"deadband": (1, 2, 3)}, {"deadband": (0, 0, -1, 0)}):
        with pytest.raises(ValueError):
            PoseFilter(**arguments)
    assert Pose(1, 2, 3, 4) == Pose(1, 2, 3, 4) and Pose(1, 2, 3, 4) != Pose(1, 2, 3, 5) and Pose(1, 2, 3, 4) != 1


def test_landmarks_of_a_wrong_kind_are_refused() -> None:
    for wrong in (np.zeros((5, 2)), np.full((68, 2), np.nan), np.zeros((4, 2)), np.zeros(10)):
        with pytest.raises(ValueError):
            extract_pose_from_landmarks(wrong)
    with pytest.raises(TypeError):
        extract_pose_from_landmarks("landmarks")


def test_guard_holds_the_last_value_before_the_tail_and_does_not_chatter() -> None:
    template = ffbench.warp_template("arcface_128", 512)
    guard = EOSStabilityGuard(tail_window_frames=12)
    random = np.random.default_rng(5)
    before = None
    matrices = []
    for t in range(60):
        shake = random.normal(0, 0.01, 2) if t >= 48 else 0
        affine = ffbench.fit_similarity(template * 0.5 + [1500, 800] + shake, template)
        tail = guard.in_tail_window(t, 60)
        assert tail == (t >= 48)
        held = guard.stabilize_affine(affine)
        frozen = guard.freeze_parameters({"gain": t})
        if not tail:
            np.testing.assert_array_equal(held, affine)
            before = affine
        else:
            assert frozen == {"gain": 47}
            matrices.append(held)
    assert all((m == matrices[0]).all() for m in matrices)
    # Quantised about the face: its middle is not moved by more than half a step of 1/16 pixel.
    middle = template.mean(axis=0) * 0.5 + [1500, 800]
    assert before is not None
    shift = (matrices[0][:, :2] @ middle + matrices[0][:, 2]) - (before[:, :2] @ middle + before[:, 2])
    assert np.abs(shift).max() < 2 * 0.05
    for wrong in (np.eye(3), [[1, 2, 3], [4, 5, 6]], np.zeros((2, 3)), [[1, 0, np.inf], [0, 1, 0]]):
        with pytest.raises(ValueError):
            guard.stabilize_affine(wrong)
    with pytest.raises(ValueError):
        EOSStabilityGuard(tail_window_frames=-1)


def test_switches() -> None:
    from ffbench.facefusion import vision_enhanced

    frames = textured_frames(14, 320, 240)
    from conftest import moving_landmarks

    track = ffbench.FaceTrack(
        320, 240, [ffbench.TrackFrame([ffbench.Face(0, p[[36, 42, 30, 48, 54]], p)]) for p in moving_landmarks(14)]
    )
    plans = {}
    switches = ("USE_FHR", "USE_POSE_FILTER", "USE_EOS_GUARD")
    before = {name: getattr(vision_enhanced, name) for name in switches}
    assert before == {"USE_FHR": False, "USE_POSE_FILTER": True, "USE_EOS_GUARD": True}
    try:
        for on in ((), *((name,) for name in switches)):
            for name in switches:
                setattr(vision_enhanced, name, name in on)
            plan = vision_enhanced.stabilize_track(track, frames, crop_size=64)
            plans[on] = np.stack([frame.faces[0].matrix for frame in plan.frames])
            assert [frame.faces[0].tail for frame in plan.frames] == [on == ("USE_EOS_GUARD",) and t >= 2 for t in range(14)]
    finally:
        for name, value in before.items():
            setattr(vision_enhanced, name, value)
    for on, matrices in plans.items():
        assert (on == ()) == bool((matrices == plans[()]).all())
