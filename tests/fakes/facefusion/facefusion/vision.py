import numpy


def read_static_video_frame(path, number):
    """Of a video that is an array in a file."""
    return numpy.load(path, mmap_mode="r")[number]
