"""An SVG file as PNG, drawn by resvg with the font that the app shows, whatever a machine has."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

FONT = "Source Sans 3"
NARROWEST, WIDEST = 200, 10_000


class WidthError(ValueError):
    """A width that a picture cannot have."""


def png(svg: str, width: int = 2400) -> bytes:
    """The picture, `width` pixels wide. Raises `WidthError`.

    System fonts are not used: the same file is drawn everywhere, and text is never left out.
    """
    import resvg_py

    if not NARROWEST <= width <= WIDEST:
        raise WidthError(f"A PNG is {NARROWEST} to {WIDEST:,} pixels wide; got {width:,}.")
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width,
        skip_system_fonts=True,
        font_files=list(_fonts()),
        font_family=FONT,
        sans_serif_family=FONT,
        serif_family=FONT,
    )


@cache
def _fonts() -> tuple[str, ...]:
    """Upright and italic; each file holds every weight."""
    return tuple(str(file) for file in files("fontpkg_source_sans_3").joinpath("files").iterdir())
