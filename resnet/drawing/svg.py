"""The few SVG elements that the pictures are made of. Colours are CSS classes, so themes apply."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import east_asian_width
from xml.sax.saxutils import escape, quoteattr


def tag(name: str, *children: str, **attributes: object) -> str:
    """One element; `class_` is class, `data_x` is data-x, floats are written short."""
    pairs = " ".join(f"{_name(k)}={quoteattr(_value(v))}" for k, v in attributes.items())
    return f"<{name} {pairs}>{''.join(children)}</{name}>"


def rect(x: float, y: float, width: float, height: float, class_: str, **attributes: object) -> str:
    """A rectangle by its upper left corner."""
    return tag("rect", x=x, y=y, width=width, height=height, class_=class_, **attributes)


def polygon(points: Iterable[tuple[float, float]], class_: str, **attributes: object) -> str:
    """A filled outline."""
    text = " ".join(f"{_value(x)},{_value(y)}" for x, y in points)
    return tag("polygon", points=text, class_=class_, **attributes)


def path(points: Iterable[tuple[float, float]], class_: str) -> str:
    """An open line through the points."""
    text = " ".join(f"{_value(x)} {_value(y)}" for x, y in points)
    return tag("path", d=f"M{text}", class_=class_)


def words(x: float, y: float, text: str, class_: str, upright: bool = True) -> str:
    """Text centred on a point, upright or turned a quarter to read upwards."""
    turned = {} if upright else {"transform": f"rotate(-90 {_value(x)} {_value(y)})"}
    return tag("text", escape(text), x=x, y=y, class_=class_, **turned)


def letters(text: str) -> int:
    """How many Latin letters take the room of a text: a Chinese one takes that of two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def fitting(room: float, size: float, *texts: str) -> str:
    """The first of some texts that has room in letters of this size; nothing where none has."""
    return next((text for text in texts if 0.47 * size * letters(text) <= room), "")


def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _value(value: object) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
