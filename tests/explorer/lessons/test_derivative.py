"""The lesson on the derivative of x + F(x), driven without a browser."""

from explorer.figures.walk_numbers import LAST
from tests.explorer.lessons.reading import axes, lesson_page
from tests.explorer.pages import press, said


def test_a_walk_goes_on_and_back_a_step_at_a_time():
    app = lesson_page("derivative")
    assert "**x**, one number of the stream" in said(app)
    press(app, "Step on")
    assert "**Convolution.**" in said(app)
    assert app.query_params["walk_step"] == "1"
    press(app, "Step back")
    assert "**x**" in said(app)
    assert not app.exception


def test_a_link_opens_its_step_and_cell_and_what_is_wrong_is_left():
    app = lesson_page("derivative", walk_step=str(LAST), walk_row="3", walk_column="999")
    assert "**Both ways meet at x**" in said(app)
    assert next(b for b in app.button if b.label == "Step on").disabled
    assert [box.value for box in app.number_input][:2] == [3, 63]
    for nonsense in ("x", "9" * 5000):
        app.query_params.update(walk_step=nonsense, walk_row=nonsense)
        app.run()
        assert not app.exception


def test_the_products_are_written_out_for_either_normalisation():
    app = lesson_page("derivative", norm="off")
    assert axes(app) == [["passed", "product"]]
    table = next(m.value for m in app.markdown if "gains of the blocks" in m.value)
    assert table.count("…") == 4  # of 10 and 50 blocks, plain and residual
    assert "| residual | 2 |" in table
    assert "not your settings" not in said(app)
