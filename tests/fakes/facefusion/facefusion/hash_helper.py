import zlib


def create_hash(content):
    return format(zlib.crc32(content), "08x")
