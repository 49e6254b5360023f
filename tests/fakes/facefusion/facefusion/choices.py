face_mask_area_set = {"upper-face": list(range(0, 17)), "lower-face": list(range(17, 34)), "mouth": list(range(48, 68))}
