"""What a lesson is: a question, few words, one experiment, one thing to try, one surprise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


class Source(NamedTuple):
    """Where a fact comes from: what it is, and where it is read."""

    what: str
    where: str


@dataclass(frozen=True)
class Lesson:
    """All that a lesson says, in English, and `draw`, its experiment on the page.

    `text` has at most 150 words. `experiment` names the command that repeats it, and
    `look` is Python that draws its `rows` or their `table` in its notebook; `also` has each
    further experiment of the lesson with its look.
    """

    title: str
    question: str
    text: str
    draw: Callable[[], None]
    attempt: str
    surprise: str
    sources: tuple[Source, ...]
    experiment: str = ""
    look: str = ""
    also: tuple[tuple[str, str], ...] = ()
