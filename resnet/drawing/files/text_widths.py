"""How wide the pictures' words are in the app's own font, so that any other can be fitted to it.

Advance widths of Source Sans 3, in thousandths of the font's size, as its file has them.
"""

from __future__ import annotations

from unicodedata import east_asian_width

_LETTERS = {
    400: {
        200: ' ', 241: '|', 247: 'ij', 249: "',.:;·", 255: 'l', 263: 'I', 289: '!', 292: 'f',
        303: '()[]{}', 311: '-', 338: 't', 347: 'r', 350: '/\\', 367: '²₀₁₂₃₄₅₆₇₈₉', 418: '*',
        419: 's', 425: '?z', 426: '"', 446: 'x', 456: 'c', 467: 'vy', 476: 'Y', 479: 'J', 484: 'γ',
        486: 'L', 494: 'F', 495: 'k', 496: 'e', 497: '#$+0123456789<=>^~×−≤', 500: '_', 504: 'ag',
        513: 'X', 515: 'V', 527: 'E', 534: 'S', 536: 'T', 539: 'Z', 542: '`o', 543: 'A', 544: 'hu',
        546: 'σ', 547: 'n', 553: 'b', 555: 'dpq', 562: 'μ', 565: 'β', 566: 'P', 569: 'R', 571: 'C',
        579: 'K', 588: 'B', 609: '&', 615: 'D', 617: 'G', 619: '→', 645: 'U', 647: 'N', 652: 'H',
        664: 'OQ', 719: 'w', 727: 'M', 781: '¼', 786: 'W', 808: '½', 824: '%', 829: 'm', 847: '@',
        948: '…',
    },
    600: {
        200: ' ', 255: '|', 262: 'i', 263: 'j', 271: 'l', 275: "',.:;·", 282: 'I', 315: '!',
        317: 'f', 322: '-', 324: '()[]{}', 344: '/\\', 361: 't', 372: '²₀₁₂₃₄₅₆₇₈₉', 373: 'r',
        431: 's', 438: '*', 443: 'z', 444: '?', 462: 'c', 481: 'x', 482: '"', 494: 'J', 495: 'vy',
        500: '_', 501: 'Y', 502: 'L', 507: 'e', 509: 'γ', 510: 'F', 513: '#$+0123456789<=>^~×−≤',
        516: 'a', 520: 'g', 522: 'k', 536: 'V', 538: 'E', 540: 'Z', 541: 'X', 545: 'S', 546: 'T',
        549: '`o', 556: 'u', 558: 'Ah', 560: 'nσ', 563: 'b', 564: 'dpq', 576: 'C', 578: 'μ',
        582: 'P', 583: 'β', 592: 'R', 597: 'BK', 618: '→', 625: 'D', 628: 'G', 639: '&', 655: 'U',
        657: 'N', 663: 'H', 674: 'OQ', 745: 'M', 748: 'w', 795: '¼', 800: 'W', 827: '½', 841: '%',
        843: 'm', 875: '@', 964: '…',
    },
}  # fmt: skip
_ADVANCES = {
    weight: {letter: advance for advance, letters in table.items() for letter in letters}
    for weight, table in _LETTERS.items()
}


def width(text: str, size: float, weight: int = 400) -> float | None:
    """In pixels, at a font's size; None where a letter is not known. Chinese ones are square."""
    advances = [_advance(letter, weight) for letter in text]
    known = [each for each in advances if each is not None]
    return sum(known) * size / 1000 if len(known) == len(advances) else None


def _advance(letter: str, weight: int) -> int | None:
    return 1000 if east_asian_width(letter) in "WF" else _ADVANCES[weight].get(letter)
