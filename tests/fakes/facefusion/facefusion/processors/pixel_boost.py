import numpy


def implode_pixel_boost(crop_vision_frame, pixel_boost_total, model_size):
    parts = crop_vision_frame.reshape(model_size[0], pixel_boost_total, model_size[1], pixel_boost_total, 3)
    return parts.transpose(1, 3, 0, 2, 4).reshape(pixel_boost_total**2, model_size[0], model_size[1], 3)


def explode_pixel_boost(temp_vision_frames, pixel_boost_total, model_size, pixel_boost_size):
    parts = numpy.stack(temp_vision_frames).reshape(pixel_boost_total, pixel_boost_total, *model_size, 3)
    return parts.transpose(2, 0, 3, 1, 4).reshape(pixel_boost_size[0], pixel_boost_size[1], 3)
