import os

import cv2
import numpy

from facefusion.filesystem import is_image


def read_image(path):
    return cv2.imread(path) if is_image(path) else None


def write_image(path, frame):
    return cv2.imwrite(path, frame)


def read_static_video_frame(path, number):
    """Of a video that is one picture, from a file, at four brightnesses in turn."""
    return numpy.minimum(numpy.load(path), 251) + numpy.uint8(number % 4)


def detect_video_resolution(path):
    return (64, 48)


def count_video_frame_total(path):
    return int(os.environ.get("FAKE_FRAMES", "100"))
