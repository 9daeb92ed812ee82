"""Numbers and shapes as people write them, the same on every page and in the terminal."""

from __future__ import annotations

import re

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_UNITS = ((10**9, "G"), (10**6, "M"), (10**3, "k"))


def count(number: float, unit: str = "") -> str:
    """25557032 as “25.56 M”, exact below a thousand."""
    for size, letter in _UNITS:
        if abs(number) >= size:
            return f"{number / size:.2f} {letter}{unit}"
    return f"{number:g} {unit.strip()}".rstrip()


def signed(number: float, unit: str = "") -> str:
    """231211008 as “+231.21 M”, a loss with a minus, nothing as “±0”."""
    return _sign(number) + count(abs(number), unit)


def signed_whole(number: float) -> str:
    """231211008 as “+231,211,008”, to the last digit."""
    return f"{_sign(number)}{abs(number):,}"


def decimal(number: float, digits: int = 2, sign: bool = False) -> str:
    """−1.254 as “−1.25”, with `sign` 1.254 as “+1.25”; what rounds to zero has no sign."""
    text = f"{abs(number):.{digits}f}"
    if not float(text):
        return text
    return f"{'−' if number < 0 else '+' if sign else ''}{text}"


def percent(share: float, sign: bool = False) -> str:
    """−0.254 as “−25.4%”, with `sign` 0.254 as “+25.4%”."""
    return f"{decimal(100 * share, 1, sign)}%"


def read_number(text: str) -> float:
    """What somebody typed: “25,557,032”, “25.56 M”, “2,5”, “−3 %”. Raises ValueError if no number.

    A comma before three digits parts thousands, any other is a decimal point.
    """
    bare = re.sub(r"[\s_\u2009\u202f%]", "", text).replace("−", "-")
    bare = re.sub(r",(?=\d{3}(?!\d))", "", bare).replace(",", ".")
    parts = re.fullmatch(r"([+-]?\d+(?:\.\d+)?|[+-]?\.\d+)([kKMG]?)", bare, re.ASCII)
    if parts is None:
        raise ValueError(text)
    sizes = {letter: size for size, letter in _UNITS} | {"K": 10**3, "": 1}
    return float(parts[1]) * sizes[parts[2]]


def power_of_ten(exponent: int) -> str:
    """−3 as “10⁻³”."""
    return f"10{str(exponent).translate(_RAISED)}"


def _sign(number: float) -> str:
    return "+" if number > 0 else "−" if number < 0 else "±"


def shape(dimensions: tuple[int, ...]) -> str:
    """(C, H, W) as the paper writes it, H×W×C; (C,) as C."""
    channels, *spatial = dimensions
    return "×".join(str(n) for n in (*spatial, channels))
