"""Two models: what tells that their classes are the same, and what is said of the second."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from resnet.training.scenes.drawn_shapes import SHAPES
from tests.checkpoints import resnet20
from tests.explorer.drawn import strip
from tests.explorer.pages import charts, choose, said, upload

TEN = resnet20(num_classes=10)
NAMELESS = "names no classes, so nothing tells whether they are those of the other."
NAMES = "\n".join(SHAPES).encode()


@pytest.fixture
def two(app) -> AppTest:
    """The bundled model, which names its ten classes, and a file of ten without names."""
    app.query_params.update({"panel": "models", "target": "6"})
    app = upload(app.run(), "control_second", "ten.pth", TEN)
    assert not app.exception
    return app


def compared(app: AppTest) -> list[str]:
    """The classes of the chart, if there is one."""
    return [word for chart in charts(app) for word in chart["layout"]["yaxis"]["ticktext"]]


def say_the_same(app: AppTest) -> AppTest:
    return app.toggle(key="attention_same_classes").set_value(True).run()


def test_classes_without_names_are_compared_with_nothing(two):
    assert f"ten.pth (cifar_resnet20) {NAMELESS}" in said(two).replace("\\", "")
    assert compared(two) == []
    assert all(label.startswith("class ") for label in two.dataframe[-1].value["class"])


def test_they_are_compared_by_number_where_the_visitor_says_that_they_are_the_same(two):
    app = say_the_same(two)
    assert set(compared(app)) <= set(SHAPES)
    assert len(strip(app)["tiles"]) == 2
    assert app.query_params["same_classes"] == "1"
    assert app.selectbox(key="attention_target").value == 6  # that of the first model stays
    other = upload(app, "control_second", "eleven.pth", resnet20(num_classes=10, layers=(3, 3, 2)))
    assert compared(other) == []  # said of another file


def test_names_of_the_second_say_it_by_themselves(two):
    app = upload(two, "control_second_labels", "names.txt", NAMES)
    assert NAMELESS not in said(app)
    assert set(compared(app)) <= set(SHAPES)
    app = upload(app, "control_second_labels", "others.txt", NAMES.replace(b"heart", b"dog"))
    assert "do not know the same classes" in said(app)


def test_names_in_another_order_are_matched_by_name(two):
    turned = json.dumps(list(reversed(SHAPES))).encode()
    say_the_same(two)
    by_number = charts(two)[0]["data"][1]["x"]
    app = upload(two, "control_second_labels", "names.json", turned)
    chart = charts(app)[0]
    words, theirs = chart["layout"]["yaxis"]["ticktext"], chart["data"][1]["x"]
    assert set(words) <= set(SHAPES)
    assert theirs != by_number


def test_the_seconds_input_is_its_own(two):
    app = say_the_same(two)
    before = charts(app)[0]["data"]
    app.text_input(key="attention_second_crop").set_value("64").run()
    app = choose(app, "attention_second_normalise", "half")
    after = charts(app)[0]["data"]
    assert app.query_params["second_crop"] == "64"
    assert after[0]["x"][:5] == before[0]["x"][:5]  # the first model's five best
    assert after[1]["x"][:5] != before[1]["x"][:5]
    app.text_input(key="attention_second_crop").set_value("3").run()
    assert "The crop is 3 pixels" in said(app)
    assert not app.exception


def test_a_first_model_without_names_gets_none_of_the_seconds(app):
    """Drawn shapes were once called dog, ship and frog, since both networks had ten classes."""
    app.query_params.update({"panel": "models", "second": "shapes_resnet20"})
    app = upload(app.run(), "control_own", "mine.pth", TEN)
    assert "shapes_resnet20" in app.selectbox(key="attention_second").value
    assert NAMELESS in said(app)
    assert compared(app) == []
    assert set(compared(say_the_same(app))) <= set(SHAPES)
