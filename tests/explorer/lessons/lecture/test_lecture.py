"""A lesson as a lecture: its steps, its route, and the notes beside it."""

import re

import pytest

from explorer.lessons.contents import TITLES, load_lesson
from explorer.lessons.lecture.route import ROUTE, after, begins
from explorer.lessons.lecture.steps import Screen, lecture_steps, sentences
from resnet.text.language import LANGUAGES, speaking, tr
from tests.explorer.pages import opened, press, said

LONGEST = 60  # words of a step: what fits below a chart


def words(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TITLES)
def test_the_steps_say_all_that_the_lesson_says_sentence_by_sentence(name, language):
    lesson = load_lesson(name)
    with speaking(language):
        steps = lecture_steps(name, lesson)
        shown = "".join(step.sentence for step in steps if step.screen is Screen.SHOWN)
        assert words(shown) == words(tr(lesson.text) + tr(lesson.attempt) + tr(lesson.surprise))
    for step in steps:
        assert len(step.sentence.split()) <= LONGEST
        assert not re.search(r"(et al|e\.g|i\.e|vs)\.$", step.sentence)
        assert step.sentence.count("**") % 2 == 0


def test_a_text_is_parted_at_its_sentences_in_either_language():
    assert sentences("One, v1.5. **Two** is 0.3 %. Veit et al. found (three)!\n\nFour?") == (
        "One, v1.5.", "**Two** is 0.3 %.", "Veit et al. found (three)!", "Four?",
    )  # fmt: skip
    assert sentences("一句。两句？三句") == ("一句。", "两句？", "三句")


def test_a_lecture_asks_tells_and_shows_in_this_order():
    screens = [step.screen for step in lecture_steps("paths", load_lesson("paths"))]
    assert [*dict.fromkeys(screens)] == [Screen.ASKED, Screen.TOLD, Screen.SHOWN]
    assert screens == sorted(screens, key=[*Screen].index)


def test_the_route_takes_forty_five_minutes_in_the_order_of_the_lessons():
    assert sum(part.minutes for part in ROUTE.values()) == 45
    names = [*ROUTE]
    assert [name for name in TITLES if name in ROUTE] == names
    assert [begins(name) for name in names[:2]] == [0, ROUTE[names[0]].minutes]
    assert [after(name) for name in names] == [*names[1:], None]


def test_a_step_is_one_sentence_and_space_goes_on_to_the_next():
    app = opened("lessons", lesson="paths", lecture="1")
    steps = lecture_steps("paths", load_lesson("paths"))
    assert steps[0].sentence in said(app)
    assert steps[1].sentence not in said(app)
    app.button(key="lecture_next").click().run()
    assert app.query_params["step"] == "1"
    assert steps[1].sentence in said(app)


def test_the_last_step_leads_to_the_next_lesson_of_the_route():
    last = len(lecture_steps("paths", load_lesson("paths"))) - 1
    app = opened("lessons", lesson="paths", lecture="1", step=str(last))
    app.button(key="lecture_next").click().run()
    assert app.query_params["lesson"] == after("paths")
    assert "step" not in app.query_params


@pytest.mark.parametrize("step", ["999", "-1", "x", "99999"])
def test_a_step_that_is_not_there_is_one_that_is(step):
    assert not opened("lessons", lesson="modern", lecture="1", step=step).exception


def test_the_notes_have_this_sentence_the_next_and_what_to_say():
    app = opened("lessons", lesson="paths", lecture="notes", step="1")
    steps = lecture_steps("paths", load_lesson("paths"))
    for expected in (steps[1].sentence, steps[2].sentence, *ROUTE["paths"].notes):
        assert expected in said(app)


def test_a_lecture_is_begun_and_left_by_a_button():
    app = opened("lessons", lesson="paths", guesses="paths.x", lecture="1", step="3")
    press(app, "Leave")
    assert not {"lecture", "step"} & {*app.query_params}
    assert load_lesson("paths").text in said(app)
