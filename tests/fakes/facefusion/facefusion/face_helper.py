import cv2
import numpy

WARP_TEMPLATE_SET = {
    "plain": numpy.array([[0.35, 0.40], [0.65, 0.40], [0.50, 0.55], [0.38, 0.72], [0.62, 0.72]]),
}


def estimate_matrix_by_face_landmark_5(face_landmark_5, warp_template, crop_size):
    target = WARP_TEMPLATE_SET[warp_template] * crop_size
    return cv2.estimateAffinePartial2D(face_landmark_5, target, method=cv2.RANSAC, ransacReprojThreshold=100)[0]


def warp_face_by_face_landmark_5(temp_vision_frame, face_landmark_5, warp_template, crop_size):
    matrix = estimate_matrix_by_face_landmark_5(face_landmark_5, warp_template, crop_size)
    crop = cv2.warpAffine(temp_vision_frame, matrix, crop_size, borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_AREA)
    return crop, matrix


def paste_back(temp_vision_frame, crop_vision_frame, crop_vision_mask, affine_matrix):
    (left, top, right, bottom), matrix = calculate_paste_area(temp_vision_frame, crop_vision_frame, affine_matrix)
    size = (right - left, bottom - top)
    weight = cv2.warpAffine(crop_vision_mask, matrix, size).clip(0, 1)[:, :, None]
    pasted = cv2.warpAffine(crop_vision_frame, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    result = temp_vision_frame.copy()
    blended = result[top:bottom, left:right] * (1 - weight) + pasted * weight
    result[top:bottom, left:right] = blended.astype(result.dtype)
    return result


def calculate_paste_area(temp_vision_frame, crop_vision_frame, affine_matrix):
    height, width = temp_vision_frame.shape[:2]
    crop_height, crop_width = crop_vision_frame.shape[:2]
    inverse = cv2.invertAffineTransform(affine_matrix)
    corners = transform_points(numpy.array([[0, 0], [crop_width, 0], [crop_width, crop_height], [0, crop_height]]), inverse)
    left, top = numpy.clip(numpy.floor(corners.min(axis=0)).astype(int), 0, [width, height])
    right, bottom = numpy.clip(numpy.ceil(corners.max(axis=0)).astype(int), 0, [width, height])
    inverse = inverse.copy()
    inverse[:, 2] -= [left, top]
    return numpy.array([left, top, right, bottom]), inverse


def transform_points(points, matrix):
    return cv2.transform(points.reshape(-1, 1, 2), matrix).reshape(-1, 2)
