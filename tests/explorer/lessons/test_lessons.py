"""The Lessons page, driven without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.lessons.contents import TITLES, load_lesson
from resnet.experiments.registry import EXPERIMENTS
from tests.explorer.lessons.reading import MOST_WORDS
from tests.explorer.pages import page, press

NAMES = [*TITLES]


@pytest.fixture
def app() -> AppTest:
    return page("lessons")


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_short_and_says_where_it_knows_from(name):
    said = load_lesson(name)
    assert said.title == TITLES[name]
    assert len(said.text.split()) <= MOST_WORDS
    assert said.question.endswith("?")
    assert said.attempt
    assert said.surprise
    assert said.sources
    assert said.experiment == "" or said.experiment in EXPERIMENTS


@pytest.mark.parametrize("name", NAMES)
def test_a_link_opens_its_lesson(app, name):
    app.query_params["lesson"] = name
    app.run()
    assert not app.exception
    assert app.header[0].value == TITLES[name]


def test_the_neighbours_are_one_step_away(app):
    app.run()
    for name in NAMES[1:]:
        press(app, "Next")
        assert not app.exception
        assert app.header[0].value == TITLES[name]
    assert next(b for b in app.button if b.label == "Next").disabled
    assert app.query_params["lesson"] == NAMES[-1]


def test_the_contents_open_any_lesson(app):
    app.run().button(key=f"lesson_{NAMES[-1]}").click().run()
    assert app.header[0].value == TITLES[NAMES[-1]]


def test_an_unknown_lesson_is_the_first(app):
    app.query_params["lesson"] = "nothing"
    app.run()
    assert app.header[0].value == TITLES[NAMES[0]]
    assert "no lesson “nothing”" in app.warning[0].value
    press(app, "Next")
    assert not app.warning


def test_a_teachers_link_hides_what_it_names(app):
    app.query_params["hide"] = "prediction,text,try"
    app.run()
    shown = " ".join(element.value for element in [*app.markdown, *app.info])
    said = load_lesson(NAMES[0])
    assert said.question in shown
    assert said.text not in shown
    assert said.attempt not in shown


def test_a_language_is_kept_in_the_address(app):
    app.run()
    app.button_group(key="language").set_value("zh").run()
    assert app.query_params["lang"] == "zh"
    press(app, app.button[-1].label)
    assert app.query_params["lang"] == "zh"


def test_most_lessons_draw_before_torch_is_imported(fresh_python):
    """All but two that ask a network about a picture, and one that looks for trained networks."""
    program = (
        "import sys; from tests.explorer.pages import opened\n"
        f"for name in {sorted({*NAMES} - {'addition', 'derivative', 'lesions'})}:\n"
        "    opened('lessons', lesson=name, hide='prediction')\n"
        "    print(name, 'torch' in sys.modules)"
    )
    assert "True" not in fresh_python(program)
