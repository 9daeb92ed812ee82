"""A common mistake: the code that makes it, the code that does not, and what to ask of both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Mistake:
    """One mistake. Its words are English, for `resnet.text.language.tr`.

    `belief` is what its author takes for true. `choices` say what may happen when the wrong code
    runs, and `answer` is the index of what does. `rule` is what is right, and why; `elsewhere` is
    what others measured, with its source.
    """

    id: str
    belief: str
    choices: tuple[str, str, str]
    answer: int
    rule: str
    elsewhere: str = ""

    @property
    def wrong(self) -> str:
        """The program that makes the mistake."""
        return self._source("wrong")

    @property
    def right(self) -> str:
        """The program that does not."""
        return self._source("right")

    def _source(self, side: str) -> str:
        return (_HERE / side / f"{self.id.replace('-', '_')}.py").read_text("utf-8").strip()


def raised(outcome: str) -> bool:
    """Whether what a program printed says that it did not run to its end."""
    return re.search(r"Error\b|too small", outcome) is not None
