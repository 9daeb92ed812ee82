"""A quiz as one short word: a letter for each question in its order, for the address.

A digit is the choice that was made, `SHOWN` an answer that was looked at instead.
"""

from __future__ import annotations

from collections.abc import Sequence

OPEN, SHOWN = "-", "x"


def letter_of(word: str, question: int) -> str:
    """What stands for a question; `OPEN` where the word says nothing."""
    character = word[question : question + 1]
    return character if character in {*"012", SHOWN} and character else OPEN


def answered(word: str, question: int, answer: str) -> str:
    """The word with another letter for one question, as short as it can be."""
    letters = list(word.ljust(question + 1, OPEN))
    letters[question] = answer
    return "".join(letters).rstrip(OPEN)


def score(word: str, answers: Sequence[int]) -> tuple[int, int, int]:
    """How many questions were answered right, missed, and looked at."""
    letters = [letter_of(word, question) for question in range(len(answers))]
    right = sum(letter == str(answer) for letter, answer in zip(letters, answers, strict=True))
    shown = letters.count(SHOWN)
    return right, len(letters) - letters.count(OPEN) - shown - right, shown
