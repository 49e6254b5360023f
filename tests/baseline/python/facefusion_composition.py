#!/usr/bin/env python3
"""FaceFusion 3.5.0's pixel stages as its users run them: NumPy and OpenCV, one array expression after another.

Written from a description of what FaceFusion computes, independently of the C++ baseline, and used twice:

  facefusion_composition.py stages FOLDER...   for each folder, reads case.json, frame.bin and source.bin and
                                               writes every intermediate result as NAME.bin
  facefusion_composition.py bench [options]    benchmark: milliseconds per stage on one thread, as JSON
  facefusion_composition.py version            OpenCV's and NumPy's version
"""

import argparse
import json
import pathlib
import platform
import statistics
import sys
import time

import cv2
import numpy as np


def align(landmarks, unit_template, crop_size):
    """The 2x3 matrix from frame to crop, or None."""
    target = np.array(unit_template, dtype=np.float64) * crop_size
    matrix, _ = cv2.estimateAffinePartial2D(
        np.array(landmarks, dtype=np.float32), target, method=cv2.RANSAC, ransacReprojThreshold=100)
    return matrix


def cut_out(frame, matrix, crop_size):
    return cv2.warpAffine(frame, matrix, (crop_size, crop_size), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REPLICATE)


def soft_box(crop_size, blur, padding):
    """A float32 square of ones whose border is zero, blurred. Padding: top, right, bottom, left, in percent."""
    amount = int(crop_size * 0.5 * blur)
    least = max(amount // 2, 1)
    top, right, bottom, left = (max(least, int(crop_size * percent / 100)) for percent in padding)
    box = np.ones((crop_size, crop_size)).astype(np.float32)
    box[:top, :] = 0
    box[-bottom:, :] = 0
    box[:, :left] = 0
    box[:, -right:] = 0
    return cv2.GaussianBlur(box, (0, 0), amount * 0.25) if amount > 0 else box


def split_phases(crop, factor):
    """Polyphase parts: part (r, c) holds the pixels whose row and column leave the remainders r and c."""
    side = crop.shape[0] // factor
    grid = crop.reshape(side, factor, side, factor, 3)
    return grid.transpose(1, 3, 0, 2, 4).reshape(factor * factor, side, side, 3)


def join_phases(parts, factor):
    side = parts[0].shape[0]
    grid = np.stack(parts).reshape(factor, factor, side, side, 3)
    return grid.transpose(2, 0, 3, 1, 4).reshape(side * factor, side * factor, 3)


def to_model(part, mean, deviation):
    """8-bit BGR to the model's float32 input, 1 x RGB x height x width."""
    values = part[:, :, ::-1] / 255.0
    values = (values - mean) / deviation
    return np.expand_dims(values.transpose(2, 0, 1), axis=0).astype(np.float32)


def from_model(planes, mean, deviation, denormalise):
    """The model's RGB planes to BGR in 0..255, not rounded; lists as mean and deviation promote to float64."""
    values = planes.transpose(1, 2, 0)
    if denormalise:
        values = values * deviation + mean
    return values.clip(0, 1)[:, :, ::-1] * 255


def paste_area(frame, crop, matrix):
    """Region x, y, width, height of the frame that the crop covers, and the matrix from crop to region."""
    height, width = frame.shape[:2]
    rows, columns = crop.shape[:2]
    inverse = cv2.invertAffineTransform(matrix)
    corners = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]])  # whole numbers, as in FaceFusion
    moved = cv2.transform(corners.reshape(-1, 1, 2), inverse).reshape(-1, 2)
    low = np.clip(np.floor(moved.min(axis=0)).astype(int), 0, [width, height])
    high = np.clip(np.ceil(moved.max(axis=0)).astype(int), 0, [width, height])
    to_region = inverse.copy()
    to_region[:, 2] -= low
    return (*low, *(high - low)), to_region


class Composition:
    """One face in one frame. `seconds` sums the time of each stage, `kept` holds the intermediate results."""

    def __init__(self, case, source):
        self.case = case
        self.size = case["crop_size"]
        self.factor = max(1, self.size // case["model_size"])
        self.seconds = dict.fromkeys(("warp", "mask", "swap", "composite"), 0.0)
        self.kept = {}
        self.answers = self.source_answers(source) if source is not None else None

    def source_answers(self, source):
        """What the built-in `source` swap returns in the model's place, made once."""
        case = self.case
        matrix = align(case["source_landmarks"], case["template"], self.size)
        mean, deviation = case["mean"], case["standard_deviation"]
        if not case["denormalise"]:
            mean, deviation = [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]
        return [to_model(part, mean, deviation)[0]
                for part in split_phases(cut_out(source, matrix, self.size), self.factor)]

    def swap(self, crop):
        case = self.case
        mean, deviation = case["mean"], case["standard_deviation"]
        parts, inputs = [], []
        for index, part in enumerate(split_phases(crop, self.factor)):
            tensor = to_model(part, mean, deviation)
            inputs.append(tensor)
            answer = tensor[0] if self.answers is None else self.answers[index]
            parts.append(from_model(answer, mean, deviation, case["denormalise"]))
        self.kept["prepared"] = inputs
        return join_phases(parts, self.factor)

    def paste(self, frame, crop, mask, matrix):
        region, to_region = paste_area(frame, crop, matrix)
        x, y, width, height = region
        self.kept.update(region=region, paste_matrix=to_region)
        if width <= 0 or height <= 0:
            return frame.copy()
        mask = cv2.warpAffine(mask, to_region, (int(width), int(height))).clip(0, 1)
        crop = cv2.warpAffine(crop, to_region, (int(width), int(height)), borderMode=cv2.BORDER_REPLICATE)
        self.kept.update(warped_mask=mask, warped_crop=crop)
        mask = np.expand_dims(mask, axis=-1)
        result = frame.copy()
        window = result[y:y + height, x:x + width]
        result[y:y + height, x:x + width] = (window * (1 - mask) + crop * mask).astype(frame.dtype)
        return result

    def run(self, frame, matrix):
        case = self.case
        marks = [time.perf_counter()]
        crop = cut_out(frame, matrix, self.size)
        marks.append(time.perf_counter())
        box = soft_box(self.size, case["mask_blur"], case["mask_padding"])
        marks.append(time.perf_counter())
        swapped = self.swap(crop)
        marks.append(time.perf_counter())
        mask = np.minimum.reduce([box]).clip(0, 1)
        marks.append(time.perf_counter())
        output = self.paste(frame, swapped, mask, matrix)
        marks.append(time.perf_counter())
        for stage, begin, end in zip(("warp", "mask", "swap", "mask", "composite"), marks, marks[1:]):
            self.seconds[stage] += end - begin
        self.kept.update(matrix=matrix, crop=crop, box_mask=box, swapped=swapped, crop_mask=mask, output=output)
        return output


def write_stages(folder):
    case = json.loads((folder / "case.json").read_text())
    frame = np.fromfile(folder / "frame.bin", dtype=np.uint8).reshape(case["frame_height"], case["frame_width"], 3)
    source = None
    if case["swap"] == "source":
        source = np.fromfile(folder / "source.bin", dtype=np.uint8)
        source = source.reshape(case["source_height"], case["source_width"], 3)
    matrix = align(case["landmarks"], case["template"], case["crop_size"])
    if matrix is None:
        raise ValueError(f"{folder}: no similarity fits the landmarks")
    composition = Composition(case, source)
    composition.run(frame, matrix)
    kept = composition.kept
    kept["prepared"] = np.concatenate(kept["prepared"])
    kept["region"] = np.array(kept["region"]).astype(np.int32)
    for name, array in kept.items():
        np.ascontiguousarray(array).tofile(folder / f"{name}.bin")
    (folder / "types.json").write_text(
        json.dumps({name: {"type": str(array.dtype), "shape": list(array.shape)} for name, array in kept.items()}))


# arcface_128, the template of the default model.
TEMPLATE = [[.36167656, .40387734], [.63696719, .40235469], [.50019687, .56044219], [.38710391, .72160547],
            [.61507734, .72034453]]


def bench(options):
    width, height, size = options.width, options.height, options.crop
    random = np.random.default_rng(1)
    frame = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    source = random.integers(0, 256, (512, 512, 3), dtype=np.uint8)
    # The crop covers a square of `region` pixels in the middle of the frame.
    corner = np.array([width - options.region, height - options.region]) / 2
    case = {
        "crop_size": size, "model_size": options.model, "template": TEMPLATE, "mean": [0.5] * 3,
        "standard_deviation": [0.5] * 3, "denormalise": True, "mask_blur": 0.3, "mask_padding": [0] * 4,
        "source_landmarks": (np.array(TEMPLATE) * 512).tolist(),
        "landmarks": (np.array(TEMPLATE) * options.region + corner).tolist()}
    matrix = align(case["landmarks"], TEMPLATE, size)
    composition = Composition(case, source)
    samples = []
    for repetition in range(options.repetitions + 2):
        before = dict(composition.seconds)
        composition.run(frame, matrix)
        if repetition >= 2:  # the first ones fill caches
            samples.append({stage: 1000 * (composition.seconds[stage] - before[stage]) for stage in before})
    totals = [sum(sample.values()) for sample in samples]
    milliseconds = {stage: {"median": statistics.median(s[stage] for s in samples),
                            "min": min(s[stage] for s in samples)} for stage in samples[0]}
    return {
        "program": "python composition", "opencv": cv2.__version__, "numpy": np.__version__,
        "python": platform.python_version(), "opencv_threads": cv2.getNumThreads(), "frame": [width, height],
        "crop": size, "model": options.model, "region": [int(v) for v in composition.kept["region"]],
        "repetitions": options.repetitions, "ms": milliseconds,
        "total_ms": {"median": statistics.median(totals), "min": min(totals)}}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    stages = commands.add_parser("stages", help="write every intermediate result of each case")
    stages.add_argument("folders", nargs="+", type=pathlib.Path)
    bench_options = commands.add_parser("bench", help="milliseconds per stage, one thread, as JSON")
    for name, default in (("width", 1920), ("height", 1080), ("crop", 512), ("model", 256), ("region", 680),
                          ("repetitions", 30)):
        bench_options.add_argument(f"--{name}", type=int, default=default)
    commands.add_parser("version", help="versions of OpenCV and NumPy")
    return parser.parse_args()


def main():
    options = arguments()
    cv2.setNumThreads(1)
    if options.command == "stages":
        for folder in options.folders:
            write_stages(folder)
    elif options.command == "bench":
        json.dump(bench(options), sys.stdout, indent=2)
        print()
    else:
        print(cv2.__version__, np.__version__)


if __name__ == "__main__":
    main()
