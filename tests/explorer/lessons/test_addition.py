"""The lesson on what a block adds, driven without a browser."""

from tests.explorer.lessons.reading import lesson_page
from tests.explorer.pages import charts, said


def test_a_block_opens_as_maps_and_an_unknown_one_is_the_second():
    app = lesson_page("addition", add_block="layer2.0")
    assert "**layer2.0**" in said(app)
    assert "S(x)" in said(app)
    app.query_params.update({"add_block": "layer9.9", "add_net": "nothing"})
    app.run()
    assert not app.exception
    assert "**layer1.1**" in said(app)


def test_every_network_is_a_line_beside_this_picture():
    drawn = charts(lesson_page("addition"), "vega_lite_chart")
    assert len(drawn) == 2
    names = str(drawn[0]["layer"][0]["encoding"]["color"]["scale"]["domain"])
    assert all(name in names for name in ("plain-56", "residual-56", "this picture"))


def test_the_picture_that_opens_shows_what_the_text_says_and_another_where_it_does_not_hold():
    """“If little has to change, F(x) can be small.”"""
    assert "In 1 of 27 blocks the branch adds more than the shortcut" in said(
        lesson_page("addition")
    )
    shapes = lesson_page("addition", add_net="shapes_resnet20")
    assert "In 8 of 9 blocks the branch adds more than the shortcut" in said(shapes)
