"""What the checks of one map share: how a question is told from others, and how numbers stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from explorer.attention.answer.shown_answer import ShownAnswer
from resnet.text.language import tr

if TYPE_CHECKING:
    from resnet.maps.attribute import Question


def key(answer: ShownAnswer, question: Question, *more: str) -> tuple[str, ...]:
    """What tells a check of this map from every other."""
    return answer.question("trust", question.method, question.layer, question.placement, *more)


def number(value: float, digits: int = 3) -> str:
    """A signed number with a true minus; what rounds to nothing is 0."""
    if np.isnan(value):
        return tr("undefined")
    return f"{value:.{digits}f}".replace("-", "−") if abs(value) >= 0.5 * 10**-digits else "0"
