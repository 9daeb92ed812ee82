"""A quiz as one short word: a letter for each question in its order, for the address.

A digit is the choice that was made, `SHOWN` an answer that was looked at instead.
"""

from __future__ import annotations

from collections.abc import Sequence

OPEN, SHOWN = "-", "x"


def letter(word: str, question: int) -> str:
    """What stands for a question; `OPEN` where the word says nothing."""
    found = word[question : question + 1]
    return found if found in {*"012", SHOWN} and found else OPEN


def answered(word: str, question: int, answer: str) -> str:
    """The word with another letter for one question, as short as it can be."""
    letters = list(word.ljust(question + 1, OPEN))
    letters[question] = answer
    return "".join(letters).rstrip(OPEN)


def score(word: str, answers: Sequence[int]) -> tuple[int, int, int]:
    """How many questions were found, missed, and looked at."""
    letters = [letter(word, question) for question in range(len(answers))]
    found = sum(said == str(answer) for said, answer in zip(letters, answers, strict=True))
    shown = letters.count(SHOWN)
    return found, len(letters) - letters.count(OPEN) - shown - found, shown
