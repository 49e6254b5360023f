def is_image(path):
    return path.endswith((".bmp", ".jpeg", ".png", ".tiff"))
