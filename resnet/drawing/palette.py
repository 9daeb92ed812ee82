"""The colours of every picture, light and dark: blue for the stream, orange for what changes it.

Contrast is that of WCAG 2.2 (relative luminance of sRGB). Tests hold text to 4.5:1, and hold the
two families apart for simulated colour-blind eyes.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

SHADES = 8  # of the stream, from the image to the last stage


@dataclass(frozen=True)
class Theme:
    """One colour, as #rrggbb, for each thing that is drawn."""

    paper: str
    ink: str
    quiet: str  # captions
    wire: str  # of the detours
    palest: str  # the stream at the image
    deepest: str  # the stream at the last stage
    conv: str
    on_conv: str
    bn: str
    on_bn: str
    relu: str
    on_relu: str
    change: str  # whatever changes the stream's shape
    on_change: str

    @property
    def shades(self) -> tuple[str, ...]:
        """The stream's tints, from the image to the last stage."""
        return tuple(mix(self.palest, self.deepest, i / (SHADES - 1)) for i in range(SHADES))

    @property
    def variables(self) -> dict[str, str]:
        """Every colour by the name that the stylesheet knows."""
        named = {name.replace("_", "-"): colour for name, colour in asdict(self).items()}
        return named | {f"shade-{i}": shade for i, shade in enumerate(self.shades)}


LIGHT = Theme(
    paper="#ffffff", ink="#31333f", quiet="#5b5e6b", wire="#2f7fc1", palest="#e9f2fa",
    deepest="#7db4e2", conv="#23608f", on_conv="#ffffff", bn="#a9d2f3", on_bn="#10293f",
    relu="#10293f", on_relu="#ffffff", change="#e39a3f", on_change="#2b1700",
)  # fmt: skip
DARK = Theme(
    paper="#0e1117", ink="#fafafa", quiet="#a9adb9", wire="#5fa8e0", palest="#172b3d",
    deepest="#3f7fb5", conv="#9ccbf2", on_conv="#0b1c2b", bn="#4f8fc4", on_bn="#0b1c2b",
    relu="#f2f7fb", on_relu="#0b1c2b", change="#e39a3f", on_change="#2b1700",
)  # fmt: skip
THEMES = {"light": LIGHT, "dark": DARK}


def mix(start: str, end: str, share: float) -> str:
    """The colour `share` of the way from one to the other, in sRGB."""
    pairs = zip(rgb_of(start), rgb_of(end), strict=True)
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in pairs)


def rgb_of(colour: str) -> tuple[int, ...]:
    """Red, green and blue of #rrggbb, each 0 to 255."""
    return tuple(bytes.fromhex(colour.removeprefix("#")))


@cache
def stylesheet(theme: str | None = None) -> str:
    """The pictures' CSS in one theme's colours, or in those of the page's colour scheme."""
    shades = "\n".join(f".shade-{i} {{ fill: var(--shade-{i}); }}" for i in range(SHADES))
    rules = Path(__file__).with_name("picture.css").read_text(encoding="utf-8")
    return f".picture, .tip {{ {variables(theme)} }}\n{shades}\n{rules}"


def variables(theme: str | None = None) -> str:
    """The colours as CSS variables: those of a theme, or of the page's colour scheme."""
    if theme:
        pairs = THEMES[theme].variables
    else:
        pairs = {
            name: f"light-dark({light}, {DARK.variables[name]})"
            for name, light in LIGHT.variables.items()
        }
    return " ".join(f"--{name}: {colour};" for name, colour in pairs.items())
