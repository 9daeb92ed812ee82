"""The lesson on the loss surface, driven without a browser."""

from resnet.experiments import surface
from tests.explorer.lessons.reading import lesson_page, links
from tests.explorer.pages import charts, press, said


def test_both_surfaces_share_one_scale_and_say_what_was_measured():
    app = lesson_page("surface")
    hills, contours, other, _ = (chart["data"][0] for chart in charts(app))
    assert (hills["type"], contours["type"]) == ("surface", "contour")
    assert (hills["cmin"], hills["cmax"]) == (other["cmin"], other["cmax"])
    assert "; 3 % of the plane is better than guessing; local minima on the grid: 1" in said(app)
    assert "; 7 % of the plane is better than guessing; local minima on the grid: 1" in said(app)
    app.segmented_control(key="lessons_surface_depth").set_value("20").run()
    assert "**plain-20** · training error 0.0 %" in said(app)


def test_a_surface_is_computed_here(monkeypatch, in_this_process):
    whole = surface.run
    small = surface.Settings(depths=(20,), half=1, images=16)
    monkeypatch.setattr(surface, "run", lambda settings: whole(small))
    app = press(lesson_page("surface", surface_depth="20", seed="5"), "Run it here")
    assert not app.exception
    assert "--depths 20 --half 5 --seed 5" in said(app)
    assert [len(line) for line in charts(app)[0]["data"][0]["z"]] == [3, 3, 3]


def test_the_networks_of_the_surfaces_are_the_ones_that_open():
    plain, residual = links(lesson_page("surface"))[:2]
    bundled = {"net": "cifar_resnet56", "planes": "8,16,32", "stem_width": "8",
               "in_channels": "1", "image_size": "8"}  # fmt: skip
    assert plain == bundled | {"shortcut": "none"}
    assert residual == bundled
