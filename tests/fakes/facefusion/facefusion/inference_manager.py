from onnxruntime import InferenceSession


def create_inference_session(path, providers):
    return InferenceSession(path, providers=providers)
