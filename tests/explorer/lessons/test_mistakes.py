"""The lesson Thirty mistakes: cards, the quiz, the score in the address, a live run."""

import re

import pytest

from explorer.lessons.contents import load_lesson
from resnet.experiments.registry import kept_record
from resnet.mistakes.all_mistakes import MISTAKES, TOPICS
from tests.explorer.lessons.reading import MOST_WORDS, lesson_page
from tests.explorer.pages import press, said

IDS = [*MISTAKES]


def opened(**query):
    return lesson_page("mistakes", **query)


def pressed(app, key):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def codes(app):
    return [code.value for code in app.code]


def address(app):
    said = app.query_params.items()
    return {name: value if isinstance(value, str) else value[0] for name, value in said}


def test_a_card_hides_its_answer_until_it_is_asked_for():
    app, first = opened(), MISTAKES[IDS[0]]
    assert codes(app) == [first.wrong]
    assert first.rule not in said(app)
    assert [app.button(key=f"choice_{n}").label for n in range(3)] == [*first.choices]


@pytest.mark.parametrize("choice", range(3))
def test_a_choice_is_judged_and_both_programs_are_shown_with_their_outcomes(choice):
    app, first = pressed(opened(), f"choice_{choice}"), MISTAKES[IDS[0]]
    (row,) = (row for row in kept_record("mistakes")["rows"] if row["id"] == first.id)
    assert codes(app) == [first.wrong, row["wrong"], first.right, row["right"]]
    assert first.rule in said(app)
    found = int(choice == first.answer)
    assert f"{found} found, {1 - found} missed, 29 to go" in said(app)
    assert address(app)["answers"] == str(choice)
    assert ("✗ " + first.choices[choice] in said(app)) == (not found)


def test_looking_is_neither_found_nor_missed():
    app = pressed(opened(mistake="bool-module"), "choice_x")
    assert "0 found, 0 missed, 29 to go" in said(app)
    assert address(app)["answers"] == "-" * IDS.index("bool-module") + "x"


def test_the_score_is_kept_in_the_address_and_forgotten_when_asked():
    every = "".join(str(mistake.answer) for mistake in MISTAKES.values())
    app = opened(answers=every)
    assert "30 found, 0 missed, 0 to go" in said(app)
    press(app, "Start again")
    assert "0 found, 0 missed, 30 to go" in said(app)
    assert "answers" not in address(app)


def test_cards_follow_one_another_within_their_topic():
    data = [mistake.id for mistake in TOPICS["data"][1]]
    app = opened(topic="data")
    assert len(app.selectbox(key="lessons_mistake").options) == len(data)
    assert app.button(key="card_P").disabled
    for name in data[1:]:
        pressed(app, "card_N")
        assert address(app)["mistake"] == name
    assert app.button(key="card_N").disabled
    pressed(app, "card_P")
    assert address(app)["mistake"] == data[-2]


def test_the_keys_of_the_cards_are_not_those_of_the_lessons():
    keys = [button.proto.shortcut for button in opened().button if button.proto.shortcut]
    assert len(keys) == len({*keys})
    assert {*keys} >= {"left", "right", "p", "n", "1", "2", "3"}


def test_the_list_says_what_was_found_and_missed():
    first = MISTAKES[IDS[0]].answer
    app = opened(answers=f"{first}{(MISTAKES[IDS[1]].answer + 1) % 3}")
    options = app.selectbox(key="lessons_mistake").options
    assert [option[:2] for option in options[:3]] == ["✓ ", "✗ ", "3."]


@pytest.mark.parametrize("answers", ["", "7", "zzz", "0" * 99, "-x9"])
def test_an_address_that_says_nonsense_opens_the_lesson(answers):
    opened(answers=answers, mistake="none", topic="none")


def test_one_card_runs_here():
    app = pressed(opened(mistake="strided-1x1"), "choice_x")
    press(app, "Run it here")
    assert not app.exception
    assert "25% of the inputs get a gradient" in codes(app)
    assert "python -m resnet experiment mistakes --only strided-1x1" in said(app)


def test_every_card_can_be_shown():
    app = opened(answers="x" * 30)
    for name in IDS:
        app.selectbox(key="lessons_mistake").select(name).run()
        assert not app.exception
        assert codes(app)[0] == MISTAKES[name].wrong


def test_the_surprise_is_true():
    rows = kept_record("mistakes")["rows"]
    silent = [row["id"] for row in rows if not re.search(r"Error\b|too small", row["wrong"])]
    assert len(silent) == 16
    assert "Sixteen of the thirty" in load_lesson("mistakes").surprise
    assert len(load_lesson("mistakes").text.split()) <= MOST_WORDS
