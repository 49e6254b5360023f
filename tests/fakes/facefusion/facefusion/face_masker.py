import cv2
import numpy

import facefusion.choices


def create_box_mask(crop_vision_frame, face_mask_blur, face_mask_padding):
    height, width = crop_vision_frame.shape[:2]
    amount = int(width * 0.5 * face_mask_blur)
    edge = max(amount // 2, 1)
    mask = numpy.zeros((height, width), numpy.float32)
    mask[edge:-edge, edge:-edge] = 1
    return cv2.GaussianBlur(mask, (0, 0), amount * 0.25) if amount > 0 else mask


def create_area_mask(crop_vision_frame, face_landmark_68, face_mask_areas):
    points = [point for area in face_mask_areas for point in facefusion.choices.face_mask_area_set[area]]
    mask = numpy.zeros(crop_vision_frame.shape[:2], numpy.float32)
    cv2.fillConvexPoly(mask, cv2.convexHull(face_landmark_68[points].astype(numpy.int32)), 1.0)
    return (cv2.GaussianBlur(mask, (0, 0), 5).clip(0.5, 1) - 0.5) * 2
