"""A word for each of some lessons, as one text for the address: “paths.5.40~surface.x”."""

from __future__ import annotations


def word_of(text: str, lesson: str) -> str:
    """What the text says of a lesson, "" if nothing."""
    return _words(text).get(lesson, "")


def with_word(text: str, lesson: str, word: str) -> str:
    """The text with another word for a lesson."""
    words = _words(text) | {lesson: word}
    return "~".join(f"{name}.{said}" for name, said in words.items() if said)


def _words(text: str) -> dict[str, str]:
    parts = [part.partition(".") for part in text.split("~")]
    return {name: word for name, _, word in parts if name}
