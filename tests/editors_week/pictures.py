"""Pictures, written byte by byte (PNG)."""

import random
import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
EIGHT_BITS_OF_RGB = (8, 2, 0, 0, 0)


def png(width, height, noisy_rows):
    """A picture whose first rows are noise, which no compression makes smaller, and the others black."""
    noise = random.Random(width * height)
    packed = zlib.compressobj(1)
    data = b"".join(
        packed.compress(b"\0" + (noise.randbytes(3 * width) if row < noisy_rows else bytes(3 * width)))
        for row in range(height)
    )
    header = struct.pack(">II5B", width, height, *EIGHT_BITS_OF_RGB)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", data + packed.flush()) + chunk(b"IEND", b"")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
