from facefusion.hash_helper import create_hash


def validate(content):
    return create_hash(content)
