"""Links that name files: they wait, take what is given, and show nobody else's."""

import re

from streamlit.testing.v1 import AppTest

from explorer.state import visitor
from tests.explorer.pages import choose, page, png, press, said, upload

RED = png("red")


def visit(**choices: str) -> AppTest:
    """The Attention page of a tab that gave nothing, as its browser has said."""
    app = page("attention", **choices)
    app.session_state["tab_asked"] = True
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> list[str]:
    return [element.proto.body for element in app.get("html") if "data-map" in element.proto.body]


def giver() -> AppTest:
    return upload(visit(), "control_files", "a.png", RED)


def test_the_address_names_the_photograph_on_show():
    app = giver()
    upload(app, "control_files", "b.png", png("blue"))
    link = app.query_params["photo"]
    assert link.startswith("b.png~")
    choose(app, "attention_photo", next(o for o in [*given(app)] if o.startswith("a.png")))
    assert app.query_params["photo"].startswith("a.png~")
    choose(app, "attention_sample", "3")
    assert "photo" not in app.query_params
    assert app.query_params["sample"] == "3"
    assert re.search(r"a\.png · \d{3} B", said(app))


def given(app: AppTest) -> list[str]:
    token = app.session_state["tab"].token
    return [file.link for file in visitor.store().kept(token)["photos"]]


def test_whoever_has_the_link_has_not_the_file():
    link = giver().query_params["photo"]
    app = visit(photo=link, target="4")
    assert "This page needs a.png" in said(app)
    assert not shown(app)
    upload(app, "waiting_attention_photo", "renamed.png", RED)
    assert shown(app)
    assert app.selectbox(key="attention_target").value == 4
    assert app.query_params["photo"] == link


def test_another_file_of_that_name_is_not_taken_for_it():
    app = visit(photo=giver().query_params["photo"])
    upload(app, "waiting_attention_photo", "a.png", png("blue"))
    assert "is another file" in said(app)
    assert not shown(app)


def test_one_may_go_on_without_it():
    app = press(visit(photo="a.png~0123456789ab"), "Go on without it")
    assert shown(app)
    assert "photo" not in app.query_params


def test_a_checkpoint_that_is_not_here_is_no_bundled_model():
    app = visit(checkpoint="mine.pth~0123456789ab", sample="3")
    assert "This page needs mine.pth" in said(app)
    assert not shown(app)


def test_until_the_browser_has_said_what_its_tab_is_nothing_else_is_shown():
    app = page("attention", photo="a.png~0123456789ab").run()
    assert "Looking for a.png …" in said(app)
    assert not shown(app)
    assert not app.error
