"""Whether F(x) leads down the loss, on the page of *x + F(x)*, driven without a browser."""

import pandas
import pytest

from explorer.lessons.contents import load_lesson
from resnet.experiments.registry import kept_record
from tests.explorer.lessons.reading import table
from tests.explorer.pages import charts, page, said


def test_every_network_has_its_cosines():
    app = page("lessons", lesson="addition", guesses="addition.x")
    app.session_state["directions"] = True
    app.run()
    assert not app.exception
    assert "iterative refinement" in said(app)
    shown = table(app, "mean cosine")
    assert [*shown["network"]] == [
        "residual-20, digits", "residual-56, digits", "residual-110, digits", "residual-20, Shapes"
    ]  # fmt: skip
    assert [*shown["above chance"]] == ["4 / 7", "9 / 25", "12 / 52", "1 / 7"]
    zero, line = charts(app, "vega_lite_chart")[-1]["layer"]
    assert zero["encoding"]["y"]["field"] == "y"
    assert line["encoding"]["y"]["field"] == "cosine"


@pytest.mark.parametrize("name", ["addition", "lesions", "mistakes"])
def test_the_notebook_looks_at_what_is_kept_of_the_other_experiment_too(name):
    for other, look in load_lesson(name).also:
        exec(look, {"table": pandas.DataFrame(kept_record(other)["rows"])})
