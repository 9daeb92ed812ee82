"""A mistake in the data, on the page of *Thirty mistakes*, driven without a browser."""

from explorer.lessons.more.tags import SUSPECT, TEXT
from resnet.experiments import tags
from tests.explorer.lessons.reading import MOST_WORDS, table
from tests.explorer.pages import charts, page, said


def opened():
    app = page("lessons", lesson="mistakes", guesses="mistakes.x")
    app.session_state["tags"] = True
    app.run()
    assert not app.exception
    return app


def test_nothing_of_it_is_drawn_before_it_is_opened():
    app = page("lessons", lesson="mistakes", guesses="mistakes.x").run()
    assert "An **edit** proves" not in said(app)


def test_every_map_of_every_network_is_a_dot_beside_the_rule():
    app = opened()
    assert len(TEXT.split()) < MOST_WORDS
    assert "An **edit** proves what a network relies on" in said(app)
    (chart,) = charts(app, "vega_lite_chart")
    line, dots = chart["layer"]
    assert line["encoding"]["x"]["field"] == "x"
    assert [dots["encoding"][axis]["field"] for axis in "xy"] == ["share", "method"]
    assert SUSPECT == tags.SUSPECT
    shown = table(app, "maps that name the corner")
    assert [*shown["tagged, of the class"]] == ["0 %", "10 %", "50 %", "100 %"]
    assert [*shown["maps that name the corner"]] == ["1 / 33", "1 / 33", "3 / 33", "28 / 33"]
    assert [*shown["maps that name one without a tag"]] == ["0 / 33", "1 / 33", "0 / 33", "0 / 33"]


def test_it_is_computed_here():
    app = opened().button(key="run_tags").click().run()
    assert not app.exception
    assert "experiment tags --strengths 0,100 --seeds 0" in said(app)
    assert [*table(app, "maps that name the corner")["tagged, of the class"]] == ["0 %", "100 %"]
