from facefusion.hash_helper import create_hash

FACE_STORE = {}


def get_static_faces(vision_frame):
    return FACE_STORE.get(create_hash(vision_frame.tobytes()))


def set_static_faces(vision_frame, faces):
    FACE_STORE[create_hash(vision_frame.tobytes())] = faces
