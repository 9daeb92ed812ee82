"""Images: only ImageError comes out of bad bytes."""

import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from resnet.pictures.reading import ImageError, read_image
from resnet.text.file_names import shown_name

RED, WHITE = (255, 0, 0), (255, 255, 255)


def encoded(image, kind="PNG", **options):
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(size, mode="RGB", seed=0):
    width, height = size
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels).convert(mode)


def png_header(width, height):
    """A PNG that claims a size and holds no pixels."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0"))


def complaint(data, name="photo.png"):
    with pytest.raises(ImageError) as caught:
        read_image(data, name)
    message = str(caught.value)
    assert "\n" not in message
    assert shown_name(name) in message
    return message


# Formats and modes


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP"])
def test_lossless_formats_come_back_as_they_were(kind):
    original = noise((7, 5))
    options = {"lossless": True} if kind == "WEBP" else {}
    image = read_image(encoded(original, kind, **options))
    assert (image.mode, image.tobytes()) == ("RGB", original.tobytes())


@pytest.mark.parametrize("kind", ["JPEG", "AVIF", "HEIF"])
def test_what_is_lossy_is_close(kind):
    image = read_image(encoded(Image.new("RGB", (8, 8), RED), kind, quality=95))
    assert np.abs(np.asarray(image, int) - RED).max() < 6


@pytest.mark.parametrize("kind", ["JPEG", "AVIF", "HEIF"])
def test_a_telephone_held_sideways_is_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    assert read_image(encoded(noise((8, 6)), kind, exif=exif.tobytes())).size == (6, 8)


def test_an_image_that_is_transparent_in_heic_lies_on_white():
    image = read_image(encoded(Image.new("RGBA", (16, 16), (255, 0, 0, 0)), "HEIF", quality=90))
    assert np.abs(np.asarray(image, int) - WHITE).max() < 6


def test_the_first_frame_of_a_gif():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read_image(data).getpixel((0, 0)) == RED


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_grey_palette_and_one_bit_keep_their_look(mode):
    original = noise((6, 4), mode)
    assert read_image(encoded(original)).tobytes() == original.convert("RGB").tobytes()


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_alpha_is_laid_on_white(mode):
    image = Image.new("RGBA", (2, 1), (0, 0, 0, 255))
    image.putpixel((1, 0), (0, 0, 0, 0))
    read = read_image(encoded(image.convert(mode)))
    assert [read.getpixel((x, 0)) for x in (0, 1)] == [(0, 0, 0), WHITE]


def test_half_transparent_black_is_mid_grey():
    image = Image.new("RGBA", (1, 1), (0, 0, 0, 128))
    assert read_image(encoded(image)).getpixel((0, 0)) == (127, 127, 127)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_transparent_palette_entry_is_laid_on_white(kind):
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    read = read_image(encoded(image, kind, transparency=1))
    assert [read.getpixel((x, 0)) for x in (0, 1)] == [RED, WHITE]


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_is_read_the_right_way_round(kind):
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))  # no cyan, all magenta and yellow: red
    assert np.abs(np.asarray(read_image(encoded(image, kind)), int) - RED).max() < 6


@pytest.mark.parametrize(("kind", "dtype"), [("PNG", "<u2"), ("TIFF", "<u2"), ("TIFF", ">u2")])
def test_sixteen_bits_are_scaled_not_clipped(kind, dtype):
    values = np.array([[0, 256, 257, 32896, 65535]], dtype=dtype)
    mode = "I;16B" if dtype == ">u2" else "I;16"
    data = encoded(Image.frombytes(mode, (5, 1), values.tobytes()), kind)
    assert np.asarray(read_image(data))[0, :, 0].tolist() == [0, 1, 1, 128, 255]


def test_a_transparent_sixteen_bit_grey_is_laid_on_white():
    image = Image.frombytes("I;16", (2, 1), np.array([0, 257], "<u2").tobytes())
    read = read_image(encoded(image, transparency=257))
    assert [read.getpixel((x, 0)) for x in (0, 1)] == [(0, 0, 0), WHITE]


def test_twelve_bits_are_scaled_by_their_own_white():
    tags = {256: 2, 257: 1, 258: 12, 259: 1, 262: 1, 273: 122, 277: 1, 278: 1, 279: 3}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    header = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 0)
    pixels = b"\xff\xf8\x00"  # 4095 and 2048
    assert len(header) == tags[273]
    assert np.asarray(read_image(header + pixels))[0, :, 0].tolist() == [255, 128]


def test_float_pixels_are_refused_with_a_way_out():
    image = Image.fromarray(np.ones((2, 2), np.float32))
    assert "8-bit RGB PNG" in complaint(encoded(image, "TIFF"), "depth.tif")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_rotation_is_applied(kind):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    assert read_image(encoded(noise((8, 4)), kind, exif=exif)).size == (4, 8)


def test_nothing_but_the_picture_is_kept():
    exif = Image.Exif()
    exif[0x010E] = "home address"
    assert read_image(encoded(noise((8, 4)), "JPEG", exif=exif)).info == {}


# What is refused


def test_each_mistake_has_its_own_message():
    whole = encoded(noise((64, 64)))
    messages = {
        complaint(b""),
        complaint(b"Dear diary, this is no picture at all."),
        complaint(encoded(noise((4, 4)), "ICO")),
        complaint(whole[: len(whole) // 2]),
        complaint(png_header(10_000, 5_000)),
        complaint(png_header(1, 30_000)),
    }
    assert len(messages) == 6


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "WEBP", "GIF", "AVIF", "HEIF"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9])
def test_a_cut_off_file_is_called_so(kind, kept):
    data = encoded(noise((64, 64)), kind)
    assert "cut off" in complaint(data[: int(len(data) * kept)])


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\xff\xd8", "JPEG"),
        (b"\x89PNG", "PNG"),
        (b"RIFF\0\0\0\0WEBP", "WEBP"),
        (b"BM", "BMP"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"II+\0", "TIFF"),
        (b"MM\0+", "TIFF"),
        (b"GIF8", "GIF"),
        (b"\0\0\0\x20ftypavif", "AVIF"),
        (b"\0\0\0\x20ftypavis", "AVIF"),
        (b"\0\0\0\x20ftypheic", "HEIF"),
        (b"\0\0\0\x20ftypmif1", "HEIF"),
    ],
)
def test_the_first_bytes_say_what_a_file_is(start, kind):
    assert f"its {kind} data cannot be read" in complaint(start + bytes(40))
    assert "not a picture" in complaint(b"\1" + start[:-1] + bytes(40))


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\0\0\0\x20ftypisom", "a video"),
        (b"\0\0\0\x0cjP  ", "JPEG 2000"),
        (b"\xff\x4f\xff\x51", "JPEG 2000"),
        (b"\0\0\1\0", "ICO"),
        (b"8BPS", "Photoshop"),
        (b"%PDF", "PDF"),
        (b"%!PS", "PostScript"),
        (b"<svg", "SVG"),
        (b"  <?xml", "SVG or XML"),
        *((f"P{number}".encode(), "portable pixmap") for number in range(1, 8)),
    ],
)
def test_what_a_file_is_instead_is_said(start, kind):
    assert f"another kind ({kind})" in complaint(start + b"\n" * 40)


@pytest.mark.parametrize("start", [b"P0", b"P8"])
def test_not_every_letter_and_digit_are_a_pixmap(start):
    assert "not a picture" in complaint(start)


@pytest.mark.parametrize("kind", ["ICO", "PPM", "PDF", "JPEG2000"])
def test_another_format_is_named_and_refused(kind):
    assert "another kind" in complaint(encoded(noise((16, 16)), kind))


@pytest.mark.filterwarnings("ignore:Image size")  # Pillow's own, which cannot be relied on
@pytest.mark.parametrize(
    "size", [(10_000, 5_000), (53, 754_717), (12_000, 9_000), (40_000, 40_000)]
)
def test_too_many_pixels_are_refused_from_the_header(size):
    assert size[0] * size[1] > 40_000_000  # the second by one
    assert "40 megapixels" in complaint(png_header(*size), "huge.png")


@pytest.mark.filterwarnings("error:Image size")
def test_pillows_warning_of_a_bomb_is_our_error_even_where_warnings_are_errors():
    assert "40 megapixels" in complaint(png_header(12_000, 9_000))


def test_the_largest_image_passes_the_size_check():
    assert "cut off" in complaint(png_header(8_000, 5_000))  # 40 million


@pytest.mark.parametrize("turn", [1, -1])
def test_a_strip_may_be_a_hundred_times_as_long_as_it_is_wide(turn):
    assert read_image(encoded(noise((3, 300)[::turn]))).size == (3, 300)[::turn]
    message = complaint(encoded(noise((3, 301)[::turn])))
    assert "{} × {} pixels, a strip".format(*(3, 301)[::turn]) in message
    assert "at most 100 times" in message


def test_whole_numbers_are_read_as_sixteen_bits_or_not_at_all():
    def grey(*values: int) -> bytes:
        return encoded(Image.fromarray(np.array([values], np.int32)), "TIFF")

    assert np.asarray(read_image(grey(0, 32896, 65535)))[0, :, 0].tolist() == [0, 128, 255]
    for beyond in (-1, 65536):
        assert "32-bit numbers" in complaint(grey(0, beyond))


def test_the_suffix_does_not_matter():
    assert read_image(encoded(noise((4, 4)), "JPEG"), "photo.png").size == (4, 4)


SEEDS = [
    encoded(noise((9, 7)), "PNG"),
    encoded(noise((9, 7), "P"), "PNG", transparency=3),
    encoded(Image.new("I;16", (5, 5), 999), "PNG"),
    encoded(noise((9, 7)), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
    encoded(noise((9, 7), "CMYK"), "JPEG"),
    encoded(noise((9, 7)), "WEBP"),
    encoded(noise((9, 7)), "BMP"),
    encoded(noise((9, 7)), "TIFF"),
    encoded(noise((9, 7)), "TIFF", compression="tiff_lzw"),
    encoded(noise((9, 7)), "GIF"),
]


@st.composite
def mutated(draw):
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 6))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


@pytest.mark.filterwarnings("ignore")
@settings(max_examples=400, deadline=None, derandomize=True)
@given(mutated())
def test_no_bytes_bring_out_anything_but_an_image_or_an_image_error(data):
    with suppress(ImageError):
        image = read_image(data, "fuzz")
        assert image.mode == "RGB"
        assert image.width * image.height <= 40_000_000


def test_importing_imports_no_torch():
    code = "import sys, resnet.pictures.reading; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def repeated(side, times):
    """A progressive JPEG whose last scan stands this many times more."""
    data = encoded(Image.new("RGB", (side, side), "grey"), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + times * last + data[-2:]


def test_a_jpeg_that_scans_without_end_is_refused_before_it_is_decoded():
    small = repeated(1000, 0)
    scans = small.count(b"\xff\xda")
    allowed = 1000 - scans  # of a million pixels each
    read_image(repeated(1000, allowed // 10), "photo.jpg")
    message = complaint(repeated(1000, allowed + 1), "photo.jpg")
    assert f"{allowed + 1 + scans} times" in message
    assert len(repeated(1000, 300)) < 20_000
