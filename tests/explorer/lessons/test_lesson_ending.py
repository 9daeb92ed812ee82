"""The end of a lesson: its notebook, and what a teacher gets and can hide."""

from urllib.parse import parse_qs, urlparse

import pytest

from explorer.lessons.contents import TITLES, load_lesson
from explorer.state.hiding import LESSON
from tests.explorer.pages import page

GUESSED = {"mistakes": "mistakes.50"}  # for a lesson whose answer is told beside


def opened(**query):
    """A lesson, past what it asks first, with what is for teachers."""
    name = query["lesson"]
    app = page("lessons", **{"guesses": GUESSED.get(name, f"{name}.x")} | query)
    app.session_state["teachers"] = True
    app.run()
    assert not app.exception
    return app


def links(app):
    """The queries of the lesson's link and of the teacher's, and the command line."""
    *found, command = [code.value for code in app.code][-3:]
    queries = [parse_qs(urlparse(link).query) for link in found]
    return [{name: values[0] for name, values in query.items()} for query in queries], command


def labels(app):
    return [button.proto.label for button in app.get("download_button")]


@pytest.mark.parametrize("name", TITLES)
def test_a_lesson_with_an_experiment_has_a_notebook(name):
    assert labels(opened(lesson=name)) == (["Notebook"] if load_lesson(name).experiment else [])


def test_the_command_line_repeats_what_the_page_asks():
    _, command = links(opened(lesson="degradation", seed="7"))
    assert command.startswith("python -m resnet experiment degradation --")
    assert "--seeds 7" in command


def test_links_open_the_lesson_as_it_is_and_tell_nothing_of_the_visitor():
    app = opened(lesson="mistakes", mistake="bool-module", answers="012", solved="paths.1")
    (own, teachers), command = links(app)
    assert own == teachers == {"lesson": "mistakes", "mistake": "bool-module"}
    assert command == "python -m resnet experiment mistakes --only bool-module"


def test_a_teachers_link_hides_what_was_chosen():
    app = opened(lesson="mistakes")
    app.multiselect(key="lesson_hide").select("surprise").select("notebook").run()
    (own, teachers), _ = links(app)
    assert teachers == own | {"hide": "surprise,notebook"}


PARTS = [part for part in LESSON if part != "charts"]  # charts come back when they are asked for


def shown(app):
    """The names of the parts that are on the page."""
    parts = {
        "contents": any((button.key or "").startswith("lesson_deg") for button in app.button),
        "prediction": any("Before you look" in element.value for element in app.markdown),
        "text": load_lesson("mistakes").text in [element.value for element in app.markdown],
        "controls": bool(app.selectbox),
        "run": "Run it here" in [button.label for button in app.button],
        "try": bool(app.info),
        "exercises": any(box.key.startswith("typed_") for box in app.text_input),
        "surprise": "The surprise" in [expander.label for expander in app.expander],
        "sources": "Sources" in [expander.label for expander in app.expander],
        "notebook": bool(labels(app)),
        "teachers": "For teachers" in [expander.label for expander in app.expander],
        "language": any(group.key == "language" for group in app.button_group),
    }
    return {name for name, there in parts.items() if there}


@pytest.mark.parametrize("name", ["", *PARTS])
def test_every_part_can_be_hidden_and_no_other_goes_with_it(name):
    app = opened(lesson="mistakes", answers="x", hide=name)
    assert shown(app) == {*PARTS} - {name}


def test_only_the_language_is_a_part_of_the_architecture_page_as_well():
    from explorer.state.hiding import HIDEABLE

    assert {*LESSON} & {*HIDEABLE} == {"language"}
