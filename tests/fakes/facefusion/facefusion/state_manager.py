import os
import tempfile

from facefusion.app_context import detect_app_context

STATE_SET = {
    kind: {"temp_frame_format": os.environ.get("FAKE_FORMAT", "png"), "keep_temp": bool(os.environ.get("FAKE_KEEP")),
           "temp_path": tempfile.gettempdir(), "kind": kind}
    for kind in ("cli", "ui")
}


def get_item(key):
    return STATE_SET[detect_app_context()].get(key)
