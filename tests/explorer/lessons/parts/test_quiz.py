"""Answers as letters in the address."""

from explorer.lessons.parts import quiz


def test_a_word_of_answers_is_short_and_counts():
    assert quiz.answered("", 3, "1") == "---1"
    assert quiz.answered("0-x", 0, quiz.OPEN) == "--x"
    assert quiz.answered("2", 0, quiz.OPEN) == ""
    assert quiz.score("012x-", (0, 1, 0, 0, 0)) == (2, 1, 1)
    assert quiz.letter_of("9", 0) == quiz.letter_of("", 5) == quiz.OPEN
