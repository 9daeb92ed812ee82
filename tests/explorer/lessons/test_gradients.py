"""The lesson on gradients, driven without a browser."""

from tests.explorer.lessons.reading import axes, lesson_page
from tests.explorer.pages import press, said


def test_the_usual_choice_is_kept_and_others_are_computed():
    app = lesson_page("gradients")
    assert axes(app) == [["number", "gradient"], ["lag", "correlation"]]
    assert said(app).count("A kept result") == 2
    app.select_slider(key="lessons_gradient_depth").set_value("8").run()
    assert not app.exception
    assert "experiment gradients --depth 8" in said(app)
    app.button_group(key="lessons_norm").set_value("off").run()
    app.selectbox(key="lessons_init").set_value("normal-0.01").run()
    assert not app.exception
    assert "--depth 8 --norm off --init normal-0.01" in said(app)


def test_a_run_here_takes_the_place_of_what_is_kept():
    app = press(lesson_page("gradients", seed="5"), "Run it here")
    assert not app.exception
    assert "experiment shattering --depths 20,56 --lines 2 --seed 5" in said(app)
