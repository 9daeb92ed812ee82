"""Common mistakes about residual networks, by topic: programs that run, and what they teach.

The programs are `wrong/NAME.py` and `right/NAME.py`; `running.outcome` says what happens. No torch
until then.
"""

from __future__ import annotations

from resnet.mistakes.api import API
from resnet.mistakes.counting import COUNTING
from resnet.mistakes.data import DATA
from resnet.mistakes.mistake import Mistake
from resnet.mistakes.shapes import SHAPES
from resnet.mistakes.state import STATE
from resnet.text.language import mark

TOPICS = {
    "shapes": (mark("Shapes"), SHAPES),
    "state": (mark("State"), STATE),
    "counting": (mark("Counting"), COUNTING),
    "data": (mark("Data"), DATA),
    "api": (mark("API"), API),
}
MISTAKES: dict[str, Mistake] = {
    mistake.id: mistake for _, mistakes in TOPICS.values() for mistake in mistakes
}
