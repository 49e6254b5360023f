import os

import numpy


def read_static_video_frame(path, number):
    """Of a video that is one picture, from a file, at four brightnesses in turn."""
    return numpy.minimum(numpy.load(path), 251) + numpy.uint8(number % 4)


def detect_video_resolution(path):
    return (1920, 1080)


def count_video_frame_total(path):
    return int(os.environ.get("FAKE_FRAMES", "100"))
