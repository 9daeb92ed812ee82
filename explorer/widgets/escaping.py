"""Words from outside, shown as they are: a file name or a link is never read as Markdown."""

from __future__ import annotations

import re

LONGEST = 600
_SIGNS = re.compile(r"([\\`*_{}\[\]()#+!|<>~$:&])|^(?:(?=-)|(\d+)(?=\.))")
# Streamlit looks for these after Markdown is read, when escapes are gone: addresses, mail, icons,
# dashes and arrows. A joiner that nobody sees keeps them apart.
_JOINS = re.compile(r"(?<=:)(?=[\w/])|(?<=www)(?=\.)|(?=@)|(?<=[-<>=~])(?=[-<>=~])", re.IGNORECASE)
_JOINER = "\N{WORD JOINER}"


def plain(text: object) -> str:
    """`text` for Markdown that shows it as it is, cut if it is longer than a message can be."""
    words = " ".join(str(text).split())
    words = words if len(words) <= LONGEST else words[:LONGEST] + " …"
    return _SIGNS.sub(_escaped, _JOINS.sub(_JOINER, words))


def _escaped(sign: re.Match[str]) -> str:
    """A sign behind a backslash; at the start, what would make a list of it."""
    return f"{sign[2]}\\" if sign[2] else f"\\{sign[1] or ''}"
