"""Beginnings of pictures: as much of a file as tells its kind and measures, with nothing to see in it."""

from __future__ import annotations

import struct


def png(width: int = 4, height: int = 3) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02\0\0\0" + b"\0" * 40


def jpeg(width: int = 4, height: int = 3, *, frame: int = 0xC0, before: bytes = b"") -> bytes:
    """`frame` is the marker of the part with the measures, `before` what stands between it and the first part."""
    first = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    return b"\xff\xd8" + first + before + bytes([0xFF, frame]) + struct.pack(">HBHH", 17, 8, height, width) + b"\0" * 40


def webp(kind: bytes, width: int = 4, height: int = 3) -> bytes:
    """`kind` is b"VP8X", b"VP8L" or b"VP8 ": extended, lossless or lossy."""
    if kind == b"VP8X":
        told = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    elif kind == b"VP8L":
        told = b"\x2f" + ((width - 1) | (height - 1) << 14).to_bytes(4, "little")
    else:
        told = b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", width | 1 << 14, height)
    return b"RIFF\0\0\0\0WEBP" + kind + struct.pack("<I", 10) + told + b"\0" * 40
