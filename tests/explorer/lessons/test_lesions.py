"""The lesson on lesions, driven without a browser."""

from tests.explorer.lessons.reading import lesson_page
from tests.explorer.pages import charts, press, said


def test_lesions_are_told_and_drawn():
    app = lesson_page("lesions", lesion_net="digits_plain20")
    assert "Of 200 held-out images. Intact: **16.5%** error (12.0% to 22.3%)." in said(app)
    assert len(charts(app, "vega_lite_chart")) == 3
    app.button_group(key="lessons_lesion_net").set_value("digits_residual20").run()
    assert "median **17.5%**, at worst **57.0%** (50.1% to 63.7%)" in said(app)
    press(app, "Run it here")
    assert not app.exception
    assert "--images 100 --most 6 --draws 3" in said(app)
