import os

from facefusion import state_manager


def get_temp_directory_path(file_path):
    return os.path.join(state_manager.get_item("temp_path"), "facefusion", os.path.basename(file_path))


def get_temp_frames_pattern(target_path, temp_frame_prefix):
    return os.path.join(get_temp_directory_path(target_path), temp_frame_prefix + "." + state_manager.get_item("temp_frame_format"))
