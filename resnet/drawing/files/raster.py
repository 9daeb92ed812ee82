"""An SVG file as PNG, drawn by resvg with the font that the app shows, whatever a machine has."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from resnet.text.language import tr

FONT = "Source Sans 3"
NARROWEST, WIDEST = 200, 10_000


class WidthError(ValueError):
    """A width that a picture cannot have."""


def png(svg: str, width: int = 2400) -> bytes:
    """The picture, `width` pixels wide. Raises `WidthError`.

    System fonts are not used: the same file is drawn everywhere, and text is never left out, as
    long as it is in Latin or Greek letters.
    """
    import resvg_py

    if not NARROWEST <= width <= WIDEST:
        between = {"least": NARROWEST, "most": WIDEST, "got": width}
        raise WidthError(tr("A PNG is {least} to {most:,} pixels wide; got {got:,}.", **between))
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
