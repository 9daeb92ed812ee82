"""The lessons on what blocks add, on paths and on lesions, driven without a browser."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


@pytest.fixture
def app() -> AppTest:
    at = AppTest.from_file(str(ROOT / "explorer" / "app.py"), default_timeout=300)
    return at.switch_page("lessons/lessons.py")


def opened(app: AppTest, name: str, **choices: str) -> AppTest:
    for key, value in {"lesson": name, **choices}.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


def charts(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("vega_lite_chart")]


def said(app: AppTest) -> str:
    return " ".join(element.value for element in [*app.markdown, *app.caption])


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    return app


def test_a_block_that_is_taken_out_takes_half_of_the_paths(app):
    opened(app, "paths")
    assert "8 paths from x to y." in said(app)
    app.button_group(key="lessons_unravel_out").set_value(["2"]).run()
    assert "4 of 8 paths are left." in said(app)
    app.button_group(key="lessons_unravel").set_value("4").run()
    assert "8 of 16 paths are left." in said(app)
    assert app.query_params["unravel_out"] == "2"


def test_paths_are_said_of_the_chosen_network(app):
    opened(app, "paths")
    assert "134,217,728 paths" in said(app)
    assert len(charts(app)) == 3
    app.button_group(key="lessons_paths_net").set_value("shapes_resnet20").run()
    assert "512 paths; at least 95 % go through 2 to 7 of the 9 blocks" in said(app)
    assert "length **7**" in said(app)


def test_paths_are_drawn_without_torch(fresh_python):
    program = (
        "import sys; from streamlit.testing.v1 import AppTest\n"
        f"at = AppTest.from_file({str(ROOT / 'explorer' / 'app.py')!r}, default_timeout=60)\n"
        "at = at.switch_page('lessons/lessons.py'); at.query_params['lesson'] = 'paths'\n"
        "at.run(); print(len(at.exception), 'torch' in sys.modules)"
    )
    assert fresh_python(program).splitlines()[-1] == "0 False"


def test_a_live_run_takes_the_place_of_the_kept_paths(app):
    press(opened(app, "paths", paths_net="digits_residual20"), "Run it here")
    assert "Computed here just now" in said(app)
    assert "--nets digits_residual20 --draws 10" in said(app)
    assert "512 paths" in said(app)


def test_lesions_are_told_and_drawn(app):
    opened(app, "lesions", lesion_net="digits_plain20")
    assert "Intact: **5.0%** error." in said(app)
    assert len(charts(app)) == 3
    app.button_group(key="lessons_lesion_net").set_value("digits_residual20").run()
    assert "median **9.5%**, at worst **27.5%**" in said(app)
    press(app, "Run it here")
    assert "--images 100 --most 6 --draws 3" in said(app)


def test_a_block_opens_as_maps_and_an_unknown_one_is_the_last(app):
    opened(app, "addition", add_block="layer2.0")
    assert "**layer2.0**" in said(app)
    assert "S(x)" in said(app)
    opened(app, "addition", add_block="layer9.9", add_net="nothing")
    assert "**layer3.2**" in said(app)


def test_every_network_is_a_line_beside_this_picture(app):
    opened(app, "addition")
    assert len(charts(app)) == 2
    names = str(charts(app)[0]["layer"][0]["encoding"]["color"]["scale"]["domain"])
    assert all(name in names for name in ("plain-56", "residual-56", "this picture"))
