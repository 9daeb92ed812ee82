"""The lesson on paths, driven without a browser."""

from tests.explorer.lessons.reading import lesson_page
from tests.explorer.pages import charts, press, said


def test_a_block_that_is_taken_out_takes_half_of_the_paths():
    app = lesson_page("paths")
    assert "8 paths from x to y." in said(app)
    app.button_group(key="lessons_unravel_out").set_value(["2"]).run()
    assert "4 of 8 paths are left." in said(app)
    app.button_group(key="lessons_unravel").set_value("4").run()
    assert "8 of 16 paths are left." in said(app)
    assert app.query_params["unravel_out"] == "2"


def test_paths_are_said_of_the_chosen_network():
    app = lesson_page("paths")
    assert "134,217,728 paths" in said(app)
    assert len(charts(app, "vega_lite_chart")) == 3
    app.button_group(key="lessons_paths_net").set_value("shapes_resnet20").run()
    assert "512 paths; 96.1% go through 2 to 7 of the 9 blocks" in said(app)
    assert "length **7**" in said(app)


def test_a_live_run_takes_the_place_of_the_kept_paths():
    app = press(lesson_page("paths", paths_net="digits_residual20"), "Run it here")
    assert not app.exception
    assert "Computed here just now" in said(app)
    assert "--nets digits_residual20 --draws 10" in said(app)
    assert "512 paths" in said(app)
