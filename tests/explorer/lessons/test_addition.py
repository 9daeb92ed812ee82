"""The lesson on what a block adds, driven without a browser."""

from tests.explorer.lessons.reading import lesson_page
from tests.explorer.pages import charts, said


def test_a_block_opens_as_maps_and_an_unknown_one_is_the_last():
    app = lesson_page("addition", add_block="layer2.0")
    assert "**layer2.0**" in said(app)
    assert "S(x)" in said(app)
    app.query_params.update({"add_block": "layer9.9", "add_net": "nothing"})
    app.run()
    assert not app.exception
    assert "**layer3.2**" in said(app)


def test_every_network_is_a_line_beside_this_picture():
    drawn = charts(lesson_page("addition"), "vega_lite_chart")
    assert len(drawn) == 2
    names = str(drawn[0]["layer"][0]["encoding"]["color"]["scale"]["domain"])
    assert all(name in names for name in ("plain-56", "residual-56", "this picture"))
