"""Words from outside, shown as they are: a file name or a link is never read as Markdown."""

from __future__ import annotations

import re

LONGEST = 600


def plain(text: object) -> str:
    """`text` with Markdown's signs escaped, and cut if it is longer than a message can be."""
    words = str(text)
    words = words if len(words) <= LONGEST else words[:LONGEST] + " …"
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~$:])", r"\\\1", words)
