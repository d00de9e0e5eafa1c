"""How many pixels a picture has, read from the first bytes of a PNG, JPEG or WebP file without decoding anything.

A picture of few bytes can unfold to more memory than a reader's telephone has. Nothing we depend on reads pictures, and
the three headers are small and have been as they are for many years, so they are read here. Formats: PNG, W3C
Recommendation, 11.2.1; JPEG, ITU-T T.81, B.2; WebP, RFC 9649, 2.5 to 2.7.
"""

from __future__ import annotations

from typing import BinaryIO

_SEGMENTS = 1000
"""Parts of a JPEG before its measures that are looked at; cameras write a dozen, colour profiles and notes of the largest file allowed a hundred."""
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of the part of a JPEG that holds its measures."""


def measure(file: BinaryIO, kind: str) -> tuple[int, int] | None:
    """Return width and height in pixels of a picture of a kind (png, jpg, jpeg or webp), or `None` if it is not one.

    `file` is open at its beginning. Raises `OSError` when it cannot be read.
    """
    found = {"png": _png, "webp": _webp}.get(kind, _jpeg)(file)
    return found if found and all(found) else None


def _png(file: BinaryIO) -> tuple[int, int] | None:
    head = file.read(24)
    if len(head) < 24 or head[:8] != b"\x89PNG\r\n\x1a\n" or head[12:16] != b"IHDR":
        return None
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def _jpeg(file: BinaryIO) -> tuple[int, int] | None:
    if file.read(2) != b"\xff\xd8":
        return None
    for _ in range(_SEGMENTS):
        head = file.read(4)
        if head[:2] == b"\xff\xff":  # such bytes may stand before a marker
            file.seek(1 - len(head), 1)
            continue
        length = int.from_bytes(head[2:4], "big")
        if len(head) < 4 or head[0] != 0xFF or length < 2:
            return None
        if head[1] in _FRAMES:
            frame = file.read(5)
            return (int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big")) if len(frame) == 5 else None
        file.seek(length - 2, 1)
    return None


def _webp(file: BinaryIO) -> tuple[int, int] | None:
    head = file.read(30)
    if len(head) < 30 or head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        return None
    match head[12:16]:
        case b"VP8X":  # extended: measures less one, 24 bits each
            return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        case b"VP8L" if head[20] == 0x2F:  # lossless: measures less one, 14 bits each
            bits = int.from_bytes(head[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 " if head[23:26] == b"\x9d\x01\x2a":  # lossy: 14 bits each, the two above them are a scale
            return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF
    return None
