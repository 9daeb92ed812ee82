"""Untrusted bytes to an RGB image.

Pictures are read as a browser shows them, except that colour profiles are ignored, as they were
when the networks were trained. No torch.
"""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

import numpy as np
import pillow_heif
from PIL import Image, ImageOps

from resnet.text.file_names import shown_name
from resnet.text.language import mark, tr

MAX_PIXELS = 40_000_000
MAX_SCANNED = 1_000_000_000  # pixels times scans of a JPEG; cameras and editors write at most 12
MAX_ASPECT = 100  # a thinner strip, resized by its short side, would be millions of pixels long

_SIGNATURES = (
    (0, b"\xff\xd8", "JPEG"),
    (0, b"\x89PNG", "PNG"),
    (8, b"WEBP", "WEBP"),
    (0, b"BM", "BMP"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (0, b"II+\0", "TIFF"),
    (0, b"MM\0+", "TIFF"),
    (0, b"GIF8", "GIF"),
    *((4, b"ftyp" + brand, "AVIF") for brand in (b"avif", b"avis")),
    *((4, b"ftyp" + brand, "HEIF") for brand in (b"heic", b"heix", b"heim", b"heis", b"mif1")),
)
_READABLE = tuple(dict.fromkeys(kind for _, _, kind in _SIGNATURES))
_OTHER_SIGNATURES = (
    (4, b"ftyp", mark("a video")),
    (0, b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\0\0\1\0", "ICO"),
    (0, b"8BPS", "Photoshop"),
    (0, b"%PDF", "PDF"),
    (0, b"%!PS", "PostScript"),
    (0, b"<svg", "SVG"),
    (0, b"<?xml", mark("SVG or XML")),
    *((0, b"P%d" % i, mark("portable pixmap")) for i in range(1, 8)),
)
pillow_heif.register_heif_opener(thumbnails=False)

_SIXTEEN_BIT = ("I;16", "I;16L", "I;16B", "I;16N", "I")


class ImageError(ValueError):
    """A file that is no picture to work with: one line that names it and says how to mend it."""


def read_image(data: bytes, name: str = "image") -> Image.Image:
    """The picture in a JPEG, PNG, WebP, HEIC, AVIF, BMP, TIFF or GIF (its first), upright, in RGB.

    What is transparent is laid on white; 16 bits a channel are scaled to 8. Raises `ImageError`,
    and nothing else but `MemoryError`, for every file that is no such picture of at most
    `MAX_PIXELS`.
    """
    shown = shown_name(name)
    kind = _kind(data, shown)
    try:
        return _decode(data, shown)
    except (ImageError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(shown, tr("far more pixels than that")) from None
    except Exception:  # decoders raise what comes to hand: struct.error, SyntaxError, zlib.error
        raise ImageError(
            tr(
                "“{shown}” is damaged or cut off: its {kind} data cannot be read to the "
                "end. Copy or download it again, or save it anew from an image editor.",
                shown=shown,
                kind=kind,
            )
        ) from None


def _kind(data: bytes, shown: str) -> str:
    """What the first bytes say that the file is; its suffix may say anything."""
    if not data:
        raise ImageError(
            tr("“{shown}” is empty (0 bytes). Copy or download it again.", shown=shown)
        )
    if kind := _signed(data, _SIGNATURES):
        return kind
    if other := _signed(data.lstrip()[:32], _OTHER_SIGNATURES):
        raise ImageError(
            tr(
                "“{shown}” is a file of another kind ({other}). Export it as JPEG or PNG, "
                "and choose that.",
                shown=shown,
                other=tr(other),
            )
        )
    raise ImageError(
        tr(
            "“{shown}” is not a picture, whatever its name says. Choose a JPEG, PNG, WebP, "
            "HEIC, AVIF, BMP, TIFF or GIF file.",
            shown=shown,
        )
    )


def _signed(data: bytes, signatures: tuple[tuple[int, bytes, str], ...]) -> str | None:
    return next((kind for at, mark, kind in signatures if data.startswith(mark, at)), None)


def _decode(data: bytes, shown: str) -> Image.Image:
    with Image.open(BytesIO(data), formats=_READABLE) as image:
        _check_size(image.size, shown)  # known from the header, before any pixel is decoded
        _check_scans(data, image.size, shown)
        image.load()
        _turn_upright(image)
        rgb = _rgb(image, shown)
    rgb.info = {}  # the picture alone: neither place nor profile goes with it
    return rgb


def _check_size(size: tuple[int, int], shown: str) -> None:
    short, long = sorted(size)
    if short * long > MAX_PIXELS:
        raise _too_large(shown, tr("{width} × {height} pixels", width=size[0], height=size[1]))
    if long > MAX_ASPECT * short:
        raise ImageError(
            tr(
                "“{shown}” is {width} × {height} pixels, a strip in which a square shows "
                "nothing. Crop it until its sides differ at most {most} times.",
                shown=shown,
                width=size[0],
                height=size[1],
                most=MAX_ASPECT,
            )
        )


def _check_scans(data: bytes, size: tuple[int, int], shown: str) -> None:
    """A progressive JPEG may go over its pixels any number of times, each as short as a header.

    Within pixels an FF byte is never followed by this one, so what is counted are scans, and those
    of thumbnails in its metadata.
    """
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") * size[0] * size[1] > MAX_SCANNED:
        raise ImageError(
            tr(
                "“{shown}” goes over its pixels {n} times, far more often than a picture needs. "
                "Save it anew from an image editor.",
                shown=shown,
                n=data.count(b"\xff\xda"),
            )
        )


def _too_large(shown: str, size: str) -> ImageError:
    return ImageError(
        tr(
            "“{shown}” is too large: {size}, and the limit is {most} megapixels. "
            "Make it smaller in an image editor; a network sees a few hundred pixels a "
            "side anyway.",
            shown=shown,
            size=size,
            most=MAX_PIXELS // 10**6,
        )
    )


def _turn_upright(image: Image.Image) -> None:
    """As EXIF says; damaged EXIF says nothing about the pixels, which have been read."""
    with suppress(Exception):
        ImageOps.exif_transpose(image, in_place=True)


def _rgb(image: Image.Image, shown: str) -> Image.Image:
    if image.mode in _SIXTEEN_BIT:
        image = _eight_bits(image, shown)
    if image.mode in ("F", "LAB", "HSV"):
        raise ImageError(
            tr(
                "“{shown}” stores its pixels in a form ({mode}) that has no plain reading "
                "as colours. Save it as an 8-bit RGB PNG.",
                shown=shown,
                mode=image.mode,
            )
        )
    if not image.has_transparency_data:
        return image.convert("RGB")
    rgba = image.convert("RGBA")
    white = Image.new("RGBA", rgba.size, "white")
    return Image.alpha_composite(white, rgba).convert("RGB")


def _eight_bits(image: Image.Image, shown: str) -> Image.Image:
    """Grey of 16 bits (or 12, in TIFF) by proportion: `convert` alone would clip at 255."""
    values = np.asarray(image).astype(np.int32)  # (H, W)
    white = 4095 if getattr(image, "tag_v2", {}).get(258) == (12,) else 65535
    if values.min() < 0 or values.max() > white:
        raise ImageError(
            tr(
                "“{shown}” stores 32-bit numbers, whose black and white nobody knows. Save "
                "it as an 8-bit or 16-bit PNG.",
                shown=shown,
            )
        )
    clear = image.info.get("transparency")
    values[values == clear] = white
    return Image.fromarray(((values * 255 + white // 2) // white).astype(np.uint8))
