import os

import numpy

from facefusion.face_helper import paste_back, warp_face_by_face_landmark_5
from facefusion.face_masker import create_area_mask, create_box_mask
from facefusion.processors.pixel_boost import explode_pixel_boost, implode_pixel_boost


def get_model_options():
    kind = os.environ.get("FAKE_MODEL", "hyperswap")
    return {"type": kind, "mean": [0.5, 0.4, 0.3], "standard_deviation": [0.5, 0.6, 0.7], "size": (64, 64)}


def prepare_crop_frame(crop_vision_frame):
    options = get_model_options()
    crop = crop_vision_frame[:, :, ::-1] / 255.0
    crop = (crop - options["mean"]) / options["standard_deviation"]
    return numpy.expand_dims(crop.transpose(2, 0, 1), axis=0).astype(numpy.float32)


def forward(planes):
    """Stands in for a network: a warmer negative that leaves the range a little."""
    return (planes[0] * numpy.float32(-1.1) + numpy.float32(0.05)).astype(numpy.float32)


def normalize_crop_frame(crop_vision_frame):
    options = get_model_options()
    crop = crop_vision_frame.transpose(1, 2, 0)
    if options["type"] in ["ghost", "hififace", "hyperswap", "uniface"]:
        crop = crop * options["standard_deviation"] + options["mean"]
    return crop.clip(0, 1)[:, :, ::-1] * 255


def swap_face(target_face, temp_vision_frame, masks=("box", "area"), boost=2):
    size = get_model_options()["size"]
    boosted = (size[0] * boost, size[1] * boost)
    crop, matrix = warp_face_by_face_landmark_5(temp_vision_frame, target_face["5"], "plain", boosted)
    made = [create_box_mask(crop, 0.3, (0, 0, 0, 0))] if "box" in masks else []
    parts = []
    for part in implode_pixel_boost(crop, boost, size):
        parts.append(normalize_crop_frame(forward(prepare_crop_frame(part))))
    crop = explode_pixel_boost(parts, boost, size, boosted)
    if "area" in masks:
        points = target_face["68"] @ matrix[:, :2].T + matrix[:, 2]
        made.append(create_area_mask(crop, points, ["upper-face", "lower-face"]))
    return paste_back(temp_vision_frame, crop, numpy.minimum.reduce(made).clip(0, 1), matrix)
