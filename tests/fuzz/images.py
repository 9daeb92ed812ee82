"""Pictures: honest ones with bytes changed, and headers that claim what is not behind them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
from hypothesis import strategies as st
from PIL import Image

from resnet.pictures.reading import ImageError, read_image
from tests.fuzz.stored import Case
from tests.fuzz.words import SIZES, changed, sizes

NAME, ENDS = "images", (ImageError,)
_PNG = b"\x89PNG\r\n\x1a\n"
_WAYS = (
    ("JPEG", "RGB", {}),
    ("JPEG", "L", {"progressive": True}),
    ("JPEG", "CMYK", {}),
    ("JPEG", "RGB", {"progressive": True, "optimize": True}),
    ("PNG", "RGB", {}),
    ("PNG", "RGBA", {}),
    ("PNG", "P", {"transparency": b"\0\x80"}),
    ("PNG", "LA", {}),
    ("PNG", "1", {}),
    ("PNG", "I;16", {}),
    ("WEBP", "RGB", {}),
    ("AVIF", "RGB", {}),
    ("HEIF", "RGB", {}),
    ("HEIF", "RGBA", {}),
    ("WEBP", "RGBA", {"lossless": True}),
    ("BMP", "RGB", {}),
    ("BMP", "P", {}),
    ("BMP", "1", {}),
    ("GIF", "P", {}),
    ("GIF", "L", {"transparency": 3}),
    ("TIFF", "RGB", {}),
    ("TIFF", "L", {"big_tiff": True}),
    ("TIFF", "I;16", {}),
    ("TIFF", "F", {}),
    *(
        ("TIFF", "RGB", {"compression": kind})
        for kind in ("tiff_lzw", "tiff_deflate", "packbits", "jpeg")
    ),
    ("TIFF", "1", {"compression": "group4"}),
    ("TIFF", "1", {"compression": "group3"}),
)


@cache
def _honest() -> tuple[bytes, ...]:
    """A small picture in every form, with what may stand beside its pixels."""
    noise = np.random.default_rng(0).integers(0, 256, (18, 24, 4), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    files = []
    for kind, mode, options in _WAYS:
        picture = Image.fromarray(noise).convert("RGB" if mode in ("CMYK", "P") else "L")
        plain = picture.convert({"I;16": "I"}.get(mode, mode))
        buffer = BytesIO()
        plain.convert(mode).save(
            buffer, kind, **options, **({"exif": exif} if kind == "JPEG" else {})
        )
        files.append(buffer.getvalue())
    frames = [Image.fromarray(noise).convert("RGB").rotate(a) for a in (0, 90, 180)]
    for kind in ("GIF", "PNG", "WEBP", "TIFF"):
        buffer = BytesIO()
        frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
        files.append(buffer.getvalue())
    return tuple(files)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width: int, height: int, form: bytes, *chunks: bytes) -> bytes:
    head = struct.pack(">II", width & 2**32 - 1, height & 2**32 - 1) + form
    return _PNG + _chunk(b"IHDR", head) + b"".join(chunks) + _chunk(b"IEND", b"")


def _tiff(entries: list[tuple[int, int, int, int]], order: str = "<") -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    table = b"".join(struct.pack(order + "HHII", *entry) for entry in entries)
    return mark + struct.pack(order + "IH", 8, len(entries)) + table + bytes(64)


def _bmp(width: int, height: int, bits: int, compression: int, colours: int) -> bytes:
    head = struct.pack("<IIIHHIIIIII", 40, width, height, 1, bits, compression, 0, 0, 0, colours, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head + bytes(64)


def _gif(width: int, height: int, flags: int, rest: bytes) -> bytes:
    size = struct.pack("<HH", width & 65535, height & 65535)
    return b"GIF89a" + size + bytes([flags, 0, 0]) + rest + b";"


def _webp(width: int, height: int, flags: int, rest: bytes) -> bytes:
    canvas = (width - 1 & 2**24 - 1).to_bytes(3, "little") + (height - 1 & 2**24 - 1).to_bytes(
        3, "little"
    )
    body = b"WEBPVP8X" + struct.pack("<II", 10, flags) + canvas + rest
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _jpeg(width: int, height: int, scans: int) -> bytes:
    whole = bytearray(_honest()[1])  # progressive, in grey
    at = whole.index(b"\xff\xc2")
    whole[at + 5 : at + 9] = struct.pack(">HH", height & 65535, width & 65535)
    scan = whole.index(b"\xff\xda")
    return bytes(whole[:scan] + whole[scan:-2] * scans + b"\xff\xd9")


def corpus() -> Iterator[Case]:
    """Every claim of a size in every format, bombs, and honest files cut short."""
    zeros = zlib.compress(bytes(10**6))
    bombs = [
        _png(6000, 6000, b"\x08\x02\0\0\0", _chunk(b"IDAT", zlib.compress(bytes(6000 * 18001)))),
        _png(8, 8, b"\x08\x02\0\0\0", _chunk(b"zTXt", b"a\0\0" + zeros), _chunk(b"IDAT", zeros)),
        _png(8, 8, b"\x08\x02\0\0\0", _chunk(b"iCCP", b"a\0\0" + zeros), _chunk(b"IDAT", zeros)),
        _png(8, 8, b"\x08\x02\0\0\0", *[_chunk(b"tEXt", b"a\0b")] * 20_000),
        _png(1, 40_000_000, b"\1\0\0\0\0"),
        _png(6324, 6324, b"\x10\x06\0\0\1", _chunk(b"IDAT", zeros)),
        _jpeg(65535, 600, 1),
        _jpeg(6000, 6000, 300),
        _jpeg(65535, 65535, 1),
        _jpeg(1, 65535, 1),
        _tiff([(256, 4, 1, 8), (257, 4, 1, 8), (273, 4, 2**31, 8), (279, 4, 2**31, 8)]),
        _tiff([(330, 4, 1, 8)] * 2000),
        b"II*\0\x08\0\0\0\0\0\x08\0\0\0",
        b"II+\0\x08\0\0\0" + b"\xff" * 16,
        b"RIFF\xff\xff\xff\xffWEBPVP8 ",
        b"GIF89a",
        b"BM",
        _PNG,
        b"\xff\xd8" + b"\xff\xfe\0\2" * 100_000,
        b"\xff\xd8\xff\xe1\0\x10Exif\0\0II*\0" + b"\xff" * 8,
    ]
    yield from ({"data": data} for data in (*bombs, b"", *_honest()))
    yield from ({"data": data[: len(data) // 2]} for data in _honest())
    for width in SIZES:
        for height in (1, 65535, width):
            for claim in (
                _png(width, height, b"\x08\x06\0\0\0"),
                _bmp(width, height, 24, 0, 0),
                _gif(width, height, 0xF7, bytes(800)),
                _webp(width, height, 0, b"VP8L" + bytes(16)),
                _tiff(
                    [
                        (256, 4, 1, width),
                        (257, 4, 1, height),
                        (258, 3, 1, 8),
                        (262, 3, 1, 1),
                        (273, 4, 1, 8),
                    ]
                ),
            ):
                yield {"data": claim}


_small = st.integers(0, 255)
_entry = st.tuples(
    st.one_of(
        st.sampled_from([256, 257, 258, 259, 262, 273, 277, 278, 279, 322, 323, 324, 330, 34665]),
        st.integers(0, 65535),
    ),
    st.integers(0, 20),
    sizes,
    sizes,
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Half of them honest files changed, half headers of any claim with any bytes behind."""
    kind = draw(st.sampled_from(["changed"] * 5 + ["png", "tiff", "bmp", "gif", "webp", "jpeg"]))
    if kind == "changed":
        return {"data": draw(changed(draw(st.sampled_from(_honest()))))}
    width, height, rest = draw(sizes), draw(sizes), draw(st.binary(max_size=200))
    data = {
        "png": lambda: _png(
            width,
            height,
            draw(st.binary(min_size=5, max_size=5)),
            _chunk(
                draw(st.sampled_from([b"IDAT", b"PLTE", b"tRNS", b"acTL", b"eXIf"])),
                zlib.compress(rest) if draw(st.booleans()) else rest,
            ),
        ),
        "tiff": lambda: _tiff(draw(st.lists(_entry, max_size=20)), draw(st.sampled_from("<>"))),
        "bmp": lambda: _bmp(
            width,
            height,
            draw(st.sampled_from([1, 4, 8, 16, 24, 32, 7])),
            draw(st.integers(0, 6)),
            draw(sizes),
        ),
        "gif": lambda: _gif(width, height, draw(_small), rest),
        "webp": lambda: _webp(width, height, draw(_small), rest),
        "jpeg": lambda: _jpeg(width, height, draw(st.integers(0, 40))),
    }[kind]()
    return {"data": draw(changed(data)) if draw(st.booleans()) else data}


def ready() -> None:
    """Have every decoder loaded."""
    for data in _honest():
        with suppress(ImageError):  # of pixels that are no colours
            read_image(data)


def run(case: Case) -> Any:
    """Read it."""
    return read_image(case["data"], "picture")
