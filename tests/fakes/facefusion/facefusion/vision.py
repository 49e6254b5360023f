import numpy


def read_static_video_frame(path, number):
    """Of a video that is one picture, from a file, at four brightnesses in turn."""
    return numpy.minimum(numpy.load(path), 251) + numpy.uint8(number % 4)
