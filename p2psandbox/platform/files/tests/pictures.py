"""Awkward pictures that no library writes for us."""

from __future__ import annotations

import struct
import zlib

from PIL import Image, PngImagePlugin

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int,
    height: int,
    pixels: bytes,
    *,
    depth: int = 8,
    colour: int = 2,
    interlaced: bool = False,
    before: bytes = b"",
) -> bytes:
    """A PNG of exactly these raw (already filtered) rows; ``before`` are chunks that stand before the pixels."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    body = _chunk(b"IDAT", zlib.compress(pixels, 9))
    return _SIGNATURE + _chunk(b"IHDR", header) + before + body + _chunk(b"IEND", b"")


def interlaced_png(image: Image.Image) -> bytes:
    """An RGB picture in Adam7, pass by pass."""
    rows = b""
    for left, top, across, down in _PASSES:
        for y in range(top, image.height, down):
            row = b"".join(bytes(image.getpixel((x, y))) for x in range(left, image.width, across))
            rows += b"\0" + row if row else b""
    return png(image.width, image.height, rows, interlaced=True)


def sixteen_bit_png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """One colour, 16 bits a channel."""
    row = b"\0" + struct.pack(">HHH", *colour) * width
    return png(width, height, row * height, depth=16)


def black_bomb(side: int) -> bytes:
    """A black square of ``side``² pixels in as many bits, packed to next to nothing."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + side // 8)
    packed = b"".join(packer.compress(row * 100) for _ in range(side // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def gif_bomb() -> bytes:
    """A GIF of 65535 by 65535 pixels, of which one is said."""
    return b"GIF89a" + struct.pack("<HH", 65535, 65535) + b"\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


def bmp_bomb() -> bytes:
    """The header of a bitmap of 50000 by 50000 pixels."""
    return b"BM" + struct.pack("<IIIIiiHHIIiiII", 0, 0, 54, 40, 50_000, 50_000, 1, 24, 0, 0, 0, 0, 0, 0)


def text_bomb() -> bytes:
    """A small picture with a comment of 200 MB, packed."""
    return png(
        8, 8, (b"\0" + b"\xff" * 24) * 8, before=_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b" " * 200_000_000))
    )


def with_text(image: Image.Image) -> PngImagePlugin.PngInfo:
    """Texts of the kinds PNG has."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "made by somebody at home")
    info.add_itxt("Location", "52.5, 13.4")
    return info


def profile_of_swapped_primaries() -> bytes:
    """An ICC profile in which full red means blue and full blue means red: sRGB's primaries, exchanged."""
    red, green, blue = (0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"swap\0" + b"\0" * 78,
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": _xyz(*blue),
        b"gXYZ": _xyz(*green),
        b"bXYZ": _xyz(*red),
        b"rTRC": _gamma(2.2),
        b"gTRC": _gamma(2.2),
        b"bTRC": _gamma(2.2),
    }
    table, data, at = b"", b"", 132 + 12 * len(tags)
    for name, value in tags.items():
        value += b"\0" * (-len(value) % 4)
        table += name + struct.pack(">II", at + len(data), len(value))
        data += value
    body = struct.pack(">I", len(tags)) + table + data
    header = struct.pack(">I", 128 + len(body)) + b"\0\0\0\0" + b"\x02\x40\0\0" + b"mntrRGB XYZ "
    header += (
        struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    )
    return header.ljust(128, b"\0") + body


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))
