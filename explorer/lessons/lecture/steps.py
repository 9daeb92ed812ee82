"""A lesson as the steps of a lecture: what is on the screen, and the one sentence below it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from explorer.lessons.asked.predictions import PREDICTIONS
from explorer.lessons.parts.lesson import Lesson
from resnet.text.language import tr

# The end of a sentence: a full stop before a new beginning, in Chinese also without a space.
_ENDS = re.compile(r"(?<=[.?!])\s+(?=[A-Z“‘*:`(])|(?<=[。？！])(?=\S)|\n+")


class Screen(Enum):
    """What stands above the sentence."""

    ASKED = "what the class expects, to be drawn"
    TOLD = "beside it, what was measured"
    SHOWN = "the lesson's experiment"


@dataclass(frozen=True)
class Step:
    """One press of the space bar: a screen, and a sentence in the language that is read."""

    screen: Screen
    sentence: str


def lecture_steps(name: str, lesson: Lesson) -> tuple[Step, ...]:
    """A lesson's steps: what it asks, its question, text, attempt and surprise, by sentences."""
    texts = (
        (Screen.ASKED, PREDICTIONS[name].question),
        (Screen.TOLD, lesson.question),
        (Screen.SHOWN, lesson.text),
        (Screen.SHOWN, lesson.attempt),
        (Screen.SHOWN, lesson.surprise),
    )
    return tuple(
        Step(screen, sentence) for screen, text in texts for sentence in sentences(tr(text))
    )


def sentences(text: str) -> tuple[str, ...]:
    """A text's sentences, whatever parts them; joined by nothing they hold all its words."""
    return tuple(part.strip() for part in _ENDS.split(text) if part.strip())
